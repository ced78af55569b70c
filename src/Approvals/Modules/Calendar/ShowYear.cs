using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>One year: its days off, its make-up days, and how many working days each month has.</summary>
internal static class ShowYear
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(int Year) : IRequest<Result>;

    /// <param name="Status"><c>PUBLISHED</c>, or <c>UNPUBLISHED</c>: then there are no numbers and no days.</param>
    /// <param name="Edition">Which state of the calendar this is; cases keep the one they were counted with.</param>
    internal sealed record Result(int Year, string Status, long Edition, int? WorkingDays, IReadOnlyList<Month> Months, IReadOnlyList<Day> DaysOff, IReadOnlyList<Day> MakeUpDays);

    internal sealed record Month(int Number, int? WorkingDays);

    /// <param name="OrderNumber">The zone's order, where the day is closed by one.</param>
    internal sealed record Day(DateOnly Date, string Name, string NameEn, string? OrderNumber = null);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/calendar/{year:int}", (int year, IMediator mediator) => mediator.Send(new Query(year)))
            .Needs<Query>()
            .WithSummary("A year's days off, make-up days and working days of each month.")
            .WithTags("Calendar");

    private sealed class Handler(CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        public Task<Result> Handle(Query query, CancellationToken ct)
        {
            if (query.Year is < WorkingDays.FirstYear or > WorkingDays.LastYear)
                throw Refused.NotFound("calendar.yearOutside", "year", $"日历只含 {WorkingDays.FirstYear} 年至 {WorkingDays.LastYear} 年。", $"The calendar runs from {WorkingDays.FirstYear} to {WorkingDays.LastYear}.");
            var days = calendar.Current;
            var published = days.PublishedYears.Contains(query.Year);
            var first = new DateOnly(query.Year, 1, 1);
            var exceptions = published
                ? Enumerable.Range(0, DateTime.IsLeapYear(query.Year) ? 366 : 365).Select(i => days.ExceptionOn(first.AddDays(i))).OfType<CalendarException>().ToList()
                : [];
            var months = Enumerable.Range(1, 12).Select(m => new Month(m, published ? days.WorkingDaysOf(query.Year, m) : null)).ToList();
            return Task.FromResult(new Result(
                query.Year, published ? Published.Yes : Published.No, days.Edition, published ? months.Sum(m => m.WorkingDays) : null, months,
                [.. exceptions.Where(e => !e.IsWorking).Select(Named)], [.. exceptions.Where(e => e.IsWorking).Select(Named)]));
        }

        private static Day Named(CalendarException exception) => new(exception.Day, exception.Name.Zh, exception.Name.En, exception.OrderNumber);
    }
}
