using System.Globalization;
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
    private readonly ZoneClock zone;
    private readonly Dictionary<long, Account> people;
    private readonly List<Life> lives;
    private readonly IReadOnlyList<Document> documents;
    private List<(DateOnly On, int Days, int Baseline, Where Where)>? complete;
    private readonly IReadOnlyList<Order> orders;
    private readonly IReadOnlyList<Milestone> milestones;

    private SlowReport(App app, Dictionary<long, Account> people, List<Life> lives, IReadOnlyList<Document> documents, IReadOnlyList<Order> orders, IReadOnlyList<Milestone> milestones)
    {
        days = app.Services.GetRequiredService<CalendarInForce>().Current;
        catalogue = app.Services.GetRequiredService<CatalogueInForce>().Current;
        zone = app.Zone;
        (this.people, this.lives, this.documents, this.orders, this.milestones) = (people, lives, documents, orders, milestones);
    }

    /// <summary>What something is counted under; null where it belongs to none.</summary>
    internal sealed record Where(string? Department, string? Item, string? Window, string? Process, string? Clerk, string? Project);

    public IEnumerable<string> Departments => Keys(w => w.Department);

    public IEnumerable<string> Items => Keys(w => w.Item);

    public IEnumerable<string> Windows => Keys(w => w.Window);

    public IEnumerable<string> Processes => Keys(w => w.Process);

    /// <summary>Whoever has a case in hand or decided it, and whoever entered something about one.</summary>
    public IEnumerable<string> Clerks => lives.Select(Clerk).Concat(lives.SelectMany(l => l.Events.Select(e => EnteredBy(l, e)))).Append("").Distinct().Order();

    public IEnumerable<string> Projects => Keys(w => w.Project);

    public static async Task<SlowReport> Of(App app)
    {
        var events = (await app.Rows<Event>("SELECT case_id, number, status, occurred_at, recorded_at, user_id, user_name, in_hands_of FROM permits_event ORDER BY case_id, number")).ToLookup(e => e.CaseId);
        var people = (await app.Rows<Account>("SELECT id, name, department FROM access_user")).ToDictionary(a => a.Id);
        var cases = await app.Rows<Case>("""
            SELECT c.id, c.application_number, c.project_id, c.item_code, c.department, c.received_at, c.admitted_at, c.accepted_on, c.due_on, c.decided_on, c.promised_limit, c.statutory_limit, c.statutory_unit,
                   a.process_id, a.window_id, a.deemed_on, r.handed_out_on
              FROM permits_case c
              JOIN onewindow_application a ON a.number = c.application_number
              LEFT JOIN onewindow_result r ON r.case_id = c.id
            """);
        return new(
            app,
            people,
            [.. cases.Select(c => new Life(c, [.. events[c.Id]]))],
            await app.Rows<Document>("SELECT case_id, given_on FROM permits_owed_document"),
            await app.Rows<Order>("""
                SELECT o.subject_kind, o.department, o.item, o.opened_at, o.finished_at, o.finished_how, a.process_id, a.window_id
                  FROM supervision_order o
                  LEFT JOIN permits_case c ON c.number = o.label
                  LEFT JOIN onewindow_application a ON a.number = COALESCE(c.application_number, o.label)
                """),
            await app.Rows<Milestone>("SELECT m.project_id, p.process_id, m.phase, m.kind, m.reached_on FROM projects_milestone m JOIN projects_project p ON p.id = m.project_id WHERE m.reached_on IS NOT NULL"));
    }

    /// <summary>What happened from one day to another, and how things stood at the end of the last.</summary>
    /// <param name="asKnown">What was open as it was known at the end of this day; null: by all that is known now.</param>
    public Dictionary<string, decimal?> Figures(DateOnly from, DateOnly to, Func<Where, bool> part, DateOnly? asKnown = null)
    {
        // Who has a case in hand answers for it; what nobody has decided yet, nobody has done; and an entry is its author's.
        var mine = lives.Where(l => part(Of(l.Case, Clerk(l)))).ToList();
        var nobodys = lives.Where(l => part(Of(l.Case, ""))).ToList();
        bool In(DateOnly? day) => day >= from && day <= to;

        var closed = mine.Where(l => In(Decided(l))).ToList();
        var inTime = closed.Where(l => l.Case.DueOn is not { } due || Decided(l) <= due).ToList();
        var used = closed.Select(Used).Order().ToList();
        var hands = closed.Select(Hands).ToList();
        var statutory = closed.Where(l => l.Case.StatutoryUnit == "wd").ToList();
        var handedOut = nobodys.Where(l => In(l.Case.HandedOutOn)).ToList();
        var waited = handedOut.Select(l => Days(Ended(l)!.Value, l.Case.HandedOutOn!.Value).Count()).ToList();
        // What the law does by itself nobody enters.
        var entries = lives.SelectMany(l => l.Events.Where(e => In(zone.DayOf(e.RecordedAt)) && e is not { UserId: 0, UserName: "系统" } && part(Of(l.Case, EnteredBy(l, e))))).ToList();
        var late = entries.Select(e => Days(zone.DayOf(e.OccurredAt), zone.DayOf(e.RecordedAt)).Count()).Where(d => d > 1).ToList();
        var paused = nobodys.SelectMany(Pauses).Where(p => In(p.To)).ToList();
        var corrections = closed.Sum(l => Corrections(l).Count() + Pauses(l).Count(p => p.IsCorrection));
        var ended = mine.Where(l => Decided(l) is null && In(Ended(l))).Select(l => l.Events.First(IsTerminal).Status).ToList();

        DateTime? until = asKnown is { } known ? zone.Utc(known.AddDays(1).ToDateTime(TimeOnly.MinValue)) : null;
        bool Knows(Life life, Func<Event, bool> what, DateOnly? on) => on <= to && life.Events.Where(what).Take(1).Any(e => until is not { } end || e.RecordedAt < end);
        // A case is known with the first entry about it, whichever that is.
        bool IsKnown(Life l) => zone.DayOf(l.Case.ReceivedAt) <= to && l.Events.Exists(e => until is not { } end || e.RecordedAt < end);
        bool IsDone(Life l) => Knows(l, IsTerminal, Ended(l));
        bool IsAccepted(Life l) => Knows(l, e => e.Status == 3, l.Case.AcceptedOn);
        var running = mine.Where(l => IsAccepted(l) && !IsDone(l)).ToList();
        var waiting = mine.Where(l => IsKnown(l) && !IsAccepted(l) && !IsDone(l)).ToList();
        // What ended a pause may be entered after the day it happened: until then nobody knows when the case is due, unless the limit was used up before.
        bool IsPaused(Life l)
        {
            var known = l.Events.SkipWhile(e => e.Status != 3).Where(e => until is not { } end || e.RecordedAt < end).ToList();
            return until is not null && Stretches(known, 6, 7, null).Concat(Stretches(known, 9, 10, null)).Any(p => p.To is null && p.From < l.Case.DueOn);
        }

        var overdue = running.Count(l => l.Case.DueOn < to && !IsPaused(l));

        var asked = orders.Where(o => part(Of(o))).ToList();
        var settled = asked.Count(o => o.FinishedHow != "moved" && o.FinishedAt is { } at && In(zone.DayOf(at)));
        var standing = asked.Count(o => zone.DayOf(o.OpenedAt) <= to && !(o.FinishedAt is { } at && zone.DayOf(at) <= to));

        var applications = (complete ??= Complete()).Where(a => In(a.On) && part(a.Where)).ToList();
        var started = Spans("LandAcquired", "ConstructionStarted").Where(s => In(s.On) && part(s.Where)).ToList();
        var titled = Spans("HandedOver", "Titled").Where(s => In(s.On) && part(s.Where)).ToList();

        return new()
        {
            ["received"] = nobodys.Count(l => In(zone.DayOf(l.Case.ReceivedAt))),
            ["accepted"] = nobodys.Count(l => In(l.Case.AcceptedOn)),
            ["closed"] = closed.Count,
            ["closedInTime"] = inTime.Count,
            ["inTimeRate"] = Ratio(inTime.Count, closed.Count),
            ["open"] = running.Count,
            ["overdue"] = overdue,
            ["overdueRate"] = Ratio(overdue, running.Count),
            ["waiting"] = waiting.Count,
            ["newRed"] = nobodys.Count(l => l.Case.AcceptedOn is not null && In(l.Case.DueOn?.AddDays(1)) && !(Ended(l) <= l.Case.DueOn)),
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
            ["askedAgain"] = nobodys.SelectMany(Pauses).Count(p => p.IsCorrection && In(p.From)),
            ["pauses"] = paused.Count,
            ["pauseDays"] = paused.Sum(p => Days(p.From, p.To!.Value).Count()),
            ["metByPause"] = inTime.Count(l => Days(l.Case.AcceptedOn!.Value, Decided(l)!.Value).Count() > l.Case.PromisedLimit),
            ["deemed"] = nobodys.Count(l => l.Case.DeemedOn is not null && In(l.Case.AcceptedOn)),
            ["approved"] = closed.Count(l => l.Events.Exists(e => e.Status is 11 or 12)),
            ["refused"] = closed.Count(l => l.Events.Exists(e => e.Status == 13)),
            ["withdrawn"] = ended.Count(status => status is not (4 or 5)),
            ["notAccepted"] = ended.Count(status => status is 4 or 5),
            ["owed"] = documents.Count(d => mine.Exists(l => l.Case.Id == d.CaseId && Ended(l) <= to && l.Events.First(IsTerminal).Status == 12) && !(d.GivenOn <= to)),
            ["handedOut"] = handedOut.Count,
            ["handOutMean"] = Ratio(waited.Sum(), waited.Count),
            ["handedOutLate"] = waited.Count(w => w > 10),
            ["entries"] = entries.Count,
            ["lateEntries"] = late.Count,
            ["lateShare"] = Ratio(late.Count, entries.Count),
            ["lateMean"] = Ratio(late.Sum(), late.Count),
            ["ordersOpened"] = asked.Count(o => In(zone.DayOf(o.OpenedAt))),
            ["ordersSettled"] = settled,
            ["ordersOpen"] = standing,
            ["resolvedShare"] = Ratio(settled, settled + standing),
            ["approvalMean"] = Ratio(applications.Sum(a => a.Days), applications.Count),
            ["approvalCompression"] = Below(applications.Sum(a => a.Days), applications.Sum(a => a.Baseline)),
            ["landToStart"] = Ratio(started.Sum(s => s.Days), started.Count),
            ["landCompression"] = Below(started.Sum(s => s.Days), started.Sum(s => s.Baseline)),
            ["handoverToTitle"] = Ratio(titled.Sum(s => s.Days), titled.Count),
        };
    }

    private IEnumerable<string> Keys(Func<Where, string?> key) => lives.Select(l => key(Of(l.Case, ""))).Concat(orders.Select(o => key(Of(o)))).OfType<string>().Distinct().Order();

    private static Where Of(Case c, string? clerk) => new(c.Department, c.ItemCode, Id(c.WindowId), Id(c.ProcessId), clerk, Id(c.ProjectId));

    private static Where Of(Order o) => new(o.Department, o.Item, Id(o.WindowId), Id(o.ProcessId ?? 0), "", null);

    private static string Id(long? id) => id?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>Where they work and as they are called, whosever case it is and for whomever they acted.</summary>
    private string EnteredBy(Life life, Event e) => people.TryGetValue(e.UserId, out var account) ? string.Create(CultureInfo.InvariantCulture, $"{account.Department}/{account.Id} {account.Name}") : By(life, e.UserId, e.UserName);

    private static string By(Life life, long id, string name) => string.Create(CultureInfo.InvariantCulture, $"{life.Case.Department}/{id} {name}");

    /// <summary>The last who acted on it, was acted for or was handed it, up to its end, and is of its department; a decision is always the department's.</summary>
    private string Clerk(Life life)
    {
        var own = "";
        foreach (var e in life.Events)
        {
            var account = people.GetValueOrDefault(e.InHandsOf ?? e.UserId);
            if (account?.Department == life.Case.Department || e.Status is 11 or 12 or 13 || (e.UserId == 0 && e.UserName == life.Case.Department))
                own = By(life, e.InHandsOf ?? e.UserId, e.InHandsOf is null ? e.UserName : account!.Name);
            if (IsTerminal(e)) break;
        }

        return own;
    }

    /// <summary>In whose hands each working day was, one day after the other.</summary>
    private (int Authority, int Applicant, int Uncounted) Hands(Life life)
    {
        var (authority, applicant, uncounted) = (0, 0, 0);
        DateOnly? admitted = life.Case.AdmittedAt is { } at ? zone.DayOf(at) : null;
        var pauses = Pauses(life).ToList();
        var asked = Corrections(life).Concat(pauses.Where(p => p.IsCorrection)).ToList();
        foreach (var day in Days(zone.DayOf(life.Case.ReceivedAt), Decided(life)!.Value))
        {
            if (asked.Exists(p => p.Holds(day))) applicant++;
            else if ((day > admitted && !(day > life.Case.AcceptedOn)) || pauses.Exists(p => p.Holds(day))) uncounted++;
            else authority++;
        }

        return (authority, applicant, uncounted);
    }

    private int Used(Life life) => Days(life.Case.AcceptedOn!.Value, Decided(life)!.Value).Count(day => !Pauses(life).Any(p => p.Holds(day)));

    /// <summary>Projects, complete on the first evening by which each item is approved and nothing taken in is open.</summary>
    private List<(DateOnly On, int Days, int Baseline, Where Where)> Complete() =>
    [
        .. from project in lives.GroupBy(l => (l.Case.ProjectId, l.Case.ProcessId))
           let process = catalogue.Process(project.Key.ProcessId)!
           let end = project.Select(Ended).Where(day => day is not null && process.Items.All(i => project.Any(l => l.Case.ItemCode == i.Item.Code && Ended(l) <= day && l.Events.First(IsTerminal).Status is 11 or 12))
               && project.All(l => Ended(l) <= day || zone.DayOf(l.Case.ReceivedAt) > day)).Min()
           where end is not null
           let decided = project.Where(l => zone.DayOf(l.Case.ReceivedAt) <= end && Decided(l) is not null).ToList()
           let first = decided.Min(l => l.Case.AcceptedOn!.Value)
           select (end.Value, Days(first, end.Value).Count(day => decided.Exists(l => day > l.Case.AcceptedOn && day <= Decided(l) && !Pauses(l).Any(p => p.Holds(day)))), process.BaselineWorkingDays,
               Of(project.MinBy(l => l.Case.Id)!.Case, null) with { Department = null, Item = null, Project = null }),
    ];

    /// <summary>A project in phases starts with the first of them; the land, its handover and its title are those of the whole.</summary>
    private IEnumerable<(DateOnly On, int Days, int Baseline, Where Where)> Spans(string begins, string ends) =>
        from project in milestones.GroupBy(m => m.ProjectId)
        let begin = project.FirstOrDefault(m => m.Kind == begins && m.Phase == 0)
        let end = project.Where(m => m.Kind == ends && (m.Phase == 0 || ends == "ConstructionStarted")).MinBy(m => m.ReachedOn)
        where begin is not null && end is not null
        select (end.ReachedOn, Days(begin.ReachedOn, end.ReachedOn).Count(), catalogue.Process(end.ProcessId)!.LandToStartBaseline, new Where(null, null, null, Id(end.ProcessId), null, null));

    /// <summary>What stopped the case after its acceptance.</summary>
    private IEnumerable<Stretch> Pauses(Life life)
    {
        var after = life.Events.SkipWhile(e => e.Status != 3).ToList();
        return Stretches(after, 6, 7, Ended(life)).Concat(Stretches(after, 9, 10, Ended(life)));
    }

    /// <summary>What the window asked for before it.</summary>
    private IEnumerable<Stretch> Corrections(Life life) => Stretches([.. life.Events.TakeWhile(e => e.Status != 3)], 6, 7, Ended(life));

    private IEnumerable<Stretch> Stretches(List<Event> events, int opens, int closes, DateOnly? otherwise)
    {
        // A case that is handed over repeats its status in the log; nothing begins by that.
        var begins = events.Where(e => e.Status == opens && e.InHandsOf is null).Select(e => zone.DayOf(e.OccurredAt)).ToList();
        var ends = events.Where(e => e.Status == closes && e.InHandsOf is null).Select(e => (DateOnly?)zone.DayOf(e.OccurredAt)).ToList();
        return begins.Select((from, i) => new Stretch(from, i < ends.Count ? ends[i] : otherwise, opens == 6));
    }

    private static bool IsTerminal(Event e) => e.Status is 2 or 4 or 5 or 11 or 12 or 13 or 14 or 15;

    private DateOnly? Ended(Life life) => life.Events.Where(IsTerminal).Select(e => (DateOnly?)zone.DayOf(e.OccurredAt)).FirstOrDefault();

    private DateOnly? Decided(Life life) => life.Events.FirstOrDefault(IsTerminal) is { Status: 11 or 12 or 13 } e ? zone.DayOf(e.OccurredAt) : null;

    private IEnumerable<DateOnly> Days(DateOnly after, DateOnly upTo)
    {
        for (var day = after.AddDays(1); day <= upTo; day = day.AddDays(1))
            if (days.IsWorkingDay(day)) yield return day;
    }

    private static decimal? Ratio(decimal part, decimal whole) => whole == 0 ? null : Math.Round(part / whole, 6, MidpointRounding.AwayFromZero);

    private static decimal? Below(decimal part, decimal whole) => Ratio(part, whole) is { } ratio ? 1 - ratio : null;

    private sealed record Life(Case Case, List<Event> Events);

    private sealed record Stretch(DateOnly From, DateOnly? To, bool IsCorrection)
    {
        public bool Holds(DateOnly day) => day > From && !(day > To);
    }

    private sealed record Case
    {
        public long Id { get; init; }
        public string ApplicationNumber { get; init; } = "";
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public DateTime ReceivedAt { get; init; }
        public DateTime? AdmittedAt { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DueOn { get; init; }
        public int? PromisedLimit { get; init; }
        public int? StatutoryLimit { get; init; }
        public string? StatutoryUnit { get; init; }
        public long ProcessId { get; init; }
        public long? WindowId { get; init; }
        public DateOnly? DeemedOn { get; init; }
        public DateOnly? HandedOutOn { get; init; }
    }

    private sealed record Event
    {
        public long CaseId { get; init; }
        public int Number { get; init; }
        public int Status { get; init; }
        public DateTime OccurredAt { get; init; }
        public DateTime RecordedAt { get; init; }
        public long UserId { get; init; }
        public string UserName { get; init; } = "";
        public long? InHandsOf { get; init; }
    }

    private sealed record Account
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public string? Department { get; init; }
    }

    private sealed record Document
    {
        public long CaseId { get; init; }
        public DateOnly? GivenOn { get; init; }
    }

    private sealed record Order
    {
        public string SubjectKind { get; init; } = "";
        public string Department { get; init; } = "";
        public string Item { get; init; } = "";
        public DateTime OpenedAt { get; init; }
        public DateTime? FinishedAt { get; init; }
        public string? FinishedHow { get; init; }
        public long? ProcessId { get; init; }
        public long? WindowId { get; init; }
    }

    private sealed record Milestone
    {
        public long ProjectId { get; init; }
        public long ProcessId { get; init; }
        public int Phase { get; init; }
        public string Kind { get; init; } = "";
        public DateOnly ReachedOn { get; init; }
    }
}
