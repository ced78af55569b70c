using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Catalogue;

/// <summary>The catalogue on the command line. The plan neither needs nor makes a database; publishing does.</summary>
internal static class CatalogueCommand
{
    /// <summary>The exit code beside the word UNPUBLISHED.</summary>
    private const int UnpublishedCode = 3;

    public static Command Catalogue()
    {
        var file = new Option<string>("--file") { Description = "目录文件 the catalogue file (JSON)", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "只预览，不发布 only say what would change" };
        var publish = new Command("publish", "发布新的事项、流程和版本 publish new items, processes and versions") { file, dryRun };
        publish.SetAction((parsed, _) => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            await using var content = File.OpenRead(parsed.GetValue(file)!);
            var result = await mediator.Send(new PublishCatalogue.Command(await PublishCatalogue.Read(content, CancellationToken.None), parsed.GetValue(dryRun)));
            foreach (var change in result.Changes) Print(change);
            Console.WriteLine(result.Published ? Words.T($"已发布，目录第 {result.Edition} 版。运行中的网站一分钟内生效。", $"Published: edition {result.Edition}. A running site takes it up within a minute.")
                : result.Changes.Count == 0 ? Words.T("没有新内容，目录未改变。", "Nothing new; the catalogue is unchanged.")
                : Words.T("以上为预览，没有发布。", "This is a preview; nothing was published."));
            return 0;
        }));
        return new Command("catalogue", "事项与流程目录 the catalogue of items and processes") { publish };
    }

    public static Command ThePlan()
    {
        var process = new Option<string>("--process") { Description = "流程编码 the process, such as IND-REFORM", Required = true };
        var start = new Option<string>("--start") { Description = "开始日期，当日不计 the start, not counted (yyyy-MM-dd)", Required = true };
        var version = new Option<int?>("--version") { Description = "版本；默认为开始日施行的版本 the version; by default the one in force on the start" };
        var command = new Command("plan", "各事项最早起止日期和关键线路 earliest dates of each item and the critical path. UNPUBLISHED（退出码 exit code 3）：到了未发布日历的年份 a date reaches a year without a published calendar")
        {
            process, start, version,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var plan = ShowPlan.Answer(
                await AtHand(parsed, ct), await CalendarAtHand.Read(parsed, ct), parsed.GetValue(process)!, parsed.GetValue(start), parsed.GetValue(version));
            Print(plan);
            return plan.Status == ShowPlan.Published ? 0 : UnpublishedCode;
        });
        return command;
    }

    private static void Print(ShowPlan.Result plan)
    {
        Console.WriteLine($"{plan.Process} v{plan.Version} {plan.Name}");
        var rows = plan.Items.Select(i => new[]
        {
            i.Code, i.Name.ToString(), Date(i.EarliestStart), Date(i.EarliestFinish), i.FinishDay.ToString(CultureInfo.InvariantCulture),
        }).Prepend([Words.T("编码", "code"), Words.T("事项", "item"), Words.T("最早开始", "earliest start"), Words.T("最早完成", "earliest finish"), Words.T("第几日", "day")]).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => Width(r[c]))).ToList();
        foreach (var row in rows) Console.WriteLine(string.Join("  ", row.Select((cell, c) => cell + new string(' ', widths[c] - Width(cell)))).TrimEnd());
        Console.WriteLine($"critical path: {string.Join('-', plan.CriticalPath)}");
        Console.WriteLine($"{plan.WorkingDays} working days");
    }

    private static string Date(DateOnly? day) => day is { } d ? Words.Day(d) : ShowPlan.Unpublished;

    private static void Print(Change change)
    {
        Console.WriteLine($"{PublishModel.Name(change.Kind)}  {change.What} {change.Code}{(change.Version is { } v ? $" v{v}" : "")}  {change.Name}");
        foreach (var detail in change.Details) Console.WriteLine($"    {detail}");
    }

    /// <summary>The catalogue of the database where there is one, else the one that ships with the program.</summary>
    private static async Task<CatalogueSnapshot> AtHand(ParseResult parsed, CancellationToken ct)
    {
        var builder = CommandLine.Parts(parsed);
        if (!Settings.Read(builder.Configuration).HasDatabase) return Shipped();
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        try
        {
            var read = await CatalogueTables.Read(scope.ServiceProvider.GetRequiredService<Db>(), ct);
            return read.Edition == 0 ? Shipped() : read;
        }
        catch (DbException error)
        {
            throw new InvalidOperationException($"无法读取数据库中的目录。 The catalogue of the database cannot be read: {error.Message}", error);
        }
    }

    private static CatalogueSnapshot Shipped() => Publication.Of(CatalogueFile.Shipped(), CatalogueSnapshot.Empty, today: null).Onto(CatalogueSnapshot.Empty);

    /// <summary>Columns on a terminal: a Chinese character takes two.</summary>
    private static int Width(string text) => text.Sum(c => c is >= '\u2E80' and <= '\uFFDC' ? 2 : 1);
}
