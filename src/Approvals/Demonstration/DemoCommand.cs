using System.CommandLine;
using System.Diagnostics;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Demonstration;

/// <summary><c>demo load --cases 1000000 --seed 7</c></summary>
internal static class DemoCommand
{
    public static Command Command()
    {
        var cases = new Option<int>("--cases") { Description = "办理件数 how many cases", Required = true };
        var seed = new Option<int>("--seed") { Description = "种子 the seed; the same gives the same history", DefaultValueFactory = _ => 7 };
        var until = new Option<DateOnly?>("--until") { Description = "截止日 the last day (default: today)" };
        var load = new Command("load", "写入一段可重现的大量历史数据 writes a large, reproducible history") { cases, seed, until };
        load.SetAction((parsed, ct) => CommandLine.WithServices(parsed, async (services, mediator) =>
        {
            var wanted = parsed.GetValue(cases);
            var started = Stopwatch.GetTimestamp();
            var clock = services.GetRequiredService<ZoneClock>();
            var written = await mediator.Send(new LoadHistory.Command(wanted, parsed.GetValue(seed), parsed.GetValue(until) ?? clock.Today, Progress), ct);
            Console.WriteLine();
            Console.WriteLine($"已写入 {written} 件 cases written · {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
            return 0;

            void Progress(int done)
            {
                var rate = done / Stopwatch.GetElapsedTime(started).TotalSeconds;
                Console.Write($"\r{done:#,0} / {wanted:#,0} ({100L * done / wanted} %) · {rate:#,0}/s · 剩余 left {(wanted - done) / rate:0} s   ");
            }
        }));
        return new Command("demo", "演示数据 demonstration data") { load };
    }
}
