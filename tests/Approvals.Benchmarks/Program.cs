using System.Diagnostics.CodeAnalysis;

namespace Approvals.Benchmarks;

/// <summary>
/// Each figure beside its limit, measured in turn in the same run; what counts is the ratio.
/// <c>dotnet run -c Release --project tests/Approvals.Benchmarks -- [name …]</c>
/// </summary>
[SuppressMessage("Design", "CA1052", Justification = "The entry point.")]
internal sealed class Program
{
    private static readonly (string Name, Func<Task> Run)[] All =
    [
        ("arithmetic", Arithmetic.Run),
        ("submission", Submission.Run),
        ("clients", Clients.Run),
        ("job", WholeJob.Run),
        ("list", CaseList.Run),
        ("scan", AlertScan.Run),
        ("news", CalendarNews.Run),
        ("audit", AuditChain.Run),
        ("schedule", Schedules.Run),
        ("schedulepage", SchedulePage.Run),
        ("report", NightlyReport.Run),
        ("portfolio", PortfolioPage.Run),
        ("recompute", Recompute.Run),
    ];

    private static async Task<int> Main(string[] args)
    {
        if (args.Except(All.Select(b => b.Name)).ToList() is { Count: > 0 } unknown)
        {
            await Console.Error.WriteLineAsync($"Unknown: {string.Join(", ", unknown)}. There are: {string.Join(", ", All.Select(b => b.Name))}.");
            return 1;
        }

        Console.WriteLine("| what | measured | limit beside it | ratio | target |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, run) in All)
            if (args.Length == 0 || args.Contains(name))
                await run();
        return 0;
    }
}
