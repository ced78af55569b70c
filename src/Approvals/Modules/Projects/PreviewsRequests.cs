using Approvals.Messaging;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>Whoever is to approve a milestone that was reported late sees which limits it would end, by word of those who watch them.</summary>
internal static class PreviewsRequests
{
    private sealed class Handler(IMediator mediator) : INotificationHandler<RequestPreviewed>
    {
        public async Task Handle(RequestPreviewed previewed, CancellationToken ct)
        {
            if (previewed.Command is CorrectProject.Command { Enterprise.Length: > 0 } names && await mediator.Send(new CorrectProject.Query(names.Code), ct) is { Others: > 0 } shown && shown.Project.Enterprise != names.Enterprise.Trim())
                previewed.Lines.Add(new($"该企业另有 {shown.Others} 个项目，企业名称一并更正", $"The enterprise has {shown.Others} other projects: its name is corrected for all"));
            var report = previewed.Command switch
            {
                ReportMilestone.Command { On: { } on } c => (c.ProjectCode, c.Kind, On: (DateOnly?)on),
                MilestoneReport { Kind: { } kind, On: { } on } c => (c.ProjectCode, kind, on),
                _ => default,
            };
            if (report.On is { } day && await mediator.Send(new FindProject(report.ProjectCode), ct) is { } project)
                await mediator.Publish(new MilestonePreviewed(project.Id, report.Kind, day, previewed.Lines), ct);
        }
    }
}
