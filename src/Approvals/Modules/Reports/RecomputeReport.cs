using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>
/// 重算: the cases of a reported day are read anew, and those of which something was entered since the last report, and its
/// figures counted again. The report that was is kept; the new one is its next revision. Other days that these entries make
/// other are revised with it, so that the night finds nothing of them left to tell.
/// </summary>
internal static class RecomputeReport
{
    public const int LongestReason = 200;

    /// <param name="Day">A day that has a report.</param>
    /// <param name="Reason">Why; kept with the revision.</param>
    /// <param name="OnlyIfChanged">No revision where no figure is another: the report is compared with what was read once more.</param>
    [RecordAs("重算日报", "Recompute the report of a day")]
    [Needs(Act.RecomputeReport)]
    internal sealed record Command(DateOnly? Day, string? Reason, bool OnlyIfChanged = false) : ICommand<Result>;

    /// <param name="Revision">The newest one now.</param>
    /// <param name="Others">Other days that were revised with it.</param>
    /// <param name="IsNew">It is one that this made.</param>
    internal sealed record Result(DateOnly Day, int Revision, string Changed, int Others = 0, bool IsNew = true);

    internal static void Map(RouteGroupBuilder api) => api
        .MapPost("/reports/sla/recompute", (Command body, IMediator mediator) => mediator.Send(body))
        .Needs<Command>().WithSummary("Count the report of a day again; it becomes the next revision").WithTags("Reports");

    private sealed class Handler(Db db, Runs runs, Facts facts, DayFigures figures, ZoneClock clock, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Of = $"SELECT {Run.Columns} FROM reports_run WHERE business_date = @day AND is_current = 1";

        private const string OfDay = """
            SELECT case_id FROM reports_case WHERE received_on = @day
            UNION SELECT case_id FROM reports_case WHERE accepted_on = @day
            UNION SELECT case_id FROM reports_case WHERE ended_on = @day
            UNION SELECT case_id FROM reports_case WHERE handed_out_on = @day
            UNION SELECT case_id FROM reports_case WHERE due_on = @before
            UNION SELECT case_id FROM reports_pause WHERE to_on = @day
            UNION SELECT case_id FROM reports_pause WHERE from_on = @day AND kind = 'correction'
            UNION SELECT c.case_id FROM permits_public_event e JOIN reports_case c ON c.case_id = e.case_id WHERE e.recorded_at >= @begins AND e.recorded_at < @ends
            """;

        private const string Compared = "UPDATE reports_opening SET compare_from = @next WHERE id = 1 AND compare_from <= @day";

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            new Check()
                .That(command.Day is not null, "report.day", "day", "请选择日期。", "Choose a day.")
                .Text(command.Reason, "reason", "重算的理由", "The reason of the recomputation", LongestReason)
                .Done();
            var day = command.Day!.Value;
            await facts.TakeTurn(ct);
            var run = await db.Find<Run>(Of, new { day }, ct)
                ?? throw Refused.NotFound("report.none", "day", $"{Words.Day(day)} 没有日报。", $"There is no report of {Words.Day(day)}.");
            var (reason, last) = (command.Reason!.Trim(), (await runs.Last(ct))!.Value);
            var opening = (await db.Find<OpenReports.Row>(OpenReports.Row.Find, null, ct))!;
            var changes = new Changes(opening.FromOn, last);
            // Where all cases have just been read once more, there is nothing newer to read.
            if (!command.OnlyIfChanged) await Read(day, last, opening, changes, ct);
            var isNew = await runs.Revise(day, reason, !command.OnlyIfChanged, null, ct);
            var others = 0;
            foreach (var other in changes.Days)
                if (other != day && await runs.Revise(other, reason, always: false, changes.Shifts(other), ct)) others++;
            if (command.OnlyIfChanged) await db.Execute(Compared, new { day, next = day.AddDays(1) }, ct);
            var now = isNew ? (await db.Find<Run>(Of, new { day }, ct))! : run;
            trail.Changed(new("修订号", "Revision"), run.Revision, now.Revision);
            return new(day, now.Revision, now.Changed, others, isNew);
        }

        /// <remarks>Up to now, but nothing that belongs to a later night than the next: what a night counts late it counts as it would have in time.</remarks>
        private async Task Read(DateOnly day, DateOnly last, OpenReports.Row opening, Changes changes, CancellationToken ct)
        {
            var (begins, ends) = figures.Bounds(day);
            var cases = await db.Query<long>(OfDay, new { day, before = day.AddDays(-1), begins, ends }, ct);
            var (from, end) = figures.Bounds(last.AddDays(1));
            var now = clock.Now.AddSeconds(1);
            // What was known when the books were opened stays known while the days before it are being made, and while they are.
            var until = opening.FinishedAt is null ? now : opening.Known(now < end ? now : end);
            if (opening.BeganAt >= end) await facts.Refresh(cases, until, last, changes, ct);
            else await facts.Follow(cases, from, until, last, changes, ct);
        }
    }
}
