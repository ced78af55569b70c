using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.Deadlines;

/// <summary>A row of <c>deadlines_clock</c>.</summary>
internal record StoredClock
{
    public const string Columns = """
        id, subject_kind, subject_id, limit_rule AS [rule], label, department, item, accepted_on, carried_from, limit_value, limit_unit, extension_days,
               has_pauses, warning_days, due_on, last_due_on, due_version, is_provisional, warn_on, next_alert_on, calendar_edition, stopped_on, used_days
        """;

    public long Id { get; init; }
    public string SubjectKind { get; init; } = "";
    public long SubjectId { get; init; }
    public string Rule { get; init; } = "";
    public string Label { get; init; } = "";
    public string Department { get; init; } = "";
    public string Item { get; init; } = "";
    public DateOnly AcceptedOn { get; init; }
    public DateOnly? CarriedFrom { get; init; }
    public int LimitValue { get; init; }
    public string LimitUnit { get; init; } = "";
    public int ExtensionDays { get; init; }
    public bool HasPauses { get; init; }
    public int? WarningDays { get; init; }
    public DateOnly? DueOn { get; init; }
    public DateOnly LastDueOn { get; init; }
    public int DueVersion { get; init; }
    public bool IsProvisional { get; init; }
    public DateOnly? WarnOn { get; init; }
    public DateOnly? NextAlertOn { get; init; }
    public DateOnly? StoppedOn { get; init; }
    public int? UsedDays { get; init; }
    public long CalendarEdition { get; init; }

    public Limit Limit => new(LimitValue, LimitUnit);

    /// <summary>The red alert of its due date has been raised, and nobody has settled it since.</summary>
    public bool IsKnownLate => StoppedOn is null && DueOn is not null && NextAlertOn is null;

    private IReadOnlyList<int> Extensions => ExtensionDays > 0 ? [ExtensionDays] : [];

    /// <summary>As it was computed when it was stored.</summary>
    public Clock Clock(PausesOfSubjects pauses) =>
        Deadlines.Clock.Stored(AcceptedOn, Limit, Extensions, pauses.Of(this), DueOn is { } due ? new(due, IsProvisional) : null, WarnOn);

    /// <summary>As it is computed now.</summary>
    public Clock Recount(WorkingDays calendar, PausesOfSubjects pauses) =>
        Deadlines.Clock.Start(calendar, CarriedFrom is { } day ? calendar.Add(day, 1).Date : AcceptedOn, Limit, Extensions, pauses.Of(this), WarningDays);
}

/// <summary>The pauses of the subjects of some clocks; read in one query, and only where a clock has any.</summary>
internal sealed class PausesOfSubjects
{
    private const string Find = """
        SELECT subject_kind, subject_id, from_on, to_on
          FROM deadlines_pause
         WHERE subject_id IN @ids
         ORDER BY from_on, id
        """;

    private readonly ILookup<(string, long), Pause> pauses;

    private PausesOfSubjects(IEnumerable<Row> rows) => pauses = rows.ToLookup(r => (r.SubjectKind, r.SubjectId), r => new Pause(r.FromOn, r.ToOn));

    public static async Task<PausesOfSubjects> Read(Db db, IEnumerable<StoredClock> clocks, CancellationToken ct)
    {
        var rows = new List<Row>();
        // A server takes 2,100 parameters.
        foreach (var ids in clocks.Where(c => c.HasPauses).Select(c => c.SubjectId).Distinct().Chunk(1000))
            rows.AddRange(await db.Query<Row>(Find, new { ids }, ct));
        return new(rows);
    }

    public IReadOnlyList<Pause> Of(StoredClock clock) => clock.HasPauses ? [.. pauses[(clock.SubjectKind, clock.SubjectId)]] : [];

    private sealed record Row
    {
        public string SubjectKind { get; init; } = "";
        public long SubjectId { get; init; }
        public DateOnly FromOn { get; init; }
        public DateOnly? ToOn { get; init; }
    }
}
