using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>停办: the zone closes for some working days by an order of its own, as in a typhoon. The days no longer count.</summary>
internal static class CloseZone
{
    /// <summary>A closure longer than a quarter is more likely a slip of the hand.</summary>
    public const int MostDays = 92;

    public const int LongestOrder = 80;

    private const int LongestReason = 80;

    /// <param name="From">The first day; it must be a working day.</param>
    /// <param name="To">The last day; it must be a working day. Days off between the two are off already and are left as they are.</param>
    /// <param name="OrderNumber">The number of the order.</param>
    /// <param name="ReasonZh">The reason in Chinese, such as 台风.</param>
    /// <param name="ReasonEn">The reason in English.</param>
    /// <param name="ConfirmPast">Days that have passed are meant.</param>
    /// <param name="DryRun">Only say what would change.</param>
    /// <param name="Seen">The edition the preview was made by; without it, whatever is in force is amended.</param>
    /// <remarks>Not an <see cref="Messaging.ICommand"/>: the calendar in memory may be replaced only after its transaction is durable.</remarks>
    [RecordAs("登记停办", "Close the zone", Subject.Calendar, "")]
    [Needs(Act.PublishCalendar)]
    [TakesTwo]
    internal sealed record Command(
        DateOnly? From, DateOnly? To, string? OrderNumber, string? ReasonZh, string? ReasonEn, bool ConfirmPast = false, bool DryRun = false, long? Seen = null)
        : IRequest<CalendarChanges>, IRecorded;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/calendar/closures", (Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body, ct))
        .Needs<Command>()
        .WithTags("Calendar").WithSummary("Close the zone for working days by an order of its own; dryRun only says what would change");

    private sealed class Handler(Publication publication, ZoneClock clock) : IRequestHandler<Command, CalendarChanges>
    {
        public Task<CalendarChanges> Handle(Command command, CancellationToken ct) => command.DryRun
            ? publication.Preview(record => Amend(record, command), ct)
            : publication.Publish(
                record => Amend(record, command),
                command.Seen,
                command.OrderNumber?.Trim(),
                (new($"{Words.Day(command.From)} 至 {Words.Day(command.To)}：{command.ReasonZh}（{command.OrderNumber}）", $"{Words.Day(command.From)} to {Words.Day(command.To)}: {command.ReasonEn} ({command.OrderNumber})"),
                    edition => command with { Seen = edition }),
                ct);

        private IReadOnlyList<YearOnRecord> Amend(CalendarOnRecord record, Command command)
        {
            var check = new Check()
                .Text(command.OrderNumber, "orderNumber", "停办文号", "The number of the order", LongestOrder)
                .Text(command.ReasonZh, "reasonZh", "停办原因（中文）", "The reason in Chinese", LongestReason)
                .Text(command.ReasonEn, "reasonEn", "停办原因（英文）", "The reason in English", LongestReason);
            if (command.From is null) check.Add("field.required", "from", "请填写停办的第一天。", "The first day is required.");
            if (command.To is null) check.Add("field.required", "to", "请填写停办的最后一天。", "The last day is required.");
            var days = command is { From: { } from, To: { } to } ? Days(record, from, to, command.ConfirmPast, check) : [];
            check.Done();

            var name = new Text(command.ReasonZh!.Trim(), command.ReasonEn!.Trim());
            var order = command.OrderNumber!.Trim();
            return
            [
                .. days.GroupBy(d => d.Year).Select(y => record.Years[y.Key]).Select(y => y with
                {
                    Closures = [.. y.Closures.Concat(days.Where(d => d.Year == y.Year).Select(d => new CalendarException(d, false, name, order))).OrderBy(c => c.Day)],
                }),
            ];
        }

        /// <summary>The working days of the range.</summary>
        private List<DateOnly> Days(CalendarOnRecord record, DateOnly from, DateOnly to, bool confirmPast, Check check)
        {
            if (to < from)
            {
                check.Add("calendar.rangeReversed", "to", "最后一天早于第一天，请调换。", "The last day lies before the first; exchange them.");
                return [];
            }

            if (to.DayNumber - from.DayNumber >= MostDays)
            {
                check.Add("calendar.closureTooLong", "to", $"一次停办最多 {MostDays} 天，请核对日期；确需更长的，请分次登记。", $"A closure may last {MostDays} days at most; check the dates, or enter a longer one in parts.");
                return [];
            }

            var unpublished = Enumerable.Range(from.Year, to.Year - from.Year + 1).Where(y => !record.Years.ContainsKey(y)).ToList();
            foreach (var year in unpublished)
            {
                check.Add("calendar.yearUnpublished", from.Year == year ? "from" : "to", $"{year} 年的日历尚未发布，不能登记停办。请先发布 {year} 年的放假通知。",
                    $"The calendar of {year} is not published, so nothing can be closed in it. Publish the notice of {year} first.");
            }

            if (unpublished.Count > 0) return [];
            var calendar = record.Days;
            foreach (var (day, field) in from == to ? [(from, "from")] : new[] { (from, "from"), (to, "to") })
            {
                if (calendar.IsWorkingDay(day)) continue;
                var why = calendar.ExceptionOn(day) switch
                {
                    { OrderNumber: { } order } closed => new Text($"已停办（{order}：{closed.Name.Zh}）", $"is closed already ({order}: {closed.Name.En})"),
                    { } off => new Text($"已放假（{off.Name.Zh}）", $"is off already ({off.Name.En})"),
                    null => new Text("是周末", "is a weekend"),
                };
                check.Add("calendar.alreadyOff", field, $"{Words.Day(day)} {why.Zh}，本来就不计工作日，请改为首尾的工作日。", $"{Words.Day(day)} {why.En} and does not count anyway; give the first and the last working day.");
            }

            var today = clock.Today;
            if (from < today && !confirmPast)
            {
                check.Add("calendar.closureInPast", "confirmPast", $"{Words.Day(from)} 已经过去。确要补登停办的，请勾选确认；未办结的办理件将按此重新计算。",
                    $"{Words.Day(from)} has passed. If you mean it, confirm that past days are closed; open cases will be worked out again.");
            }

            return [.. Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays).Where(calendar.IsWorkingDay)];
        }
    }
}
