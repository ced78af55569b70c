using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Timeline;
using MediatR;

namespace Approvals.Benchmarks;

/// <summary>
/// The schedule page of a project with 40 items and milestones: with its forecast (2,000 simulated runs, kept since the
/// first view) beside the same page with fixed rows and no forecast; and what the first view costs the processor.
/// </summary>
internal static class SchedulePage
{
    private const int Rounds = 7;
    private const int FirstViews = 15;

    public static async Task Run()
    {
        await using var lab = await Lab.Open(FirstViews + 2, builder => builder.Services.AddTransient<IRequestHandler<ShowSchedule.Query, ShowSchedule.Result>, Bare>());
        for (var i = 1; i <= FirstViews + 2; i++) await Fill(lab, Lab.Code(i));
        await lab.Send(new AddUser.Command("bench", "bench", null, [Role.Auditor], CaseList.Password) { IsOwnPassword = true }, null, Role.SecurityAdministrator);
        await lab.App.StartAsync();
        var address = new Uri(lab.App.Urls.First());
        var cookie = await CaseList.SignIn(address);
        var (first, path) = (Lab.Code(1), $"/projects/{Lab.Code(1)}/schedule");
        Bare.Fixed = null;
        var shown = await lab.Send(new ShowSchedule.Query(first), null, Role.Auditor);
        if (shown.Rows.Count < 40) throw new InvalidOperationException($"{shown.Rows.Count} rows");
        var bare = shown with { Rows = [.. shown.Rows.Select(r => r with { Outlook = null })] };
        var (ours, limit, ratio) = await Paired.Rates(Rounds, () => With(null, () => CaseList.Load(address, cookie, path)), () => With(bare, () => CaseList.Load(address, cookie, path)));
        Paired.Row($"the schedule page, {shown.Rows.Count} rows, forecast kept", Paired.PerSecond(ours), $"the same page, fixed rows and no forecast {Paired.PerSecond(limit)}", ratio, "≥ 0.5");

        Bare.Fixed = null;
        await Cost(lab, 2); // compiled by now
        var costs = new List<double>();
        for (var i = 3; i <= FirstViews + 2; i++) costs.Add(await Cost(lab, i));
        var again = await Cost(lab, 3);
        Paired.Row("the first view of a schedule, processor time", $"{Paired.Median(costs):0} ms", $"the second view {again:0} ms", Paired.Median(costs) / 150, "≤ 1 of 150 ms");
        await lab.App.StopAsync();
    }

    /// <summary>Two phases and what the process does not have, until there are 40 rows.</summary>
    private static async Task Fill(Lab lab, string code)
    {
        await lab.Send(new PlanByProcess.Command(new DateOnly(2026, 3, 2), code), null, Role.Supervisor);
        var rows = (await lab.Send(new ShowSchedule.Query(code), null, Role.Supervisor)).Rows.Count;
        List<Change> added = [.. Enumerable.Range(1, 40 - rows).Select(i => new Change($"X{i:00}", 5, null, false, false, $"另加事项 {i}", [i == 1 ? "A01" : $"X{i - 1:00}"], null))];
        foreach (var change in added) await lab.Send(new ChangeSchedule.Command([change], code), null, Role.Supervisor);
    }

    private static async Task<double> Cost(Lab lab, int project)
    {
        var before = Environment.CpuUsage.TotalTime;
        await lab.Send(new ShowSchedule.Query(Lab.Code(project)), null, Role.Auditor);
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    private static Task<double> With(ShowSchedule.Result? rows, Func<Task<double>> load)
    {
        Bare.Fixed = rows;
        return load();
    }

    /// <summary>In the place of the query: the real one, or a fixed answer.</summary>
    private sealed class Bare(IServiceProvider services) : IRequestHandler<ShowSchedule.Query, ShowSchedule.Result>
    {
        private static readonly Type Real = typeof(ShowSchedule).GetNestedType("Handler", System.Reflection.BindingFlags.NonPublic)!;

        public static ShowSchedule.Result? Fixed { get; set; }

        public Task<ShowSchedule.Result> Handle(ShowSchedule.Query query, CancellationToken ct) => Fixed is { } rows
            ? Task.FromResult(rows)
            : ((IRequestHandler<ShowSchedule.Query, ShowSchedule.Result>)ActivatorUtilities.CreateInstance(services, Real)).Handle(query, ct);
    }
}
