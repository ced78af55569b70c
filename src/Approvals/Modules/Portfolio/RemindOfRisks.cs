using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>Each morning whoever owns a risk that is past its day is told, and whoever wrote it: once.</summary>
internal static class RemindOfRisks
{
    /// <param name="After">The last risk looked at; the answer is the last of the next share, or the same where there is none.</param>
    [RecordAs("提醒超期风险", "Remind of risks past their day")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(long After = 0) : ICommand<long>;

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [AutomaticRetry(Attempts = 0)]
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("portfolio.remind-of-risks");
            var told = 0L;
            for (long last; (last = await mediator.Send(new Command(told), ct)) > told;) told = last;
        }
    }

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, Trail trail) : IRequestHandler<Command, long>
    {
        /// <summary>In one transaction.</summary>
        private const int Share = 500;

        // What went past its day within the week: a job that was down for some days makes up for them.
        private const string Past = """
            SELECT r.id, r.kind, r.body, r.owner_id, r.owner_name, r.due_on, r.written_by, p.code, p.name
              FROM portfolio_remark r
              JOIN projects_public_project p ON p.id = r.project_id
             WHERE r.closed_at IS NULL AND r.is_risk = 1 AND r.due_on < @today AND r.due_on >= @since AND r.id > @After
             ORDER BY r.id
            """;

        public async Task<long> Handle(Command command, CancellationToken ct)
        {
            var rows = await db.First<Row>(Share, Past, new { today = clock.Today, since = clock.Today.AddDays(-7), command.After }, ct);
            if (rows.Count == 0) return command.After;
            await mediator.Send(new NotifyAll([.. rows.Select(r =>
            {
                var name = Milestones.Name(Enum.Parse<MilestoneKind>(r.Kind));
                return new Notify(
                    $"risk:{r.Id}:overdue", [new Audience(UserId: r.OwnerId), new Audience(UserId: r.WrittenBy)],
                    new($"风险超期未关闭：{r.Name}「{name.Zh}」", $"A risk is past its day: {r.Name}, “{name.En}”"),
                    new($"{r.Body}\n处理期限 {Words.Day(r.DueOn)} 已过，责任人 {r.OwnerName}。", $"{r.Body}\nIt was to be settled by {Words.Day(r.DueOn)}; {r.OwnerName} sees to it."),
                    WritingRemarks.Link(r.Code), MessageLevel.Yellow, $"project:{r.Code}");
            })]), ct);
            if (db.Touched > 0) trail.Changed(new("超期未关闭的风险，已提醒", "Risks past their day, told of"), 0, rows.Count);
            return rows[^1].Id;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Kind { get; init; } = "";
            public string Body { get; init; } = "";
            public long OwnerId { get; init; }
            public string OwnerName { get; init; } = "";
            public DateOnly DueOn { get; init; }
            public long WrittenBy { get; init; }
            public string Code { get; init; } = "";
            public string Name { get; init; } = "";
        }
    }
}
