using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Approvals.Web;

namespace Approvals.Modules.Audit;

/// <summary>The record on the command line: whether it is whole, and its roots as a file.</summary>
internal static class AuditCommand
{
    private static readonly (string, Text) Needs = ("audit_record", new(
        "这里没有审计记录：数据文件夹中没有数据库（请检查 --data），或审计记录表已被删除（请从备份恢复）。",
        "There is no record here: the data folder holds no database (check --data), or the table of the record is gone (restore it from a backup)."));

    public static Command Command() => new("audit", "审计记录 the record of who did what") { Verify(), ExportRoot(), Seal() };

    private static Command Verify()
    {
        var roots = new Option<FileInfo[]>("--root") { Description = "另存的根文件，可多个 a file of roots kept elsewhere, repeatable", AllowMultipleArgumentsPerToken = true };
        var verify = new Command("verify", "核对全部记录，指出第一处改动、删除、插入、移动或截尾 read the whole record and name the first that was altered, removed, inserted or moved, or an end cut off") { roots };
        verify.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            List<RootFile> kept = [];
            foreach (var file in parsed.GetValue(roots) ?? []) kept.Add(RootFile.Read(await File.ReadAllTextAsync(file.FullName), file.Name));
            var started = Stopwatch.GetTimestamp();
            var result = await mediator.Send(new VerifyChain.Query(kept));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (result.Found is { } found)
            {
                await Console.Error.WriteLineAsync($"{found.Message.Zh} {found.Message.En}");
                return 1;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"完好 sound: {result.Records:#,0} 条 records, {kept.Count} 个根文件 files of roots, {seconds:0.0} s"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.LastId} {result.Hash}"));
            Console.WriteLine($"以根核对到：{result.Held.Zh} Held to roots: {result.Held.En}");
            if (result.NotSealed is { } days) Console.WriteLine($"尚未封存 not sealed: {days.Said.Zh} {days.Said.En}（audit seal）");
            return 0;
        }, Needs));
        return verify;
    }

    private static Command ExportRoot()
    {
        var target = new Option<FileInfo>("--out") { Description = "写入的文件，请存到另一台机器 the file to write; keep it on another machine", Required = true };
        var export = new Command("export-root", "导出每日根 export the roots of the days") { target };
        export.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            var file = await mediator.Send(new ExportRoots.Query());
            await File.WriteAllTextAsync(parsed.GetValue(target)!.FullName, file.Write());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Days.Count} 天 days, 末条 last record {file.LastId}"));
            return 0;
        }, Needs));
        return export;
    }

    private static Command Seal()
    {
        var seal = new Command("seal", "封存已过的日子，与每小时的任务相同 seal the days that are over, as the job does every hour");
        seal.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            foreach (var day in await mediator.Send(new SealDays.Command()))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{day.Day:yyyy-MM-dd} {day.LastId} {day.Root}"));
            return 0;
        }, Needs));
        return seal;
    }
}
