using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>Each Monday keeps what the forecast says of everything that is open, so that the week can be held against it. It reads outside a transaction and writes some projects at a time.</summary>
internal static class KeepForecasts
{
    private const int Share = 50;

    internal sealed record Likely(long ProjectId, string Code, DateOnly On);

    [RecordAs("保存本周预测", "Keep the forecasts of the week")]
    [Needs(Act.Operate)]
    internal sealed record Command(DateOnly WeekOn, IReadOnlyList<Likely> Rows) : ICommand<int>;

    /// <summary>The next projects that are not in production yet.</summary>
    internal sealed record Next(long After) : IRequest<IReadOnlyList<(long Id, string Code)>>, IInside;

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor, ZoneClock clock)
    {
        [AutomaticRetry(Attempts = 0)]
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("timeline.keep-forecasts");
            var monday = ShowWeek.Monday(clock.Today.AddDays(1));
            var after = 0L;
            while (await mediator.Send(new Next(after), ct) is { Count: > 0 } projects)
            {
                var rows = new List<Likely>();
                foreach (var (id, code) in projects)
                    rows.AddRange((await mediator.Send(new ShowSchedule.Query(code), ct)).Rows.Where(r => !r.IsDone).Select(r => new Likely(id, r.Code, r.ShownOn)));
                await mediator.Send(new Command(monday, rows), ct);
                after = projects[^1].Id;
            }
        }
    }

    private sealed class Reading(Db db) : IRequestHandler<Next, IReadOnlyList<(long Id, string Code)>>
    {
        private const string Open = """
            SELECT p.id, p.code
              FROM projects_public_project p
             WHERE p.id > @After
               AND NOT EXISTS (SELECT m.kind FROM projects_public_milestone m WHERE m.project_id = p.id AND m.phase = 0 AND m.kind = 'Production' AND m.reached_on IS NOT NULL)
             ORDER BY p.id
            """;

        public async Task<IReadOnlyList<(long Id, string Code)>> Handle(Next query, CancellationToken ct) => [.. (await db.First<Row>(Share, Open, query, ct)).Select(r => (r.Id, r.Code))];

        private sealed record Row
        {
            public long Id { get; init; }
            public string Code { get; init; } = "";
        }
    }

    private sealed class Handler(Db db) : IRequestHandler<Command, int>
    {
        private const int WeeksKept = 53;

        private const string Forget = "DELETE FROM timeline_week WHERE week_on = @WeekOn AND project_id = @projectId";

        private const string Drop = "DELETE FROM timeline_week WHERE week_on < @old";

        private const string Keep = "INSERT INTO timeline_week (project_id, week_on, code, likely_on) VALUES (@ProjectId, @WeekOn, @Code, @On)";

        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            foreach (var projectId in (command.Rows ?? []).Select(r => r.ProjectId).Distinct()) await db.Execute(Forget, new { command.WeekOn, projectId }, ct);
            await db.Execute(Drop, new { old = command.WeekOn.DayNumber > WeeksKept * 7 ? command.WeekOn.AddDays(-WeeksKept * 7) : command.WeekOn }, ct);
            var rows = (command.Rows ?? []).Select(r => new { r.ProjectId, command.WeekOn, r.Code, r.On }).ToList();
            return rows.Count == 0 ? 0 : await db.Execute(Keep, rows, ct);
        }
    }
}
