namespace Approvals.Modules.Projects;

/// <summary>Projects, their enterprises, phases and milestones.</summary>
internal static class ProjectsModule
{
    public static void MapProjects(this RouteGroupBuilder api)
    {
        ListProjects.Map(api);
        RegisterProject.Map(api);
        ShowProject.Map(api);
        AssignPeople.Map(api);
        ReportMilestone.Map(api);
        PlanMilestones.Map(api);
        ExportPlan.Map(api);
        PlanByProcess.Map(api);
        CorrectMilestone.Map(api);
        CorrectProject.Map(api);
    }
}
