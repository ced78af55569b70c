using System.CommandLine;

namespace Approvals.Modules.Deadlines;

/// <summary>On the command line: <c>alerts raise</c> raises what has newly come due, as the job does every ten minutes.</summary>
internal static class AlertsCommand
{
    public static Command Command()
    {
        var share = new Option<int>("--share") { Description = "每批件数，一批一个事务 clocks in one transaction", DefaultValueFactory = _ => 500 };
        share.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 1 or > 1000) given.AddError("--share 应为 1 至 1000。 --share must be from 1 to 1000.");
        });
        var raise = new Command("raise", "立即发出到期的提醒 raise what has newly come due") { share };
        raise.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            Console.WriteLine("正在扫描 scanning");
            var raised = 0;
            for (var more = true; more;)
            {
                var batch = await mediator.Send(new RaiseAlerts.Command(parsed.GetValue(share)));
                (raised, more) = (raised + batch.Raised, batch.More);
            }

            Console.WriteLine($"已发出 raised {raised}");
            return 0;
        }));
        return new Command("alerts", "时限提醒 alerts of the clocks") { raise };
    }
}
