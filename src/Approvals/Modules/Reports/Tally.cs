using System.Globalization;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;

namespace Approvals.Modules.Reports;

/// <summary>
/// By what figures are cut. The pause kinds and approvers are cuts of the days paused alone, and the limits of how they are kept;
/// projects are read from the cases.
/// </summary>
internal static class Cuts
{
    public const string Zone = "zone";
    public const string Department = "department";
    public const string Item = "item";
    public const string Window = "window";
    public const string Clerk = "clerk";
    public const string Process = "process";
    public const string Project = "project";
    public const string Pause = "pause";
    public const string Approver = "approver";

    /// <summary>An item with the limit its cases had: a mean of several limits is one that nobody has.</summary>
    public const string Limit = "limit";

    /// <summary>The key of the zone as a whole.</summary>
    public const string Whole = "all";

    /// <summary>Those whose parts add up to the zone.</summary>
    public static readonly string[] Kept = [Zone, Department, Item, Window, Clerk, Process];

    public static readonly string[] Shown = [Department, Item, Process, Window, Clerk, Project];
}

/// <summary>What a figure is counted under.</summary>
internal readonly record struct Place(string Department, string Item, string Window, string Clerk, long Process)
{
    public static Place Of(CaseFact c) => new(c.Department, c.ItemCode, c.WindowKey, c.ClerkKey, c.ProcessId);

    /// <summary>Before a decision nobody answers for a case by name: it may pass from hand to hand.</summary>
    public static Place Undecided(CaseFact c) => Of(c) with { Clerk = "" };

    /// <summary>A window by its id: its name may change.</summary>
    public static string WindowOf(long? id) => id?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>The key of a person: names are not unique, and ids say nothing.</summary>
    public static string Named(long id, string name) => string.Create(CultureInfo.InvariantCulture, $"{id} {name}");

    public string Key(string cut) => cut switch
    {
        Cuts.Department => Department,
        // An item may go to another department; what was there stays there.
        Cuts.Item => $"{Department}/{Item}",
        Cuts.Window => Window,
        Cuts.Clerk => Clerk,
        Cuts.Process => Process.ToString(CultureInfo.InvariantCulture),
        _ => Cuts.Whole,
    };
}

/// <summary>One row of <c>reports_count</c>.</summary>
internal sealed record Count
{
    public string Cut { get; init; } = "";
    public string CutKey { get; init; } = "";
    public string Figure { get; init; } = "";
    public int Value { get; init; }
    public long N { get; init; }
    public long Total { get; init; }
}

/// <summary>Counts what happened on a day into every cut. What adds up here adds up over days and cuts.</summary>
internal sealed class Tally(WorkingDays days)
{
    /// <summary>Counted by value, for medians and percentiles.</summary>
    private static readonly HashSet<string> ByValue = ["used", "approval", "landToStart", "handoverToTitle"];

    /// <summary>Of the stocks, those counted from the cases.</summary>
    public static readonly string[] OfCases = ["open", "overdue", "waiting"];

    private readonly Dictionary<(string Cut, string Key, string Figure, int Value), (long N, long Total)> counts = [];
    private readonly Dictionary<(long CaseId, string Clerk), int> late = [];

    /// <summary>What the figure of late entries counted, for its list: so many of a case by whoever entered them.</summary>
    public IReadOnlyDictionary<(long CaseId, string Clerk), int> Late => late;

    public IEnumerable<Count> Counts => counts
        .Where(p => p.Value.N != 0 || p.Value.Total != 0)
        .Select(p => new Count { Cut = p.Key.Cut, CutKey = p.Key.Key, Figure = p.Key.Figure, Value = p.Key.Value, N = p.Value.N, Total = p.Value.Total });

    public void Received(Place place) => Add(place, "received");

    public void Accepted(CaseFact c)
    {
        Add(Place.Undecided(c), "accepted");
        if (c.IsDeemed) Add(Place.Undecided(c), "deemed");
    }

    public void TurnedRed(CaseFact c) => Add(Place.Undecided(c), "newRed");

    public void HandedOut(CaseFact c)
    {
        Add(Place.Undecided(c), "handedOut", c.HandOutDays ?? 0);
        if (c.IsHandedOutLate) Add(Place.Undecided(c), "handedOutLate");
    }

    public void AskedAgain(Place place) => Add(place, "askedAgain");

    public void OrderOpened(Place place) => Add(place, "ordersOpened");

    public void OrderSettled(Place place) => Add(place, "ordersSettled");

    public void OrderOpen(Place place) => Add(place, "ordersOpen");

    public void Ended(CaseFact c)
    {
        var place = Place.Of(c);
        if (!c.IsClosed)
        {
            Add(place, c.Outcome is CaseStatus.NoPermitNeeded or CaseStatus.NotAccepted ? "notAccepted" : "withdrawn");
            return;
        }

        Add(place, "closed");
        Add(place, c.Outcome == CaseStatus.Refused ? "refused" : "approved");
        if (c.IsInTime) Add(place, "closedInTime");
        Add(place, "authority", c.AuthorityDays);
        Add(place, "applicant", c.ApplicantDays);
        Add(place, "uncounted", c.UncountedDays);
        Add(place, "elapsed", c.ElapsedDays);
        Add(place, "span", c.SpanDays);
        Add(place, "corrections", c.Corrections);
        if (c.UsedDays is not { } used) return;
        Add(place, "used", used);
        if (c.StatutoryDays is { } statutory)
        {
            Add(place, "statutoryUsed", used);
            Add(place, "statutoryLimit", statutory);
        }

        if (c.LimitDays is not { } limit) return;
        Add(place, "limit", limit);
        Add(place, "limitUsed", used);
        if (c.IsInTime && c.RunDays > limit) Add(place, "metByPause");
        var limited = string.Create(CultureInfo.InvariantCulture, $"{place.Key(Cuts.Item)}/{limit}");
        Add(Cuts.Limit, limited, "closed", 0, 1, 1);
        Add(Cuts.Limit, limited, "used", used, 1, used);
        if (c.IsInTime) Add(Cuts.Limit, limited, "closedInTime", 0, 1, 1);
    }

    public void PauseEnded(Place place, string kind, string approvedBy, int paused)
    {
        Add(place, "pauseDays", paused);
        Add(Cuts.Pause, kind, "pauseDays", 0, 1, paused);
        Add(Cuts.Approver, approvedBy, "pauseDays", 0, 1, paused);
    }

    public void Entered(long caseId, Place place, DateOnly occurredOn, DateOnly recordedOn)
    {
        Add(place, "entries");
        var after = days.Count(occurredOn, recordedOn).Days;
        if (after <= 1) return;
        Add(place, "lateEntries", after);
        late[(caseId, place.Clerk)] = late.GetValueOrDefault((caseId, place.Clerk)) + 1;
    }

    public void Completed(string window, long process, int approvalDays, int baseline)
    {
        AddWhole(window, process, "approval", approvalDays);
        AddWhole(window, process, "approvalBaseline", baseline);
    }

    public void Started(long process, int landToStart, int baseline)
    {
        AddWhole(null, process, "landToStart", landToStart);
        AddWhole(null, process, "landBaseline", baseline);
    }

    public void Titled(long process, int handoverToTitle) => AddWhole(null, process, "handoverToTitle", handoverToTitle);

    /// <summary>So many open, of them so many overdue, and so many that wait.</summary>
    public void Standing(Place place, long open, long overdue, long waiting)
    {
        foreach (var cut in Cuts.Kept)
        {
            Add(cut, place.Key(cut), "open", 0, open, open);
            Add(cut, place.Key(cut), "overdue", 0, overdue, overdue);
            Add(cut, place.Key(cut), "waiting", 0, waiting, waiting);
        }
    }

    public void Owed(Place place, long documents)
    {
        foreach (var cut in Cuts.Kept) Add(cut, place.Key(cut), "owed", 0, documents, documents);
    }

    public void Keep(Count count) => Add(count.Cut, count.CutKey, count.Figure, count.Value, count.N, count.Total);

    public void Forget(string[] figures)
    {
        foreach (var key in counts.Keys.Where(k => figures.Contains(k.Figure)).ToList()) counts.Remove(key);
    }

    private void Add(Place place, string figure, int value = 1)
    {
        foreach (var cut in Cuts.Kept) Add(cut, place.Key(cut), figure, ByValue.Contains(figure) ? value : 0, 1, value);
    }

    /// <summary>What belongs to a whole application or project has neither department nor item.</summary>
    private void AddWhole(string? window, long process, string figure, int value)
    {
        var at = ByValue.Contains(figure) ? value : 0;
        Add(Cuts.Zone, Cuts.Whole, figure, at, 1, value);
        Add(Cuts.Process, process.ToString(CultureInfo.InvariantCulture), figure, at, 1, value);
        if (window is not null) Add(Cuts.Window, window, figure, at, 1, value);
    }

    private void Add(string cut, string key, string figure, int value, long n, long total)
    {
        ref var sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, (cut, key, figure, value), out _);
        sum = (sum.N + n, sum.Total + total);
    }
}
