using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;

namespace Approvals.Benchmarks;

/// <summary>Take in, accept, ten decisions in the order of the process: twelve commands, beside their rows by bare Dapper in twelve transactions.</summary>
internal static class WholeJob
{
    private const int PerRound = 25;
    private const int Rounds = 7;

    public static async Task Run()
    {
        await using var ours = await Lab.Open((Rounds + 1) * PerRound);
        await using var bare = await Lab.Open((Rounds + 1) * PerRound);
        await using var connection = bare.Bare();
        var rows = new BareRows(bare, connection);
        var (rate, limit, ratio) = await Paired.Rates(
            Rounds,
            async () =>
            {
                for (var i = 0; i < PerRound; i++) await Job(ours);
                return PerRound;
            },
            () =>
            {
                for (var i = 0; i < PerRound; i++) rows.Job();
                return Task.FromResult((double)PerRound);
            });
        rows.CompareWith(ours);
        Paired.Row("a whole job: take in, accept, ten decisions", $"{Paired.PerSecond(rate)}", $"plain Dapper {Paired.PerSecond(limit)}", ratio, "≥ 0.5");
    }

    private static async Task Job(Lab lab)
    {
        var taken = await lab.Submit();
        await lab.Send(new Accept.Command(taken.Number), null, Role.WindowClerk);
        var process = lab.Reform;
        var open = process.Items.Select((item, n) => (Item: item, Number: taken.CaseNumbers[n])).ToList();
        var done = new HashSet<string>();
        while (open.Count > 0)
        {
            var (item, number) = open.First(o => o.Item.Needs.All(done.Contains));
            await lab.Send(new ApproveCase.Command(Number: number, CertificateNumber: "示例 " + number), item.Item.Department, Role.Reviewer);
            done.Add(item.Item.Code);
            open.RemoveAll(o => o.Number == number);
        }
    }
}
