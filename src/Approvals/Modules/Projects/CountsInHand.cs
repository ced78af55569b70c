using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>The projects that an account manages or serves are in its hands too: they are given to somebody else one by one, on the page of the project.</summary>
internal sealed class CountsInHand(Db db) : INotificationHandler<CountingInHand>
{
    private const string Own = "SELECT COUNT(*) FROM projects_project WHERE manager_id = @UserId OR agent_id = @UserId";

    public async Task Handle(CountingInHand asked, CancellationToken ct)
    {
        var count = await db.Find<int>(Own, new { asked.UserId }, ct);
        if (count > 0) asked.Lines.Add(new($"项目 {count} 个", $"{count} {(count == 1 ? "project" : "projects")}"));
    }
}
