using System.CommandLine;
using System.Globalization;
using System.Text;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Deadlines;

/// <summary>The clock on the command line, by the calendar at hand: a file of cases, or the arithmetic of one.</summary>
internal static class ClockCommand
{
    public static Command Command()
    {
        var batch = new Option<string?>("--batch") { Description = "JSONL 文件，一行一件，结果写到标准输出 a JSONL file, a case a line; the answers go to standard output" };
        var explain = new Option<bool>("--explain") { Description = "写出一件的算法 print the arithmetic of one case" };
        var accepted = new Option<string?>("--accepted") { Description = "受理日，当日不计 the day of acceptance, not counted (yyyy-MM-dd)" };
        var limit = new Option<string?>("--limit") { Description = "时限天数 the days of the limit, 1 or more" };
        var unit = new Option<string>("--unit") { Description = "wd 工作日 working days, cd 自然日 calendar days", DefaultValueFactory = _ => Limit.WorkingDays };
        var extension = new Option<string[]>("--extension") { Description = "延长天数，可重复 days added to the limit; repeatable" };
        var pause = new Option<string[]>("--pause") { Description = "暂停 FROM..TO，未恢复写 FROM..，可重复 a pause, FROM.. while it is open; repeatable" };
        var asOf = new Option<string?>("--as-of") { Description = "所问日期 the day asked about (yyyy-MM-dd)" };
        var language = new Option<string>("--language") { Description = "语言 zh | en", DefaultValueFactory = _ => "zh" };
        language.AcceptOnlyFromAmong("zh", "en");
        var command = new Command("clock", "时限计算：到期日、已用、剩余、灯 the clock of a limit: due date, days used and left, light")
        {
            batch, explain, accepted, limit, unit, extension, pause, asOf, language,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var file = parsed.GetValue(batch);
            if (parsed.GetValue(explain) == (file is not null))
                throw Refused.Invalid("clock.oneOf", "batch", "请给出 --batch 文件，或 --explain 及一件的选项，二者取一。", "Give either --batch with a file or --explain with the options of one case.");
            var calendar = await CalendarAtHand.Read(parsed, ct);
            // What is written must not depend on the code page of the machine.
            await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16);
            if (file is not null)
            {
                using var input = new StreamReader(file, Encoding.UTF8, true, 1 << 16);
                return ClockBatch.Run(calendar, input, output, Console.Error) == 0 ? 0 : 1;
            }

            var check = new Check();
            var asked = new ClockCase(
                parsed.GetValue(accepted),
                new(Days(parsed.GetValue(limit), "--limit", check), parsed.GetValue(unit)!),
                [.. (parsed.GetValue(extension) ?? []).Select(e => Days(e, "--extension", check))],
                [.. (parsed.GetValue(pause) ?? []).Select(p => Span(p, check))],
                parsed.GetValue(asOf));
            var (clock, on) = asked.Read(calendar, check);
            foreach (var line in Arithmetic.On(on, clock, calendar)) output.Write((parsed.GetValue(language) == "en" ? line.En : line.Zh) + "\n");
            return 0;
        });
        return command;
    }

    private static int Days(string? written, string option, Check check)
    {
        if (int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var days)) return days;
        if (written is null) check.Add("field.required", option, $"请给出 {option}，如 {option} 20。", $"Give {option}, such as {option} 20.");
        else check.Add("clock.wrongNumber", option, $"{option}「{written}」不是整数天数，请更正。", $"{option} “{written}” is not a whole number of days; correct it.");
        return 0;
    }

    private static (string? From, string? To) Span(string written, Check check)
    {
        if (written.Split("..") is [var from, var to]) return (from, to.Length == 0 ? null : to);
        check.Add("clock.wrongPause", "--pause", $"--pause「{written}」应写作 2026-03-02..2026-03-09，未恢复写 2026-03-02..。", $"--pause “{written}” must be written 2026-03-02..2026-03-09, or 2026-03-02.. while it is open.");
        return ("2000-01-01", null);
    }
}
