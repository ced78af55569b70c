using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>
/// After a publication of the calendar every open due date it can reach is counted again, in batches of one transaction
/// each: nobody at a window waits behind a million dates, and after a crash the next run goes on where the last one
/// ended. Stopped clocks keep their date and the edition it was computed with; so does a date that does not move.
/// </summary>
internal static class RecountDates
{
    [RecordAs("按新日历重算到期日", "Count due dates again by the new calendar")]
    [Needs(Act.PublishCatalogue)]
    internal sealed record Command(int Clocks = 1000) : ICommand<Result>;

    /// <param name="LookedAt">Clocks of this batch.</param>
    /// <param name="More">Whether anything is left to count.</param>
    /// <param name="Standing">The recount that is under way; null where there is none.</param>
    internal sealed record Result(int LookedAt, bool More, RecountStanding? Standing = null);

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("deadlines.recount-dates");
            while ((await mediator.Send(new Command(), ct)).More)
            {
            }
        }
    }

    private sealed class Asking(Db db, Ids ids, ZoneClock clock) : INotificationHandler<CalendarPublished>
    {
        private const string Insert = """
            INSERT INTO deadlines_recount (id, edition, first_day, last_day, asked_by, asked_at, after_id, looked_at, moved, expected)
            SELECT @Id, @Edition, @FirstDay, @LastDay, @By, @Now, 0, 0, 0, COUNT(id)
              FROM deadlines_clock
             WHERE stopped_on IS NULL AND due_on >= @FirstDay
            """;

        public async Task Handle(CalendarPublished published, CancellationToken ct) => await db.Execute(
            Insert,
            new { Id = await ids.Next(), published.Edition, published.FirstDay, published.LastDay, published.By, clock.Now },
            ct);
    }

    private sealed class Standing(Db db) : IRequestHandler<RecountsNow, IReadOnlyList<RecountStanding>>
    {
        private const string Open = """
            SELECT id, first_day, last_day, asked_by, asked_at, looked_at, moved, expected
              FROM deadlines_recount
             WHERE finished_at IS NULL
             ORDER BY id
            """;

        public Task<IReadOnlyList<RecountStanding>> Handle(RecountsNow query, CancellationToken ct) => db.Query<RecountStanding>(Open, ct: ct);
    }

    private sealed class Handler(Db db, CalendarInForce calendar, ZoneClock clock, IMediator mediator, Recounting recounting, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string FindOpen = """
            SELECT id, edition, first_day, last_day, after_id, asked_by, asked_at, looked_at, moved, expected
              FROM deadlines_recount
             WHERE finished_at IS NULL
             ORDER BY id
            """;

        // Only a date on or after the first changed day can move, and only that of a clock begun before the last. In the
        // order in which they lie in the table: neighbours are read and written together.
        private const string Batch = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE stopped_on IS NULL AND id > @AfterId AND due_on >= @FirstDay AND accepted_on < @LastDay
             ORDER BY id
            """;

        private const string KeepMove = """
            INSERT INTO deadlines_move (recount_id, clock_id, department, from_on, to_on)
            VALUES (@RecountId, @ClockId, @Department, @From, @To)
            """;

        private const string Advance = """
            UPDATE deadlines_recount
               SET after_id = @ClockId, looked_at = looked_at + @LookedAt, moved = moved + @Moved
             WHERE id = @Id AND after_id = @AfterId AND finished_at IS NULL
            """;

        private const string Finish = "UPDATE deadlines_recount SET finished_at = @Now WHERE id = @Id AND finished_at IS NULL";

        private const string MovedByDepartment = """
            SELECT department, COUNT(clock_id) AS dates
              FROM deadlines_move
             WHERE recount_id = @Id
             GROUP BY department
             ORDER BY department
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            if ((await db.First<Open>(1, FindOpen, null, ct)).SingleOrDefault() is not { } open) return new(0, false);
            // Another process published, and this one has not taken the edition up yet: it will within a minute.
            if (calendar.Current.Edition < open.Edition) return new(0, false);

            var clocks = await db.First<StoredClock>(command.Clocks, Batch, open, ct);
            if (clocks.Count == 0)
            {
                if (await db.Execute(Finish, new { open.Id, clock.Now }, ct) > 0)
                {
                    trail.Changed<Text>(new("按新日历重算", "The recount by the new calendar"), new("进行中", "Under way"), new("已完成", "Finished"));
                    var moved = await db.Query<Count>(MovedByDepartment, new { open.Id }, ct);
                    await mediator.Publish(new DatesRecounted(open.Id, [.. moved.Select(m => new MovedOfDepartment(m.Department, m.Dates))]), ct);
                }

                return new(0, true);
            }

            var dates = (await recounting.Apply(clocks, DueCause.Calendar, ct, onlyWhatMoves: true)).Where(d => d.From is not null && d.To is not null && d.From != d.To).ToList();
            await db.Execute(KeepMove, dates.ConvertAll(d => new { RecountId = open.Id, d.ClockId, d.Department, d.From, d.To }), ct);
            if (await db.Execute(Advance, new { open.Id, open.AfterId, ClockId = clocks[^1].Id, LookedAt = clocks.Count, Moved = dates.Count }, ct) == 0)
                throw Refused.Conflict("recount.elsewhere", "另一服务器正在重算。", "Another server is counting.");
            trail.Changed(new("已重算的计时", "Clocks counted again"), open.LookedAt, open.LookedAt + clocks.Count);
            trail.Changed(new("变动的到期日", "Due dates moved"), open.Moved, open.Moved + dates.Count);
            return new(clocks.Count, true, open with { LookedAt = open.LookedAt + clocks.Count, Moved = open.Moved + dates.Count });
        }

        private sealed record Open : RecountStanding
        {
            public long Edition { get; init; }
            public long AfterId { get; init; }
        }

        private sealed record Count
        {
            public string Department { get; init; } = "";
            public int Dates { get; init; }
        }
    }
}
