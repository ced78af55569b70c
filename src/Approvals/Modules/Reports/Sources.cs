using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;

namespace Approvals.Modules.Reports;

/// <summary>
/// Cases as they were known at an instant: what was entered afterwards is not seen. So a night that is made up counts
/// what it would have counted in time.
/// </summary>
internal sealed class Sources(Db db, CalendarInForce calendar, ZoneClock clock)
{
    /// <summary>Of one look-up. A server takes 2,100 parameters.</summary>
    public const int Share = 500;

    private const string Cases = """
        SELECT c.id, c.number, c.application_number, c.project_id, c.item_code, c.department, d.statutory_limit, d.statutory_unit, c.received_at, c.accepted_on, d.admitted_at,
               a.process_id, a.window_id, a.deemed_on, k.limit_value, k.limit_unit, k.extension_days, COALESCE(k.due_on, c.due_on) AS due_on, k.used_days,
               r.handed_out_on, r.handed_out_at
          FROM permits_public_case c
          JOIN permits_public_admission d ON d.case_id = c.id
          JOIN onewindow_public_application a ON a.number = c.application_number
          LEFT JOIN deadlines_public_clock k ON k.subject_id = c.id AND k.subject_kind = 'case' AND k.limit_rule = 'promised'
          LEFT JOIN onewindow_public_result r ON r.case_id = c.id
         WHERE c.id IN @ids
        """;

    private const string Events = """
        SELECT case_id, number, status, occurred_at, recorded_at, hand_id, hand_name, hand_department
          FROM permits_public_event
         WHERE case_id IN @ids AND recorded_at < @until
         ORDER BY case_id, number
        """;

    private const string Pauses = """
        SELECT subject_id, kind, approved_by, from_on, to_on, closed_at
          FROM deadlines_public_pause
         WHERE subject_id IN @ids AND subject_kind = 'case' AND opened_at < @until
         ORDER BY subject_id, from_on, id
        """;

    /// <summary>The due dates that have been made others since, the first change first.</summary>
    private const string DueThen = """
        SELECT subject_id, limit_rule, due_on
          FROM deadlines_public_due_was
         WHERE subject_id IN @ids AND subject_kind = 'case' AND limit_rule IN ('promised', 'statutory') AND replaced_at >= @until
         ORDER BY subject_id, replaced_at
        """;

    private const string Owed = """
        SELECT case_id, COUNT(*) AS n
          FROM permits_public_owed_document
         WHERE case_id IN @ids AND (given_on IS NULL OR given_on > @day)
         GROUP BY case_id
        """;

    internal sealed record Found(CaseFact Case, IReadOnlyList<PauseOfCase> Pauses);

    /// <param name="ids">At most <see cref="Share"/>.</param>
    /// <param name="until">Entered before this instant.</param>
    /// <param name="day">The last day up to which the time of an open case is split.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<Found>> Read(IReadOnlyCollection<long> ids, DateTime until, DateOnly day, CancellationToken ct)
    {
        var cases = await db.Query<Row>(Cases, new { ids }, ct);
        var events = (await db.Query<Event>(Events, new { ids, until }, ct)).ToLookup(e => e.CaseId);
        var pauses = (await db.Query<Pause>(Pauses, new { ids, until }, ct)).ToLookup(p => p.SubjectId);
        var then = (await db.Query<Due>(DueThen, new { ids, until }, ct)).ToLookup(d => (d.SubjectId, d.LimitRule));
        var owed = (await db.Query<Owing>(Owed, new { ids, day }, ct)).ToDictionary(o => o.CaseId, o => o.N);
        return [.. cases.Where(c => events.Contains(c.Id)).Select(c => Fact(c with { DueOn = Then(c) }, [.. events[c.Id]], [.. pauses[c.Id]], owed.GetValueOrDefault(c.Id), until, day))];

        // By the promised limit, or where none was promised by the law's.
        DateOnly? Then(Row c) => then[(c.Id, c.LimitValue is null ? Rules.Statutory : Rules.Promised)].FirstOrDefault() is { } was ? was.DueOn : c.DueOn;
    }

    private Found Fact(Row row, List<Event> events, List<Pause> known, int owed, DateTime until, DateOnly day)
    {
        var days = calendar.Current;
        var terminal = events.Where(e => e.Status.IsTerminal()).ToList();
        DateOnly? endedOn = terminal.Count > 0 ? clock.DayOf(terminal[0].OccurredAt) : null;
        // What was decided stays decided on its day, also where the permit is taken back later.
        var status = terminal.Count > 0 ? terminal[0].Status : events[^1].Status;
        var started = events.FindIndex(e => e.Status == CaseStatus.Accepted);
        var acceptedOn = started >= 0 ? row.AcceptedOn : null;
        var receivedOn = clock.DayOf(row.ReceivedAt);
        var end = endedOn ?? day;

        var corrections = new List<Stretch>();
        var stops = new List<Stretch>();
        corrections.AddRange(Between(events.Take(started < 0 ? events.Count : started), CaseStatus.CorrectionOpened, CaseStatus.CorrectionClosed, endedOn));
        var pauses = new List<PauseOfCase>();
        if (started >= 0)
        {
            var after = events.Skip(started).ToList();
            // What was brought from elsewhere has its pauses in the log alone.
            var standing = known.Count > 0
                ? known.ConvertAll(p => (p.Kind, p.ApprovedBy, Stretch: new Stretch(p.FromOn, p.ClosedAt < until ? p.ToOn : endedOn)))
                : [
                    .. Between(after, CaseStatus.CorrectionOpened, CaseStatus.CorrectionClosed, endedOn).Select(s => ("correction", "", s)),
                    .. Between(after, CaseStatus.SpecialProcedureStarted, CaseStatus.SpecialProcedureEnded, endedOn).Select(s => ("special", "", s)),
                ];
            foreach (var (kind, approvedBy, stretch) in standing)
            {
                (kind == PauseKinds.Correction ? corrections : stops).Add(stretch);
                pauses.Add(new()
                {
                    CaseId = row.Id,
                    Number = pauses.Count + 1,
                    Kind = kind,
                    ApprovedBy = approvedBy,
                    FromOn = stretch.From,
                    ToOn = stretch.To,
                    Days = stretch.To is { } to ? days.Count(stretch.From, to).Days : null,
                });
            }
        }

        Stretch? waits = row.AdmittedAt is { } admitted && clock.DayOf(admitted) is var from && (acceptedOn is null || acceptedOn > from) ? new(from, acceptedOn ?? endedOn) : null;
        var hands = Hands.Of(days, receivedOn, end, corrections, stops, waits);
        // Read in the middle of a day, an open case is still in the hands it was in on the evening that has its report.
        var evening = clock.Utc(day.AddDays(1).ToDateTime(TimeOnly.MinValue));
        var byThen = endedOn <= day ? events : events.FindAll(e => e.RecordedAt < evening);
        var clerk = Handler(row.Department, byThen.Count > 0 ? byThen : events);
        var closed = endedOn is not null && status is CaseStatus.Approved or CaseStatus.ApprovedDocumentsOwed or CaseStatus.Refused;
        DateOnly? handedOutOn = row.HandedOutAt < until ? row.HandedOutOn : null;
        return new(
            new()
            {
                CaseId = row.Id,
                Number = row.Number,
                ApplicationNumber = row.ApplicationNumber,
                ProjectId = row.ProjectId,
                ItemCode = row.ItemCode,
                Department = row.Department,
                ProcessId = row.ProcessId,
                WindowKey = Place.WindowOf(row.WindowId),
                ClerkKey = clerk is null ? "" : $"{row.Department}/{Place.Named(clerk.HandId, clerk.HandName)}",
                Status = (int)status,
                ReceivedOn = receivedOn,
                AcceptedOn = acceptedOn,
                IsDeemed = acceptedOn is not null && row.DeemedOn is not null,
                DueOn = acceptedOn is null ? null : row.DueOn,
                EndedOn = endedOn,
                LimitDays = acceptedOn is not null && row.LimitUnit == Limit.WorkingDays ? row.LimitValue + row.ExtensionDays : null,
                StatutoryDays = row.StatutoryUnit == Limit.WorkingDays ? row.StatutoryLimit : null,
                UsedDays = !closed || acceptedOn is not { } accepted ? null
                    : row is { LimitUnit: Limit.WorkingDays, UsedDays: { } used } ? used
                    : Hands.Of(days, accepted, end, corrections, stops, null).Authority,
                RunDays = closed && acceptedOn is { } began ? days.Count(began, end).Days : null,
                AuthorityDays = hands.Authority,
                ApplicantDays = hands.Applicant,
                UncountedDays = hands.Uncounted,
                SplitOn = end < receivedOn ? receivedOn : end,
                NowWith = hands.Now.ToString().ToLowerInvariant(),
                SpanDays = Math.Max(0, end.DayNumber - receivedOn.DayNumber),
                Corrections = corrections.Count,
                HandedOutOn = handedOutOn,
                HandOutDays = handedOutOn is { } handed && endedOn is { } decided ? days.Count(decided, handed).Days : null,
                Owed = owed,
            },
            pauses);
    }

    /// <summary>
    /// 经办人: whoever had it last in its own department, as <c>permits_public_handler</c> says it of a case that runs. What is
    /// noted on it after its end is nobody's work on it, and a decision stays with whoever took it, wherever they work now.
    /// </summary>
    private static Event? Handler(string department, List<Event> events)
    {
        var end = events.FindIndex(e => e.Status.IsTerminal());
        return events.Take(end < 0 ? events.Count : end + 1).LastOrDefault(e => e.HandDepartment == department
            || e.Status is CaseStatus.Approved or CaseStatus.ApprovedDocumentsOwed or CaseStatus.Refused
            // What was brought from elsewhere has the department in the place of a name.
            || (e.HandId == 0 && e.HandName == department));
    }

    private List<Stretch> Between(IEnumerable<Event> events, CaseStatus opens, CaseStatus closes, DateOnly? endedOn)
    {
        var stretches = new List<Stretch>();
        DateOnly? from = null;
        foreach (var e in events)
        {
            if (e.Status == opens) from ??= clock.DayOf(e.OccurredAt);
            if (e.Status != closes || from is not { } opened) continue;
            stretches.Add(new(opened, clock.DayOf(e.OccurredAt)));
            from = null;
        }

        if (from is { } last) stretches.Add(new(last, endedOn));
        return stretches;
    }

    private sealed record Row
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public string ApplicationNumber { get; init; } = "";
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public int? StatutoryLimit { get; init; }
        public string? StatutoryUnit { get; init; }
        public DateTime ReceivedAt { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateTime? AdmittedAt { get; init; }
        public long ProcessId { get; init; }
        public long? WindowId { get; init; }
        public DateOnly? DeemedOn { get; init; }
        public int? LimitValue { get; init; }
        public string? LimitUnit { get; init; }
        public int ExtensionDays { get; init; }
        public DateOnly? DueOn { get; init; }
        public int? UsedDays { get; init; }
        public DateOnly? HandedOutOn { get; init; }
        public DateTime? HandedOutAt { get; init; }
    }

    private sealed record Event
    {
        public long CaseId { get; init; }
        public int Number { get; init; }
        public CaseStatus Status { get; init; }
        public DateTime OccurredAt { get; init; }
        public DateTime RecordedAt { get; init; }
        public long HandId { get; init; }
        public string HandName { get; init; } = "";
        public string? HandDepartment { get; init; }
    }

    private sealed record Pause
    {
        public long SubjectId { get; init; }
        public string Kind { get; init; } = "";
        public string ApprovedBy { get; init; } = "";
        public DateOnly FromOn { get; init; }
        public DateOnly? ToOn { get; init; }
        public DateTime? ClosedAt { get; init; }
    }

    private sealed record Due
    {
        public long SubjectId { get; init; }
        public string LimitRule { get; init; } = "";
        public DateOnly? DueOn { get; init; }
    }

    private sealed record Owing
    {
        public long CaseId { get; init; }
        public int N { get; init; }
    }
}
