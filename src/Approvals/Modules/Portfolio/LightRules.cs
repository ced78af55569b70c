using System.Globalization;
using System.Text.Json;
using Approvals.Web;

namespace Approvals.Modules.Portfolio;

/// <summary>The light of a key project, the worst last.</summary>
internal enum ProjectLight
{
    /// <summary>Nothing to judge it by.</summary>
    None,
    Green,
    Yellow,
    Red,
}

internal static class ProjectLights
{
    public static Text Name(ProjectLight light) => light switch
    {
        ProjectLight.None => new("不评", "not judged"),
        ProjectLight.Green => new("绿灯", "green"),
        ProjectLight.Yellow => new("黄灯", "yellow"),
        ProjectLight.Red => new("红灯", "red"),
        _ => throw new ArgumentOutOfRangeException(nameof(light)),
    };

    public static string Css(ProjectLight light) => light switch
    {
        ProjectLight.Green => "light light-green",
        ProjectLight.Yellow => "light light-yellow",
        ProjectLight.Red => "light light-red",
        _ => "light light-none",
    };
}

/// <summary>What a rule looks at.</summary>
internal enum Measure
{
    /// <summary>Whole months since the month for which the start is planned; 0 at the end of that month.</summary>
    StartMonthsLate,

    /// <summary>Percentage points of the year's plan by which the investment lies behind its schedule.</summary>
    PointsBehind,

    /// <summary>The investment in percent of what was scheduled until then.</summary>
    PercentOfSchedule,
}

internal enum When
{
    AtLeast,
    Over,
    Below,
}

/// <summary>One line of a set, such as: red where the investment is below 50 % of its schedule.</summary>
internal sealed record LightRule(Measure Measure, ProjectLight Light, When When, int Value)
{
    /// <summary>Of a measure written as a fraction, so that nothing is rounded before it is judged.</summary>
    public bool Holds(decimal above, decimal below) => When switch
    {
        When.AtLeast => above >= Value * below,
        When.Over => above > Value * below,
        _ => above < Value * below,
    };

    public Text Condition => (When, Measure) switch
    {
        (When.AtLeast, Measure.StartMonthsLate) => Value == 0 ? new("计划当月未开工", "not begun in the month planned") : new($"已过计划开工月 {Value} 个月", $"{Value} months after the month planned"),
        (When.AtLeast, _) => new($"不少于 {Value} {Unit.Zh}", $"{Value} {Unit.En} or more"),
        (When.Over, _) => new($"多于 {Value} {Unit.Zh}", $"over {Value} {Unit.En}"),
        _ => new($"低于 {Value} {Unit.Zh}", $"below {Value} {Unit.En}"),
    };

    private Text Unit => Measure switch
    {
        Measure.StartMonthsLate => new("个月", "months"),
        Measure.PointsBehind => new("个百分点", "percentage points"),
        _ => new("%", "%"),
    };
}

/// <summary>What a measure said of a project, with the arithmetic behind it.</summary>
internal sealed record Verdict(Measure Measure, ProjectLight Light, Text Why);

/// <summary>A city's rules.</summary>
internal sealed record LightSet(string Code, Text Name, IReadOnlyList<LightRule> Rules)
{
    public Verdict? OfStart(Month? planned, DateOnly? begun, Month asOf)
    {
        if (!Judges(Measure.StartMonthsLate)) return null;
        if (begun is { } on)
            return new(Measure.StartMonthsLate, ProjectLight.Green, planned is { } then && Month.Of(on) is var month && month > then
                ? new($"开工：{Words.Day(on)} 已开工，比计划的 {then} 晚 {month.Since(then)} 个月。", $"Start: begun {Words.Day(on)}, {month.Since(then)} months after {then}, as planned.")
                : new($"开工：{Words.Day(on)} 已开工。", $"Start: begun {Words.Day(on)}."));
        if (planned is not { } plan) return null;
        if (plan > asOf) return new(Measure.StartMonthsLate, ProjectLight.Green, new($"开工：计划 {plan} 开工，还没有到。", $"Start: planned for {plan}, which has not come."));
        var late = asOf.Since(plan);
        return Judge(Measure.StartMonthsLate, late, 1, new($"开工：计划 {plan} 开工，到 {asOf} 月底未开工，已过 {late} 个月", $"Start: planned for {plan}, not begun by the end of {asOf}, {late} months later"));
    }

    /// <param name="year">The plan of the whole year, in fen.</param>
    /// <param name="scheduled">Of it what was planned until the month looked at.</param>
    /// <param name="done">What was invested until then.</param>
    public Verdict? OfInvestment(long year, long scheduled, long done, Month asOf)
    {
        if (scheduled == 0) return null;
        var what = new Text(
            $"投资：到 {asOf} 计划 {Measures.Money(scheduled).Zh}，完成 {Measures.Money(done).Zh}", $"Investment: {Measures.Money(scheduled).En} planned until {asOf}, {Measures.Money(done).En} done");
        if (Judges(Measure.PointsBehind))
        {
            var (points, planned, reached) = (100m * (scheduled - done), Percent(scheduled, year), Percent(done, year));
            return Judge(Measure.PointsBehind, points, year, points > 0
                ? new($"{what.Zh}；全年 {Measures.Money(year).Zh}，应完成 {planned} %，实际 {reached} %，落后 {Number(points / year)} 个百分点", $"{what.En}; of {Measures.Money(year).En} for the year {planned} % were due and {reached} % are done, {Number(points / year)} points behind")
                : new($"{what.Zh}；全年 {Measures.Money(year).Zh}，应完成 {planned} %，实际 {reached} %，没有落后", $"{what.En}; of {Measures.Money(year).En} for the year {planned} % were due and {reached} % are done, not behind"));
        }

        return Judges(Measure.PercentOfSchedule)
            ? Judge(Measure.PercentOfSchedule, 100m * done, scheduled, new($"{what.Zh}，为计划进度的 {Percent(done, scheduled)} %", $"{what.En}, {Percent(done, scheduled)} % of the schedule"))
            : null;
    }

    /// <summary>12.34: of amounts as they are, to two places.</summary>
    public static string Percent(long part, long whole) => Number(100m * part / whole);

    private static string Number(decimal value) => Math.Round(value, 2, MidpointRounding.AwayFromZero).ToString("0.00", CultureInfo.InvariantCulture);

    private bool Judges(Measure measure) => Rules.Any(r => r.Measure == measure);

    private Verdict Judge(Measure measure, decimal above, decimal below, Text arithmetic)
    {
        var rule = Rules.FirstOrDefault(r => r.Measure == measure && r.Holds(above, below));
        return rule is null
            ? new(measure, ProjectLight.Green, new($"{arithmetic.Zh}：绿灯。", $"{arithmetic.En}: green."))
            : new(measure, rule.Light, new($"{arithmetic.Zh}：{rule.Condition.Zh}，{ProjectLights.Name(rule.Light).Zh}。", $"{arithmetic.En}: {rule.Condition.En}, so {ProjectLights.Name(rule.Light).En}."));
    }
}

/// <summary>The sets of <c>portfolio-light-rules.json</c>, and which of them the zone goes by.</summary>
internal sealed record LightRules(LightSet Chosen)
{
    public static readonly IReadOnlyList<LightSet> All = Read();

    public static LightSet? Find(string? code) => All.FirstOrDefault(s => s.Code == code?.Trim().ToLowerInvariant());

    /// <exception cref="InvalidOperationException">The setting names no set.</exception>
    public static LightRules Read(IConfiguration configuration)
    {
        if (configuration["Portfolio:Lights"] is not { Length: > 0 } code) return new(All[0]);
        return Find(code) is { } set ? new(set) : throw new InvalidOperationException($"Portfolio:Lights is “{code}”; it must be one of {string.Join(", ", All.Select(s => s.Code))}.");
    }

    private static List<LightSet> Read()
    {
        using var file = typeof(LightRules).Assembly.GetManifestResourceStream("data.portfolio-light-rules.json")!;
        using var json = JsonDocument.Parse(file);
        return [.. json.RootElement.GetProperty("sets").EnumerateArray().Select(s => new LightSet(
            s.GetProperty("code").GetString()!,
            new(s.GetProperty("zh").GetString()!, s.GetProperty("en").GetString()!),
            [.. s.GetProperty("rules").EnumerateArray().Select(r => new LightRule(One<Measure>(r, "measure"), One<ProjectLight>(r, "light"), One<When>(r, "when"), r.GetProperty("value").GetInt32()))]))];
    }

    private static T One<T>(JsonElement rule, string name)
        where T : struct, Enum => Enum.Parse<T>(rule.GetProperty(name).GetString()!, ignoreCase: true);
}
