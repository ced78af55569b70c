using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>填报复工: a project begun in an earlier year goes on in this one; the start rate counts it from then on.</summary>
internal static class ReportResumption
{
    /// <param name="On">The day, within the year; none takes the report back.</param>
    /// <param name="ProjectCode">The project.</param>
    /// <param name="Seen">The day its author saw reported, empty where none was; null: whatever it is.</param>
    [RecordAs("填报复工", "Report that works went on", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    internal sealed record Command(int Year, DateOnly? On, string ProjectCode = "", string? Seen = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPut("/projects/{code}/resumption", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Portfolio").WithSummary("Report that works begun in an earlier year went on in this one");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Known = "SELECT resumed_on FROM portfolio_resumption WHERE project_id = @projectId AND year_number = @year";

        private const string Forget = "DELETE FROM portfolio_resumption WHERE project_id = @projectId AND year_number = @year";

        private const string Keep = "INSERT INTO portfolio_resumption (project_id, year_number, resumed_on, reported_by, reported_at) VALUES (@projectId, @year, @on, @by, @at)";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await mediator.Send(new DemandOwnProject(command.ProjectCode), ct);
            var check = new Check();
            SpreadInvestment.CheckYear(check, command.Year, "year");
            if (command.On is { } on)
            {
                var begun = (await mediator.Send(new MilestonesOf(project.Id), ct)).Where(m => m.Kind == nameof(MilestoneKind.ConstructionStarted)).Min(m => m.ReachedOn);
                check
                    .That(on.Year == command.Year, "resumption.otherYear", "on", $"复工日期应在 {command.Year} 年内。", $"The day must be in {command.Year}.")
                    .That(on <= clock.Today, "resumption.inFuture", "on", $"复工日期不能晚于今天 {Words.Day(clock.Today)}。", $"The day cannot be after today, {Words.Day(clock.Today)}.")
                    .That(begun?.Year < command.Year, "resumption.notBegun", "on", $"项目没有在 {command.Year} 年以前开工：新开工请填报里程碑「正式开工」。", $"The project was not begun before {command.Year}: for a new start report the milestone “Construction started”.");
            }

            check.Done();
            var row = new { projectId = project.Id, year = command.Year, on = command.On, by = actor.Name, at = clock.Now };
            var was = await db.Find<DateOnly?>(Known, row, ct);
            if (command.Seen is { } seen && seen != (was is { } day ? Words.Day(day) : "") && was != command.On) throw Changed(was);
            await db.Execute(Forget, row, ct);
            if (command.On is not null && !await db.TryInsert(Keep, row, ct)) throw Changed(null);
            trail.Changed(new($"{command.Year} 年复工", $"Works went on in {command.Year}"), was, command.On);
            await NoteChanges.Of(db, project.Id, ct);
            return Unit.Value;
        }

        private static Refused Changed(DateOnly? now) => Refused.Conflict(
            "resumption.changed",
            now is { } on ? $"复工日期刚由他人填报为 {Words.Day(on)}，您的没有保存。请核对后再填报。" : "复工日期刚由他人改动，您的没有保存。请核对后再填报。",
            now is { } then ? $"Somebody has just reported {Words.Day(then)}; yours is not saved. Look at it and report again." : "Somebody has just changed the day; yours is not saved. Look at it and report again.");
    }
}
