using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Tests.Reports;

/// <summary>
/// The figures of the report once more, by another road: every case and every event of the database in memory, counted day
/// by day in plain LINQ. It knows the definitions and nothing of how the program keeps or adds its counts.
/// </summary>
internal sealed class SlowReport
{
    private readonly WorkingDays days;
    private readonly CatalogueSnapshot catalogue;
    private readonly List<Life> lives;
    private readonly ZoneClock zone;

    private SlowReport(App app, List<Life> lives)
    {
        days = app.Services.GetRequiredService<CalendarInForce>().Current;
        catalogue = app.Services.GetRequiredService<CatalogueInForce>().Current;
        zone = app.Zone;
        this.lives = lives;
    }

    public IReadOnlyList<string> Departments => [.. lives.Select(l => l.Case.Department).Distinct().Order()];

    public IReadOnlyList<string> Items => [.. lives.Select(l => l.Case.ItemCode).Distinct().Order()];

    public static async Task<SlowReport> Of(App app)
    {
        var events = (await app.Rows<Event>("SELECT case_id, number, status, occurred_at, recorded_at FROM permits_event ORDER BY case_id, number")).ToLookup(e => e.CaseId);
        var cases = await app.Rows<Case>("""
            SELECT c.id, c.application_number, c.item_code, c.department, c.received_at, c.admitted_at, c.accepted_on, c.due_on, c.decided_on, c.promised_limit, c.statutory_limit, c.statutory_unit, a.process_id,
                   r.handed_out_on
              FROM permits_case c
              JOIN onewindow_application a ON a.number = c.application_number
              LEFT JOIN onewindow_result r ON r.case_id = c.id
            """);
        return new(app, [.. cases.Select(c => new Life(c, [.. events[c.Id]]))]);
    }

    /// <summary>What happened from one day to another, and how things stood as they were known at the end of the last.</summary>
    /// <param name="asKnown">Entries after this day are not known where stocks are counted; null: known or not, by the day they happened.</param>
    public Dictionary<string, decimal?> Figures(DateOnly from, DateOnly to, DateOnly? asKnown, Func<Case, bool> part, bool isWhole)
    {
        var mine = lives.Where(l => part(l.Case)).ToList();
        bool In(DateOnly? day) => day >= from && day <= to;

        var closed = mine.Where(l => In(Decided(l))).ToList();
        var inTime = closed.Where(l => Decided(l) <= l.Case.DueOn).ToList();
        var used = closed.Select(Used).Order().ToList();
        var hands = closed.Select(l => Hands(l)).ToList();
        var statutory = closed.Where(l => l.Case.StatutoryUnit == "wd").ToList();
        var handedOut = mine.Where(l => In(l.Case.HandedOutOn)).ToList();
        var entries = mine.SelectMany(l => l.Events).Where(e => In(zone.DayOf(e.RecordedAt))).ToList();
        var late = entries.Count(e => Days(zone.DayOf(e.OccurredAt), zone.DayOf(e.RecordedAt)).Count() > 1);
        var paused = mine.SelectMany(Pauses).Where(p => In(p.To)).ToList();
        var corrections = 0m;

        DateTime? until = asKnown is { } known ? zone.Utc(known.AddDays(1).ToDateTime(TimeOnly.MinValue)) : null;
        bool Knows(Life life, Func<Event, bool> what, DateOnly? on) => on <= to && life.Events.Where(what).Take(1).Any(e => until is not { } end || e.RecordedAt < end);
        bool IsDone(Life l) => Knows(l, e => e.Status is 11 or 12 or 13, Decided(l));
        var running = mine.Where(l => Knows(l, e => e.Status == 3, l.Case.AcceptedOn) && !IsDone(l)).ToList();
        var waiting = mine.Where(l => Knows(l, e => e.Status == 1, zone.DayOf(l.Case.ReceivedAt)) && !Knows(l, e => e.Status == 3, l.Case.AcceptedOn) && !IsDone(l)).ToList();
        var overdue = running.Count(l => l.Case.DueOn < to);

        var figures = new Dictionary<string, decimal?>
        {
            ["received"] = mine.Count(l => In(zone.DayOf(l.Case.ReceivedAt))),
            ["accepted"] = mine.Count(l => In(l.Case.AcceptedOn)),
            ["closed"] = closed.Count,
            ["closedInTime"] = inTime.Count,
            ["inTimeRate"] = Ratio(inTime.Count, closed.Count),
            ["open"] = running.Count,
            ["overdue"] = overdue,
            ["overdueRate"] = Ratio(overdue, running.Count),
            ["waiting"] = waiting.Count,
            ["newRed"] = mine.Count(l => l.Case.AcceptedOn is not null && In(l.Case.DueOn?.AddDays(1)) && !(Decided(l) <= l.Case.DueOn)),
            ["usedMean"] = Ratio(used.Sum(), used.Count),
            ["usedMedian"] = used.Count == 0 ? null : (used[(used.Count - 1) / 2] + used[used.Count / 2]) / 2m,
            ["usedP90"] = used.Count == 0 ? null : used[(int)Math.Ceiling(used.Count * 0.9m) - 1],
            ["spanMean"] = Ratio(closed.Sum(l => Decided(l)!.Value.DayNumber - zone.DayOf(l.Case.ReceivedAt).DayNumber), closed.Count),
            ["authority"] = hands.Sum(h => h.Authority),
            ["applicant"] = hands.Sum(h => h.Applicant),
            ["uncounted"] = hands.Sum(h => h.Uncounted),
            ["elapsed"] = closed.Sum(l => Days(zone.DayOf(l.Case.ReceivedAt), Decided(l)!.Value).Count()),
            ["statutoryCompression"] = Below(statutory.Sum(Used), statutory.Sum(l => l.Case.StatutoryLimit!.Value)),
            ["corrections"] = corrections,
            ["correctionsPerCase"] = Ratio(corrections, closed.Count),
            ["pauses"] = paused.Count,
            ["pauseDays"] = paused.Sum(p => Days(p.From, p.To).Count()),
            ["metByPause"] = inTime.Count(l => Days(l.Case.AcceptedOn!.Value, Decided(l)!.Value).Count() > l.Case.PromisedLimit),
            ["deemed"] = 0,
            ["approved"] = closed.Count(l => l.Events.Exists(e => e.Status is 11 or 12)),
            ["refused"] = closed.Count(l => l.Events.Exists(e => e.Status == 13)),
            ["withdrawn"] = 0,
            ["notAccepted"] = 0,
            ["owed"] = 0,
            ["handedOut"] = handedOut.Count,
            ["handOutMean"] = Ratio(handedOut.Sum(l => Days(l.Case.DecidedOn!.Value, l.Case.HandedOutOn!.Value).Count()), handedOut.Count),
            ["entries"] = entries.Count,
            ["lateEntries"] = late,
            ["lateShare"] = Ratio(late, entries.Count),
            ["landToStart"] = null,
            ["landCompression"] = null,
            ["handoverToTitle"] = null,
            ["approvalMean"] = null,
            ["approvalCompression"] = null,
        };
        if (!isWhole) return figures;
        var whole = Applications().Where(a => In(a.On)).ToList();
        figures["approvalMean"] = Ratio(whole.Sum(a => a.Days), whole.Count);
        figures["approvalCompression"] = Below(whole.Sum(a => a.Days), whole.Sum(a => a.Baseline));
        return figures;
    }

    /// <summary>In whose hands each working day was, one day after the other.</summary>
    private (int Authority, int Applicant, int Uncounted) Hands(Life life)
    {
        var (from, to) = (zone.DayOf(life.Case.ReceivedAt), Decided(life)!.Value);
        var (authority, uncounted) = (0, 0);
        var admitted = zone.DayOf(life.Case.AdmittedAt!.Value);
        foreach (var day in Days(from, to))
        {
            var waits = day > admitted && day <= life.Case.AcceptedOn;
            if (waits || Pauses(life).Any(p => day > p.From && day <= p.To)) uncounted++;
            else authority++;
        }

        return (authority, 0, uncounted);
    }

    private int Used(Life life) => Days(life.Case.AcceptedOn!.Value, Decided(life)!.Value).Count(day => !Pauses(life).Any(p => day > p.From && day <= p.To));

    private IEnumerable<(DateOnly On, int Days, int Baseline)> Applications() =>
        from application in lives.GroupBy(l => l.Case.ApplicationNumber)
        where application.All(l => Decided(l) is not null)
        let process = catalogue.Process(application.First().Case.ProcessId)!
        where process.Items.All(i => application.Any(l => l.Case.ItemCode == i.Item.Code))
        let first = application.Min(l => l.Case.AcceptedOn!.Value)
        let last = application.Max(l => Decided(l)!.Value)
        select (last, Days(first, last).Count(day => application.Any(l => day > l.Case.AcceptedOn && day <= Decided(l) && !Pauses(l).Any(p => day > p.From && day <= p.To))), process.BaselineWorkingDays);

    private IEnumerable<(DateOnly From, DateOnly To)> Pauses(Life life)
    {
        var begins = life.Events.Where(e => e.Status == 9).Select(e => zone.DayOf(e.OccurredAt));
        var ends = life.Events.Where(e => e.Status == 10).Select(e => zone.DayOf(e.OccurredAt));
        return begins.Zip(ends);
    }

    private DateOnly? Decided(Life life) => life.Events.Where(e => e.Status is 11 or 12 or 13).Select(e => (DateOnly?)zone.DayOf(e.OccurredAt)).FirstOrDefault();

    private IEnumerable<DateOnly> Days(DateOnly after, DateOnly upTo)
    {
        for (var day = after.AddDays(1); day <= upTo; day = day.AddDays(1))
            if (days.IsWorkingDay(day)) yield return day;
    }

    private static decimal? Ratio(decimal part, decimal whole) => whole == 0 ? null : Math.Round(part / whole, 6, MidpointRounding.AwayFromZero);

    private static decimal? Below(decimal part, decimal whole) => Ratio(part, whole) is { } ratio ? 1 - ratio : null;

    internal sealed record Life(Case Case, List<Event> Events);

    internal sealed record Case
    {
        public long Id { get; init; }
        public string ApplicationNumber { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public DateTime ReceivedAt { get; init; }
        public DateTime? AdmittedAt { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DueOn { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public int? PromisedLimit { get; init; }
        public int? StatutoryLimit { get; init; }
        public string? StatutoryUnit { get; init; }
        public long ProcessId { get; init; }
        public DateOnly? HandedOutOn { get; init; }
    }

    internal sealed record Event
    {
        public long CaseId { get; init; }
        public int Number { get; init; }
        public int Status { get; init; }
        public DateTime OccurredAt { get; init; }
        public DateTime RecordedAt { get; init; }
    }
}
