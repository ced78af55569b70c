using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>
/// Before the first report: what is open, owes documents, or was closed since the beginning of last year, is read once, a share at a
/// time. The same again where a history was brought in behind the reports that exist.
/// </summary>
internal static class OpenReports
{
    /// <param name="Again">Why everything is read once more; null to go on with what was begun.</param>
    [RecordAs("报告建账", "Read the cases for the reports")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(string? Again = null, int Share = 5_000) : ICommand<Standing>;

    /// <param name="LookedAt">Cases so far.</param>
    /// <param name="Reason">Why everything was read once more.</param>
    /// <param name="CompareFrom">The next report to be compared with what was read once more.</param>
    /// <param name="CompareTo">The last of them; before the next where all are compared.</param>
    internal sealed record Standing(bool IsOpen, long LookedAt, string Reason, DateOnly? CompareFrom, DateOnly? CompareTo);

    internal sealed record Row
    {
        public const string Find = "SELECT from_on, after_id, looked_at, reason, began_at, finished_at, compare_from, compare_to FROM reports_opening WHERE id = 1";

        public DateOnly FromOn { get; init; }
        public long AfterId { get; init; }
        public long LookedAt { get; init; }
        public string Reason { get; init; } = "";
        public DateTime BeganAt { get; init; }
        public DateTime? FinishedAt { get; init; }
        public DateOnly? CompareFrom { get; init; }
        public DateOnly? CompareTo { get; init; }

        /// <summary>What the reading has seen is not forgotten by a night whose end lies before the end of the reading.</summary>
        public DateTime Known(DateTime until) => FinishedAt >= until ? FinishedAt.Value.AddSeconds(1) : until;
    }

    private sealed class Handler(Db db, Facts facts, ZoneClock clock, Trail trail) : IRequestHandler<Command, Standing>
    {
        /// <summary>What was entered late, or whose application ended later, belongs to the first days too.</summary>
        private const int DaysBefore = 60;

        private const string FirstReceived = "SELECT received_at FROM permits_public_case ORDER BY id";

        private const string Next = """
            SELECT id
              FROM permits_public_case
             WHERE id > @after
               AND (decided_on >= @since
                    OR (decided_on IS NULL AND (status NOT IN @undecided OR EXISTS (SELECT 1 FROM permits_public_event e WHERE e.case_id = permits_public_case.id AND e.recorded_at >= @sinceAt)))
                    OR EXISTS (SELECT 1 FROM permits_public_owed_document o WHERE o.case_id = permits_public_case.id AND (o.given_on IS NULL OR o.given_on >= @from))
                    OR EXISTS (SELECT 1 FROM onewindow_public_result r WHERE r.case_id = permits_public_case.id AND r.handed_out_on >= @from))
             ORDER BY id
            """;

        /// <summary>What ended so long ago without a decision is in no report.</summary>
        private static readonly int[] Undecided = [(int)CaseStatus.Withdrawn, (int)CaseStatus.NoPermitNeeded, (int)CaseStatus.NotAccepted, (int)CaseStatus.Recalled, (int)CaseStatus.Revoked];

        private const string Begin = """
            INSERT INTO reports_opening (id, from_on, after_id, looked_at, reason, began_at)
            VALUES (1, @from, 0, 0, @reason, @Now)
            """;

        private const string BeginAgain = """
            UPDATE reports_opening
               SET after_id = 0, looked_at = 0, reason = @reason, began_at = @Now, finished_at = NULL,
                   compare_from = from_on, compare_to = (SELECT MAX(r.business_date) FROM reports_run r)
             WHERE id = 1
            """;

        private const string GoOn = "UPDATE reports_opening SET after_id = @last, looked_at = looked_at + @n WHERE id = 1 AND after_id = @AfterId";

        private const string Finish = "UPDATE reports_opening SET finished_at = @Now WHERE id = 1 AND finished_at IS NULL";

        public async Task<Standing> Handle(Command command, CancellationToken ct)
        {
            var row = await db.Find<Row>(Row.Find, null, ct);
            if (row is null)
            {
                var from = await Beginning(ct);
                if (!await db.TryInsert(Begin, new { from, reason = command.Again ?? "", clock.Now }, ct)) throw Elsewhere();
                row = new() { FromOn = from, BeganAt = clock.Now };
            }
            else if (row.FinishedAt is null || command.Again is not null)
            {
                await facts.TakeTurn(ct);
                row = (await db.Find<Row>(Row.Find, null, ct))!;
                if (command.Again is not null)
                {
                    await db.Execute(BeginAgain, new { reason = command.Again, clock.Now }, ct);
                    row = (await db.Find<Row>(Row.Find, null, ct))!;
                }
            }

            if (row.FinishedAt is not null)
            {
                trail.OnlyLooked();
                return Now(true, row, 0);
            }

            var since = row.FromOn.AddDays(-DaysBefore);
            var ids = await db.First<long>(command.Share, Next, new { after = row.AfterId, since, sinceAt = clock.Utc(since.ToDateTime(TimeOnly.MinValue)), from = row.FromOn, undecided = Undecided }, ct);
            await facts.Refresh(ids, clock.Now.AddSeconds(1), clock.Today.AddDays(-1), null, ct);
            if (ids.Count > 0 && await db.Execute(GoOn, new { last = ids[^1], n = ids.Count, row.AfterId }, ct) == 0)
                throw Elsewhere();
            trail.Changed(new("已读的办理件", "Cases read"), row.LookedAt, row.LookedAt + ids.Count);
            if (ids.Count == command.Share) return Now(false, row, ids.Count);
            await facts.KeepOrders(Facts.Ever, clock.Now.AddSeconds(1), ct);
            await db.Execute(Finish, new { clock.Now }, ct);
            trail.Changed<Text>(new("建账", "Reading the cases"), new("进行中", "Under way"), new("已完成", "Finished"));
            return Now(true, row, ids.Count);
        }

        private static Standing Now(bool isOpen, Row row, int more) => new(isOpen, row.LookedAt + more, row.Reason, row.CompareFrom, row.CompareTo);

        private static Refused Elsewhere() => Refused.Conflict("report.openedElsewhere", "另一进程正在建账。", "Another process is reading the cases.");

        /// <summary>The first day of last year, or of the first case; yesterday where there is none.</summary>
        private async Task<DateOnly> Beginning(CancellationToken ct)
        {
            var yesterday = clock.Today.AddDays(-1);
            var first = await db.First<DateTime>(1, FirstReceived, null, ct);
            if (first.Count == 0) return yesterday;
            var lastYear = new DateOnly(clock.Today.Year - 1, 1, 1);
            var day = clock.DayOf(first[0]);
            return day > yesterday ? yesterday : day > lastYear ? day : lastYear;
        }
    }
}
