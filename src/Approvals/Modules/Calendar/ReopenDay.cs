using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>撤销停办: a day on which the zone was to be closed is what the notice says again. Only a day that is still to come: on a past one people were turned away.</summary>
internal static class ReopenDay
{
    /// <param name="Day">The closed day.</param>
    /// <param name="OrderNumber">The number of the order that lifts the closure.</param>
    /// <param name="DryRun">Only say what would change.</param>
    /// <param name="Seen">The edition the preview was made by; without it, whatever is in force is amended.</param>
    /// <remarks>Not an <see cref="Messaging.ICommand"/>: the calendar in memory may be replaced only after its transaction is durable.</remarks>
    [RecordAs("撤销停办", "Lift a closure", Subject.Calendar, "")]
    [Needs(Act.PublishCalendar)]
    [TakesTwo]
    internal sealed record Command(DateOnly? Day, string? OrderNumber, bool DryRun = false, long? Seen = null) : IRequest<CalendarChanges>, IRecorded;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/calendar/reopenings", (Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body, ct))
        .Needs<Command>()
        .WithTags("Calendar").WithSummary("Lift the closure of a day that is still to come; dryRun only says what would change");

    private sealed class Handler(Publication publication, ZoneClock clock) : IRequestHandler<Command, CalendarChanges>
    {
        public Task<CalendarChanges> Handle(Command command, CancellationToken ct) => command.DryRun
            ? publication.Preview(record => Amend(record, command), ct)
            : publication.Publish(
                record => Amend(record, command),
                command.Seen,
                command.OrderNumber?.Trim(),
                (new($"{Words.Day(command.Day)} 恢复办公（{command.OrderNumber}）", $"{Words.Day(command.Day)} is worked again ({command.OrderNumber})"), edition => command with { Seen = edition }),
                ct);

        private IReadOnlyList<YearOnRecord> Amend(CalendarOnRecord record, Command command)
        {
            var check = new Check().Text(command.OrderNumber, "orderNumber", "撤销停办的文号", "The number of the order that lifts the closure", CloseZone.LongestOrder);
            var year = command.Day is { } given ? record.Years.GetValueOrDefault(given.Year) : null;
            if (command.Day is not { } day)
                check.Add("field.required", "day", "请填写要恢复办公的日期。", "The day is required.");
            else if (year?.Closures.Any(c => c.Day == day) != true)
                check.Add("calendar.notClosed", "day", $"{Words.Day(day)} 没有登记停办，请从停办清单中选择。", $"No closure is entered for {Words.Day(day)}; choose one from the list.");
            else if (day <= clock.Today)
                check.Add("calendar.closureBegun", "day", $"{Words.Day(day)} 已到或已过，停办不能撤销。", $"{Words.Day(day)} has come or passed; its closure cannot be lifted.");
            check.Done();
            return [year! with { Closures = [.. year.Closures.Where(c => c.Day != command.Day)] }];
        }
    }
}
