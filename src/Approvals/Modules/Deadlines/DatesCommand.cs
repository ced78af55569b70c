using System.CommandLine;

namespace Approvals.Modules.Deadlines;

/// <summary>On the command line: <c>dates recount</c> works through what calendar news has left to count, as the job does each minute, and says how far it is.</summary>
internal static class DatesCommand
{
    public static Command Command()
    {
        var recount = new Command("recount", "立即按新日历重算到期日 count due dates again by the new calendar, now");
        recount.SetAction((parsed, _) => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            var looked = 0;
            for (var more = true; more;)
            {
                var batch = await mediator.Send(new RecountDates.Command());
                (looked, more) = (looked + batch.LookedAt, batch.More);
                if (batch.Standing is { } now) Console.WriteLine($"{now.Words.Zh} {now.Words.En}");
            }

            Console.WriteLine(looked == 0 ? "没有待重算的到期日 nothing to count again" : $"完成，共重算 {looked} done, {looked} counted again");
            return 0;
        }));
        return new Command("dates", "到期日 due dates") { recount };
    }
}
