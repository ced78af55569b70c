using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Timeline;

namespace Approvals.Benchmarks;

/// <summary>
/// What one change among 5,000 projects makes anew: in the portfolio, sorted in every order, and of the forecasts that are
/// kept. What was kept is the same object as before, so that what was worked out again can be counted from outside.
/// </summary>
internal static class Recompute
{
    private const int Changes = 40;

    public static async Task Run()
    {
        await using var lab = await Lab.Open(PortfolioPage.Projects);
        var zone = lab.App.Services.GetRequiredService<ZoneClock>();
        await PortfolioPage.Fill(lab.App.Services.GetRequiredService<Engine>(), zone.Today);
        await Portfolio(lab, zone);
        await Forecasts(lab);
    }

    private static async Task Portfolio(Lab lab, ZoneClock zone)
    {
        var (month, random, again, at) = (Month.Ended(zone.Today), new Random(7), 0, 0);
        using var kept = new Book(zone);
        var before = await Read(lab, kept, month);
        var (ours, limit, ratio) = await Paired.Rates(
            Changes,
            async () =>
            {
                var after = await Read(lab, kept, month);
                var known = before.ToHashSet(ReferenceEqualityComparer.Instance);
                again += after.Count(s => !known.Contains(s));
                before = after;
                return 1;
            },
            async () =>
            {
                using var fresh = new Book(zone);
                await Read(lab, fresh, month);
                return 1;
            },
            () =>
            {
                at++;
                lab.Send(new EnterInvestment.Command([new(month.ToString(), random.Next(1, 900), random.Next(0, 900))], MoneyUnit.Wan, Lab.Code(random.Next(1, PortfolioPage.Projects))), null, Role.Supervisor).GetAwaiter().GetResult();
            });
        Paired.Row($"the portfolio after a change, {again} of {PortfolioPage.Projects:#,0} worked out again in {at} changes", $"{1000 / ours:0.0} ms", $"all worked out {1000 / limit:0} ms", ratio, "one a change");
    }

    /// <summary>In each order that somebody looks by.</summary>
    private static async Task<IReadOnlyList<Standing>> Read(Lab lab, Book book, Month month)
    {
        await using var scope = lab.App.Services.CreateAsyncScope();
        var (db, days, rules) = (scope.ServiceProvider.GetRequiredService<Db>(), lab.App.Services.GetRequiredService<CalendarInForce>().Current, lab.App.Services.GetRequiredService<LightRules>().Chosen);
        IReadOnlyList<Standing> all = [];
        foreach (var sort in Reckoning.Sorts) all = (await book.Read(db, month, days, rules, sort, default)).Standings;
        return all;
    }

    private static async Task Forecasts(Lab lab)
    {
        var started = Environment.CpuUsage.TotalTime;
        var before = await Shown(lab);
        var first = Environment.CpuUsage.TotalTime - started;
        const int Changed = 2_345;
        await lab.Send(new ChangeSchedule.Command([new("MainStructure", Days: 300)], Lab.Code(Changed)), null, Role.Supervisor);
        started = Environment.CpuUsage.TotalTime;
        var after = await Shown(lab);
        var second = Environment.CpuUsage.TotalTime - started;
        var again = before.Zip(after).Count(p => !p.First.Zip(p.Second).All(o => ReferenceEquals(o.First, o.Second)));
        Paired.Row($"forecasts of {PortfolioPage.Projects:#,0} projects, one changed: {again} worked out again", $"{second.TotalMilliseconds / PortfolioPage.Projects:0.00} ms a schedule", $"each for the first time {first.TotalMilliseconds / PortfolioPage.Projects:0.0} ms", second / first, "one a change");
    }

    private static async Task<List<Outlook?[]>> Shown(Lab lab)
    {
        var shown = new List<Outlook?[]>(PortfolioPage.Projects);
        for (var n = 1; n <= PortfolioPage.Projects; n++) shown.Add([.. (await lab.Send(new ShowSchedule.Query(Lab.Code(n)), null, Role.Auditor)).Rows.Select(r => r.Outlook)]);
        return shown;
    }
}
