using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Benchmarks;

/// <summary>
/// The portfolio of 5,000 projects with all their milestones and two years of months, beside the same page with fixed rows,
/// whose difference is reading, judging, adding up and sorting them.
/// </summary>
internal static class PortfolioPage
{
    public const int Projects = 5_000;
    private const int Rounds = 7;

    public static async Task Run()
    {
        await using var lab = await Lab.Open(Projects, builder => builder.Services.AddTransient<IRequestHandler<ShowPortfolio.Query, ShowPortfolio.Result>, FixedRows>());
        var today = lab.App.Services.GetRequiredService<ZoneClock>().Today;
        await Fill(lab.App.Services.GetRequiredService<Engine>(), today);
        await lab.Send(new AddUser.Command("bench", "bench", null, [Role.Auditor], CaseList.Password) { IsOwnPassword = true }, null, Role.SecurityAdministrator);
        await lab.App.StartAsync();
        var address = new Uri(lab.App.Urls.First());
        var cookie = await CaseList.SignIn(address);

        FixedRows.Rows = null;
        var rows = await lab.Send(new ShowPortfolio.Query(), null, Role.Auditor);
        foreach (var (what, path) in new[] { ("", "/portfolio"), (", page 90 sorted by completion", "/portfolio?sort=completion&p=90") })
        {
            var (ours, limit, ratio) = await Paired.Rates(Rounds, () => With(null, () => CaseList.Load(address, cookie, path)), () => With(rows, () => CaseList.Load(address, cookie, path)));
            Paired.Row($"the portfolio of {Projects:#,0} projects{what}", Paired.PerSecond(ours), $"the same page, fixed rows {Paired.PerSecond(limit)}", ratio, "≥ 0.33");
        }

        await lab.App.StopAsync();
    }

    private static Task<double> With(ShowPortfolio.Result? rows, Func<Task<double>> load)
    {
        FixedRows.Rows = rows;
        return load();
    }

    public static async Task Fill(Engine engine, DateOnly today)
    {
        static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var random = new Random(7);
        var kinds = Enum.GetValues<MilestoneKind>();
        await engine.BulkInsert(
            "projects_milestone", ["project_id", "phase", "kind", "planned_on", "reached_on"],
            Enumerable.Range(1, Projects).SelectMany(n =>
            {
                var (reached, first) = (random.Next(kinds.Length + 1), today.AddDays(-random.Next(700)));
                return kinds.Select((kind, i) => new object?[] { (long)n, 0, kind.ToString(), Text(first.AddDays(i * 45)), i < reached ? Text(first.AddDays(i * 40)) : null });
            }),
            default);
        await engine.BulkInsert(
            "portfolio_investment", ["project_id", "month", "planned_fen", "actual_fen", "entered_by", "entered_at"],
            Enumerable.Range(1, Projects).SelectMany(n => Enumerable.Range(0, 24).Select(m => new object?[]
            {
                (long)n, (today.Year - 1 + m / 12) * 100 + m % 12 + 1, random.NextInt64(1_000_000, 1_000_000_000), random.Next(10) == 0 ? null : random.NextInt64(500_000, 1_000_000_000), "示例", "2026-01-05 01:00:00",
            })),
            default);
    }

    /// <summary>In the place of the query: the real one, or rows it once gave.</summary>
    private sealed class FixedRows(IServiceProvider services) : IRequestHandler<ShowPortfolio.Query, ShowPortfolio.Result>
    {
        private static readonly Type Real = typeof(ShowPortfolio).GetNestedType("Handler", System.Reflection.BindingFlags.NonPublic)!;

        public static ShowPortfolio.Result? Rows { get; set; }

        public Task<ShowPortfolio.Result> Handle(ShowPortfolio.Query query, CancellationToken ct) => Rows is { } rows
            ? Task.FromResult(rows)
            : ((IRequestHandler<ShowPortfolio.Query, ShowPortfolio.Result>)ActivatorUtilities.CreateInstance(services, Real)).Handle(query, ct);
    }
}
