using Approvals.Modules.Projects.Contract;

namespace Approvals.Modules.Portfolio;

/// <summary>Projects in an order with what they come to; of a list that many look at it is added up once, by the first who looks.</summary>
internal sealed class Listing(IReadOnlyList<Standing> standings, Month asOf, LightSet rules)
{
    private readonly Lazy<Totals> totals = new(() => Portfolio.Totals.Of(standings, asOf, rules));
    private readonly Lazy<Totals> ofNew = new(() => Portfolio.Totals.Of(standings.Where(s => !s.IsContinuing), asOf, rules));
    private readonly Lazy<Totals> continuing = new(() => Portfolio.Totals.Of(standings.Where(s => s.IsContinuing), asOf, rules));

    private readonly Lazy<IReadOnlyList<(long Id, string Name)>> managers = new(() =>
        [.. standings.Where(s => s.Project is { ManagerId: not null, Manager: not null }).Select(s => (Id: s.Project.ManagerId!.Value, Name: s.Project.Manager!)).Distinct().OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Id)]);

    public IReadOnlyList<Standing> Standings => standings;

    public Totals Totals => totals.Value;

    public Totals New => ofNew.Value;

    public Totals Continuing => continuing.Value;

    /// <summary>Who manages them, by name; two of one name are two.</summary>
    public IReadOnlyList<(long Id, string Name)> Managers => managers.Value;

    public Listing Where(Func<Standing, bool> fits) => new([.. standings.Where(fits)], asOf, rules);
}

/// <summary>What the projects of a list come to.</summary>
/// <param name="InPlan">Projects with money planned in the year: of these the start rate is.</param>
/// <param name="UnderWay">Of those in the plan: begun in the year, or begun before and gone on.</param>
/// <param name="Stock">在库: how many stand at each stage; they add up to all.</param>
/// <param name="Flow">新增: how many reached a milestone within the year; one project may count under several.</param>
internal sealed record Totals(
    int Projects, long InvestmentFen, int InPlan, int UnderWay, long YearFen, long ScheduledFen, long DoneFen, int Unreported, IReadOnlyDictionary<Stage, int> Stock,
    IReadOnlyDictionary<MilestoneKind, int> Flow, IReadOnlyDictionary<ProjectLight, int> Lights, Verdict? OfInvestment, int OpenRisks, int OverdueRisks)
{
    /// <summary>65.2: begun of those in the plan, in percent.</summary>
    public string? StartRate => InPlan == 0 ? null : Math.Round(100m * UnderWay / InPlan, 1, MidpointRounding.AwayFromZero).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>3.66: done of the year's plan, in percent.</summary>
    public string? Completion => YearFen == 0 ? null : LightSet.Percent(DoneFen, YearFen);

    /// <summary>14.65: done of what was due until now, in percent.</summary>
    public string? OfSchedule => ScheduledFen == 0 ? null : LightSet.Percent(DoneFen, ScheduledFen);

    /// <summary>Sums of what the projects show each; money is judged as one.</summary>
    public static Totals Of(IEnumerable<Standing> standings, Month asOf, LightSet rules)
    {
        var (projects, investment, inPlan, underWay, year, scheduled, done, unreported) = (0, 0L, 0, 0, 0L, 0L, 0L, 0);
        var (open, overdue) = (0, 0);
        var stock = new int[Stages.All.Count];
        var flow = new int[Enum.GetValues<MilestoneKind>().Length];
        var lights = new int[4];
        foreach (var s in standings)
        {
            projects++;
            investment += s.Project.InvestmentFen;
            if (s.IsInPlan) inPlan++;
            if (s.IsInPlan && s.IsUnderWay) underWay++;
            (year, scheduled, done, unreported) = (year + s.YearFen, scheduled + s.ScheduledFen, done + s.DoneFen, unreported + s.Unreported);
            (open, overdue) = (open + s.OpenRisks, overdue + s.OverdueRisks);
            stock[(int)s.Stage]++;
            lights[(int)s.Light]++;
            foreach (var kind in s.ReachedThisYear) flow[(int)kind]++;
        }

        return new(
            projects, investment, inPlan, underWay, year, scheduled, done, unreported, Stages.All.ToDictionary(s => s, s => stock[(int)s]), ShowPortfolio.Flows.ToDictionary(k => k, k => flow[(int)k]),
            Enum.GetValues<ProjectLight>().ToDictionary(l => l, l => lights[(int)l]), rules.OfInvestment(year, scheduled, done, asOf), open, overdue);
    }
}
