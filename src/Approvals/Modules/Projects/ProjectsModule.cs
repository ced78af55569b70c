namespace Approvals.Modules.Projects;

internal static class ProjectsModule
{
    public static void MapProjects(this RouteGroupBuilder api)
    {
    }
}
