using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>The day that lies so many working days after another, which is itself not counted.</summary>
internal static class DueDate
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string? From, string? Days) : IRequest<Result>;

    /// <param name="Due">The day, or null where it cannot be promised.</param>
    /// <param name="Status"><c>PUBLISHED</c>, or <c>UNPUBLISHED</c> where the span reaches a year without a published calendar.</param>
    /// <param name="Provisional">Where unpublished: the day as if those years had only weekends.</param>
    /// <param name="UnpublishedYears">The years whose notice is missing.</param>
    internal sealed record Result(DateOnly From, int Days, DateOnly? Due, string Status, DateOnly? Provisional, IReadOnlyList<int> UnpublishedYears);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/calendar/due", (string? from, string? days, IMediator mediator) => mediator.Send(new Query(from, days)))
            .Needs<Query>()
            .WithSummary("The day N working days after a date; null and UNPUBLISHED where it reaches a year without a published calendar.")
            .WithTags("Calendar");

    /// <exception cref="Refused">With everything wrong about the question.</exception>
    public static Result Answer(WorkingDays calendar, string? from, string? days)
    {
        var check = new Check();
        var start = Given.Day(from, "from", check);
        var number = Given.Days(days, "days", check);
        check.Done();
        if (!calendar.TryAdd(start, number, out var due))
            throw Refused.Invalid("calendar.spanTooLong", "days", $"从该日起 {number} 个工作日超出了 {WorkingDays.LastYear} 年，请减少天数。", $"{number} working days from there end after {WorkingDays.LastYear}; give fewer.");
        return due.IsProvisional
            ? new(start, number, null, Published.No, due.Date, [.. calendar.UnpublishedYears(start, due.Date)])
            : new(start, number, due.Date, Published.Yes, null, []);
    }

    private sealed class Handler(CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        public Task<Result> Handle(Query query, CancellationToken ct) => Task.FromResult(Answer(calendar.Current, query.From, query.Days));
    }
}
