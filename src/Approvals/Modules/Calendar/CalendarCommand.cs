using System.CommandLine;
using System.Text;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Calendar;

/// <summary>
/// The calendar on the command line. It neither needs nor makes a database: the calendar of the database where there is
/// one, else the one that ships with the program.
/// </summary>
internal static class CalendarCommand
{
    /// <summary>The exit code beside the word UNPUBLISHED.</summary>
    private const int Unpublished = 3;

    public static Command Command() => new("calendar", "工作日历 the working-day calendar") { Due(), Count() };

    private static Command Due()
    {
        var from = new Option<string?>("--from") { Description = "开始日期，当日不计 the start, not counted (yyyy-MM-dd)" };
        var days = new Option<string?>("--days") { Description = "工作日数 working days, 0 or more" };
        var batch = new Option<string?>("--batch") { Description = "CSV 文件（start,working_days），结果写到标准输出 a CSV file; the result goes to standard output" };
        var command = new Command("due", "若干工作日之后是哪一天 the day N working days after a date. UNPUBLISHED（退出码 exit code 3）：到了未发布日历的年份 it reaches a year without a published calendar")
        {
            from, days, batch,
        };
        command.SetAction(async (parsed, ct) =>
        {
            if (parsed.GetValue(batch) is { } file)
            {
                if (parsed.GetValue(from) is not null || parsed.GetValue(days) is not null)
                    throw Refused.Invalid("calendar.batchAlone", "batch", "--batch 不能与 --from、--days 同用。", "--batch goes without --from and --days.");
                using var input = new StreamReader(file, Encoding.UTF8, true, 1 << 16);
                await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16);
                return DueBatch.Run(await CalendarAtHand.Read(parsed, ct), input, output, Console.Error) == 0 ? 0 : 1;
            }

            var answer = DueDate.Answer(await CalendarAtHand.Read(parsed, ct), parsed.GetValue(from), parsed.GetValue(days));
            return Print(answer.Due is { } due ? Words.Day(due) : answer.Status, answer.Status);
        });
        return command;
    }

    private static Command Count()
    {
        var from = new Option<string?>("--from") { Description = "开始日期，当日不计 the start, not counted (yyyy-MM-dd)" };
        var to = new Option<string?>("--to") { Description = "结束日期，当日计入 the end, counted (yyyy-MM-dd)" };
        var command = new Command("count", "两个日期之间有多少工作日 the working days between two dates. UNPUBLISHED（退出码 exit code 3）：含未发布日历的年份 a year has no published calendar")
        {
            from, to,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var answer = CountDays.Answer(await CalendarAtHand.Read(parsed, ct), parsed.GetValue(from), parsed.GetValue(to));
            return Print(answer.WorkingDays is { } number ? $"{number}" : answer.Status, answer.Status);
        });
        return command;
    }

    private static int Print(string answer, string status)
    {
        Console.WriteLine(answer);
        return status == Published.Yes ? 0 : Unpublished;
    }
}
