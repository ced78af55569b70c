using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>
/// Raises what has newly come due: one alert for each clock, level and version of its due date. A run that is repeated raises nothing
/// again; after days without a run the next one raises what was missed, with the day on which it began.
/// </summary>
internal static class RaiseAlerts
{
    /// <summary>A bounded share of the work, so that nobody at a window waits behind a long scan.</summary>
    [RecordAs("发出到期提醒", "Raise the alerts")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(int Clocks = 1000) : ICommand<Result>;

    /// <param name="Raised">Alerts written.</param>
    /// <param name="More">Whether there may be clocks left to look at.</param>
    internal sealed record Result(int Raised, bool More);

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("deadlines.raise-alerts");
            while ((await mediator.Send(new Command(), ct)).More)
            {
            }
        }
    }

    private sealed class Handler(Db db, Ids ids, ZoneClock clock, IMediator mediator, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string NewlyDue = """
            SELECT id, subject_kind, subject_id, limit_rule AS [rule], label, department, item, due_on, due_version, is_provisional, warn_on, next_alert_on
              FROM deadlines_clock
             WHERE next_alert_on IS NOT NULL AND next_alert_on <= @today
             ORDER BY next_alert_on, id
            """;

        // The unique key says whether it was raised before. To ask first costs more: a statement that reads what it writes
        // keeps its rows aside.
        private const string Insert = """
            INSERT INTO deadlines_alert (id, clock_id, level, due_version, due_on, began_on, raised_at)
            VALUES (@Id, @ClockId, @Level, @DueVersion, @DueOn, @BeganOn, @Now)
            """;

        // The guard: a clock that was stopped or moved meanwhile keeps what that left, and raises nothing.
        private const string Advance = """
            UPDATE deadlines_clock
               SET next_alert_on = @Then
             WHERE id = @Id AND next_alert_on = @NextAlertOn AND due_version = @DueVersion
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var today = clock.Today;
            // One more than is worked off says whether there is more, and spares a run that finds nothing.
            var found = await db.First<Row>(command.Clocks + 1, NewlyDue, new { today }, ct);
            var due = found.Take(command.Clocks);
            var raised = new List<DeadlineAlerted>();
            foreach (var row in due)
            {
                var late = row.DueOn.AddDays(1);
                var isLate = late <= today;
                if (await db.Execute(Advance, new { row.Id, row.NextAlertOn, row.DueVersion, Then = isLate ? null : (DateOnly?)late }, ct) == 0) continue;
                if (row.NextAlertOn <= row.DueOn) await Raise(row, Light.Yellow, row.WarnOn);
                if (isLate) await Raise(row, Light.Red, late);
            }

            trail.Changed(new("已查看的计时", "Clocks looked at"), 0, Math.Min(found.Count, command.Clocks));
            trail.Changed(new("发出的提醒", "Alerts raised"), 0, raised.Count);
            if (raised.Count > 0) await mediator.Publish(new DeadlinesAlerted(raised), ct);
            return new(raised.Count, found.Count > command.Clocks);

            async Task Raise(Row row, Light level, DateOnly beganOn)
            {
                var alert = new { Id = await ids.Next(), ClockId = row.Id, Level = level == Light.Red ? "red" : "yellow", row.DueVersion, row.DueOn, BeganOn = beganOn, clock.Now };
                if (await db.TryInsert(Insert, alert, ct))
                    raised.Add(new(alert.Id, row.Id, row.SubjectKind, row.SubjectId, row.Rule, row.Label, row.Department, row.Item, level, row.DueOn, row.IsProvisional, beganOn));
            }
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string SubjectKind { get; init; } = "";
            public long SubjectId { get; init; }
            public string Rule { get; init; } = "";
            public string Label { get; init; } = "";
            public string Department { get; init; } = "";
            public string Item { get; init; } = "";
            public int DueVersion { get; init; }
            public DateOnly DueOn { get; init; }
            public bool IsProvisional { get; init; }
            public DateOnly WarnOn { get; init; }
            public DateOnly NextAlertOn { get; init; }
        }
    }
}
