using System.CommandLine;
using System.Text;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>
/// The calendar on the command line. Questions neither need nor make a database: they ask the calendar of the database
/// where there is one, else the one that ships with the program. Publishing needs it.
/// </summary>
internal static class CalendarCommand
{
    /// <summary>The exit code beside the word UNPUBLISHED.</summary>
    private const int Unpublished = 3;

    private const string Supervisors = "SELECT COUNT(*) FROM access_public_user_role WHERE role = @role";

    public static Command Command() => new("calendar", "工作日历 the working-day calendar") { Due(), Count(), Publish(), Close(), Reopen() };

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

    private static Command Publish()
    {
        var file = new Option<string>("--file") { Description = "日历文件 the calendar file (JSON)", Required = true };
        var dryRun = DryRun();
        var command = new Command("publish", "按放假通知发布或修订一年；有中心督办时须其在网站批准（退出码 4） publish or amend years by the State Council's notice; where there is a centre supervisor, one approves it on the site (exit code 4)") { file, dryRun };
        command.SetAction((parsed, _) => WithSecondPerson(parsed, async mediator =>
        {
            await using var stream = File.OpenRead(parsed.GetValue(file)!);
            var content = await PublishCalendar.Read(stream, CancellationToken.None);
            return Print(parsed.GetValue(dryRun) ? await mediator.Send(new PreviewCalendar.Query(content)) : await mediator.Send(new PublishCalendar.Command(content)));
        }));
        return command;
    }

    private static Command Close()
    {
        var from = new Option<string>("--from") { Description = "停办第一天 the first day closed (yyyy-MM-dd)", Required = true };
        var to = new Option<string>("--to") { Description = "停办最后一天 the last day closed (yyyy-MM-dd)", Required = true };
        var order = new Option<string>("--order") { Description = "停办文号 the number of the order", Required = true };
        var reason = new Option<string>("--reason") { Description = "停办原因 the reason", Required = true };
        var reasonEn = new Option<string?>("--reason-en") { Description = "英文原因，默认同 --reason the reason in English; by default as --reason" };
        var past = new Option<bool>("--confirm-past") { Description = "确认含已过去的日期 days that have passed are meant" };
        var dryRun = DryRun();
        var command = new Command("close", "按园区文件停办若干天 close the zone for some days by its own order") { from, to, order, reason, reasonEn, past, dryRun };
        command.SetAction((parsed, _) => WithSecondPerson(parsed, async mediator =>
        {
            var check = new Check();
            var (first, last) = (Given.Day(parsed.GetValue(from), "from", check), Given.Day(parsed.GetValue(to), "to", check));
            check.Done();
            return Print(await mediator.Send(new CloseZone.Command(
                first, last, parsed.GetValue(order), parsed.GetValue(reason), parsed.GetValue(reasonEn) ?? parsed.GetValue(reason), parsed.GetValue(past), parsed.GetValue(dryRun))));
        }));
        return command;
    }

    private static Command Reopen()
    {
        var day = new Option<string>("--day") { Description = "恢复办公的日期 the day (yyyy-MM-dd)", Required = true };
        var order = new Option<string>("--order") { Description = "撤销停办的文号 the number of the order that lifts the closure", Required = true };
        var dryRun = DryRun();
        var command = new Command("reopen", "撤销尚未到来的停办 lift the closure of a day that is still to come") { day, order, dryRun };
        command.SetAction((parsed, _) => WithSecondPerson(parsed, async mediator =>
        {
            var check = new Check();
            var given = Given.Day(parsed.GetValue(day), "day", check);
            check.Done();
            return Print(await mediator.Send(new ReopenDay.Command(given, parsed.GetValue(order), parsed.GetValue(dryRun))));
        }));
        return command;
    }

    /// <summary>
    /// 双人复核 here too: whoever runs the machine asks, and a supervisor approves on the site. Where the site has no
    /// supervisor yet (it is being set up) there is nobody to ask.
    /// </summary>
    private static Task<int> WithSecondPerson(ParseResult parsed, Func<IMediator, Task<int>> work) => CommandLine.WithServices(parsed, async (services, mediator) =>
    {
        services.GetRequiredService<SecondPerson>().SystemAsks =
            await services.GetRequiredService<Db>().Find<int>(Supervisors, new { role = nameof(Role.Supervisor) }, CancellationToken.None) > 0;
        return await work(mediator);
    });

    private static Option<bool> DryRun() => new("--dry-run") { Description = "只预览，不发布 only say what would change" };

    private static int Print(CalendarChanges changes)
    {
        foreach (var year in changes.Years)
        {
            Console.WriteLine(Words.T(
                $"{year.Year} 年：{(year.IsNew ? "首次发布" : $"原 {year.WorkingDaysBefore} 个")}，{year.WorkingDays} 个工作日",
                $"{year.Year}: {(year.IsNew ? "first publication" : $"{year.WorkingDaysBefore} before")}, {year.WorkingDays} working days"));
            foreach (var day in year.Days)
                Console.WriteLine($"    {Words.Day(day.From)}{(day.From == day.To ? "" : $" – {Words.Day(day.To)}")}  {day.InWords}");
        }

        foreach (var consequence in changes.Consequences) Console.WriteLine(consequence);
        Console.WriteLine(changes.Published ? Words.T($"已发布，日历第 {changes.Edition} 版。运行中的网站一分钟内生效。", $"Published: edition {changes.Edition}. A running site takes it up within a minute.")
            : changes.Years.Count == 0 ? Words.T("没有新内容，日历未改变。", "Nothing new; the calendar is unchanged.")
            : Words.T("以上为预览，没有发布。", "This is a preview; nothing was published."));
        return 0;
    }

    private static int Print(string answer, string status)
    {
        Console.WriteLine(answer);
        return status == Published.Yes ? 0 : Unpublished;
    }
}
