using Approvals.Web;

namespace Approvals.Modules.Catalogue.Contract;

/// <summary>A limit and its unit: <c>wd</c> working days or <c>cd</c> calendar days.</summary>
/// <remarks>行政许可法 82 counts the limits of that Law in working days; other laws may mean calendar days, so the unit is kept with each.</remarks>
internal readonly record struct Limit(int Value, string Unit)
{
    public const string WorkingDays = "wd";
    public const string CalendarDays = "cd";

    /// <summary>Months to the day of the same number (民法典 202); of clocks, not of items.</summary>
    public const string Months = "mo";

    /// <summary>A day that was agreed, so many calendar days ahead; a day off does not move it. Of clocks, not of items.</summary>
    public const string AgreedDay = "on";

    public Text Name => Unit switch
    {
        WorkingDays => new($"{Value} 个工作日", $"{Value} WD"),
        Months => new($"{Value} 个月", Value == 1 ? "1 month" : $"{Value} months"),
        _ => new($"{Value} 日", $"{Value} CD"),
    };
}

internal sealed record Department(string Code, Text Name);

internal sealed record Document(string Code, Text Name);

/// <summary>An approval item in one version. A version never changes once published.</summary>
internal sealed record Item(
    long Id,
    string Code,
    int Version,
    Text Name,
    string Department,
    string Kind,
    Limit? Statutory,
    string StatutoryNote,
    Limit? Promised,
    Text Result,
    string CertificatePrefix,
    string UsualNeeds,
    string Note,
    DateOnly EffectiveFrom,
    DateOnly? EffectiveTo,
    IReadOnlyList<Document> Documents)
{
    /// <summary>超时默认: once its limit has passed undecided, what waits for it waits no longer. It approves nothing.</summary>
    public bool DeemedConsent { get; init; }

    /// <summary>Days before the end of a limit on which the yellow light begins; null: a tenth of the limit, at least one.</summary>
    public int? WarningDays { get; init; }
}

/// <param name="Item">The item in the version this process froze.</param>
/// <param name="Stage">1–5, the national stages.</param>
/// <param name="Needs">Codes of the items of this process that must be approved first.</param>
/// <param name="MergedFrom">Codes of the items of an older process that this one replaces.</param>
internal sealed record ProcessItem(Item Item, int Stage, IReadOnlyList<string> Needs, IReadOnlyList<string> MergedFrom);

/// <param name="Limit">Working days, 1–50.</param>
internal sealed record Stage(int Number, Text Name, int Limit);

/// <summary>A process in one version. A version never changes once published.</summary>
internal sealed record Process(
    long Id,
    string Code,
    int Version,
    Text Name,
    int StandardType,
    int BaselineWorkingDays,
    int LandToStartBaseline,
    DateOnly EffectiveFrom,
    DateOnly? EffectiveTo,
    IReadOnlyList<Stage> Stages,
    IReadOnlyList<ProcessItem> Items);

/// <param name="Who">A department's code, or who else takes the step.</param>
/// <param name="Needs">Codes of the steps before it, comma-separated.</param>
internal sealed record LandStep(
    string Code,
    Text Name,
    string Who,
    Limit? Statutory,
    string StatutoryNote,
    Limit? Promised,
    string Needs,
    Text Paper,
    string Note);

/// <summary>Everything the catalogue holds, all versions, as one immutable picture.</summary>
/// <param name="edition">How often the catalogue has been published; 0 is an empty one.</param>
internal sealed class CatalogueSnapshot(
    int edition,
    IReadOnlyList<Department> departments,
    IReadOnlyList<Document> documents,
    IReadOnlyList<Item> items,
    IReadOnlyList<Process> processes,
    IReadOnlyList<LandStep> landSteps)
{
    private readonly Dictionary<string, Department> departmentByCode = departments.ToDictionary(d => d.Code);
    private readonly Dictionary<string, Document> documentByCode = documents.ToDictionary(d => d.Code);
    private readonly Dictionary<long, Item> itemById = items.ToDictionary(i => i.Id);
    private readonly Dictionary<long, Process> processById = processes.ToDictionary(p => p.Id);

    public static CatalogueSnapshot Empty { get; } = new(0, [], [], [], [], []);

    public int Edition => edition;

    public IReadOnlyList<Department> Departments => departments;

    public IReadOnlyList<Document> Documents => documents;

    public IReadOnlyList<Item> Items => items;

    public IReadOnlyList<Process> Processes => processes;

    public IReadOnlyList<LandStep> LandSteps => landSteps;

    public Department? Department(string code) => departmentByCode.GetValueOrDefault(code);

    public Document? Document(string code) => documentByCode.GetValueOrDefault(code);

    public Item? Item(long id) => itemById.GetValueOrDefault(id);

    public Process? Process(long id) => processById.GetValueOrDefault(id);

    /// <summary>The newest version of an item's code that is in effect on a day, or null.</summary>
    public Item? ItemInForce(string code, DateOnly on) => items
        .Where(i => i.Code == code && i.EffectiveFrom <= on && (i.EffectiveTo is not { } end || on <= end))
        .MaxBy(i => i.Version);

    /// <summary>The processes that may be chosen on a day: of each code the newest version in effect.</summary>
    public IEnumerable<Process> InForce(DateOnly on) => processes
        .Where(p => p.EffectiveFrom <= on && (p.EffectiveTo is not { } end || on <= end))
        .GroupBy(p => p.Code)
        .Select(g => g.MaxBy(p => p.Version)!);
}

/// <summary>The catalogue for every module: read once, replaced as a whole when something is published.</summary>
internal sealed class CatalogueInForce
{
    private volatile CatalogueSnapshot current = CatalogueSnapshot.Empty;

    public CatalogueSnapshot Current => current;

    public void Replace(CatalogueSnapshot next) => current = next;
}
