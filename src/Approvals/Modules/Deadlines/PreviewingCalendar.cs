using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>
/// What a publication would do to the open due dates, counted by the rule that will count them: every one it can reach is
/// looked at, a batch at a time, so that the numbers are exact and a million of them take no more room than a thousand.
/// </summary>
internal static class PreviewingCalendar
{
    private const int BatchRows = 5000;

    /// <summary>How many are named; the list of what moved, after the publication, names them all.</summary>
    private const int Named = 5;

    private sealed class Handler(Db db) : INotificationHandler<CalendarPreviewed>
    {
        // The same dates as those a recount reads, the earliest first and without the long words.
        private const string Batch = """
            SELECT id, subject_kind, subject_id, limit_rule AS [rule], label, accepted_on, carried_from, limit_value, limit_unit, extension_days, has_pauses, due_on, is_provisional
              FROM deadlines_clock
             WHERE stopped_on IS NULL AND due_on >= @From AND (due_on > @From OR id > @After) AND accepted_on < @LastDay
             ORDER BY due_on, id
            """;

        public async Task Handle(CalendarPreviewed previewed, CancellationToken ct)
        {
            var found = new Found();
            var (from, after) = (previewed.FirstDay, 0L);
            IReadOnlyList<StoredClock> clocks;
            do
            {
                clocks = await db.First<StoredClock>(BatchRows, Batch, new { From = from, After = after, previewed.LastDay }, ct);
                var pauses = await PausesOfSubjects.Read(db, clocks, ct);
                foreach (var clock in clocks)
                {
                    // A pause opened between two batches leaves a date unknown.
                    if (clock.Recount(previewed.Days, pauses).Due is { } then) found.Add(clock, then);
                }

                if (clocks.Count > 0) (from, after) = (clocks[^1].DueOn!.Value, clocks[^1].Id);
            }
            while (clocks.Count == BatchRows);
            foreach (var sentence in found.InWords()) previewed.Consequences.Add(sentence);
        }
    }

    private sealed class Found
    {
        private readonly List<Text> first = [];
        private int earlier, later, mostEarlier, mostLater, firm, provisional;

        public void Add(StoredClock clock, DueDay then)
        {
            var days = then.Date.DayNumber - clock.DueOn!.Value.DayNumber;
            if (days < 0) (earlier, mostEarlier) = (earlier + 1, Math.Max(mostEarlier, -days));
            if (days > 0) (later, mostLater) = (later + 1, Math.Max(mostLater, days));
            if (clock.IsProvisional && !then.IsProvisional) firm++;
            if (then.IsProvisional) provisional++;
            if (days == 0 || first.Count == Named) return;
            var rule = Rules.Name(clock.Rule);
            first.Add(new(
                $"{clock.Label} {rule.Zh} {Words.Day(clock.DueOn)} → {Words.Day(then.Date)}",
                $"{clock.Label} {rule.En} {Words.Day(clock.DueOn)} → {Words.Day(then.Date)}"));
        }

        public IEnumerable<Text> InWords()
        {
            var moved = earlier + later;
            if (moved == 0)
            {
                yield return new("没有未办结的到期日会移动。", "No open due date would move.");
            }
            else
            {
                // In days of the wall calendar: working days would differ by the calendar one counts them with.
                yield return new(
                    $"{moved} 个未办结的到期日会移动：{(later > 0 ? $"顺延 {later} 个，最多 {mostLater} 天" : "")}{(later > 0 && earlier > 0 ? "；" : "")}{(earlier > 0 ? $"提前 {earlier} 个，最多 {mostEarlier} 天" : "")}（按自然日计）。",
                    $"{Count(moved, "open due date")} would move: {(later > 0 ? $"{later} later, by {Count(mostLater, "day")} at most" : "")}{(later > 0 && earlier > 0 ? "; " : "")}{(earlier > 0 ? $"{earlier} earlier, by {Count(mostEarlier, "day")} at most" : "")} (calendar days).");
                yield return new(
                    $"{(moved > first.Count ? $"最先到期的 {first.Count} 个" : "即")}：{string.Join("；", first.Select(f => f.Zh))}。",
                    $"{(moved > first.Count ? $"The first {first.Count} to fall due" : "They are")}: {string.Join("; ", first.Select(f => f.En))}.");
            }

            if (firm > 0) yield return new($"{firm} 个暂定的到期日随之确定。", $"{Count(firm, "provisional due date")} would become firm.");
            if (provisional > 0) yield return new($"{provisional} 个到期日仍为暂定：所及年份尚未发布。", $"{Count(provisional, "due date")} would stay provisional, in a year that is not published.");
        }

        private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
    }
}
