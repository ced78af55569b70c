using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>How many working days lie after one day up to and including another.</summary>
internal static class CountDays
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string? From, string? To) : IRequest<Result>;

    /// <param name="WorkingDays">The number, or null where it cannot be told.</param>
    /// <param name="Status"><c>PUBLISHED</c>, or <c>UNPUBLISHED</c> where the span reaches a year without a published calendar.</param>
    /// <param name="Provisional">Where unpublished: the number as if those years had only weekends.</param>
    /// <param name="UnpublishedYears">The years whose notice is missing.</param>
    internal sealed record Result(DateOnly From, DateOnly To, int? WorkingDays, string Status, int? Provisional, IReadOnlyList<int> UnpublishedYears);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/calendar/count", (string? from, string? to, IMediator mediator) => mediator.Send(new Query(from, to)))
            .Needs<Query>()
            .WithSummary("The working days after one date up to and including another; null and UNPUBLISHED where a year has no published calendar.")
            .WithTags("Calendar");

    /// <exception cref="Refused">With everything wrong about the question.</exception>
    public static Result Answer(WorkingDays calendar, string? from, string? to)
    {
        var check = new Check();
        var start = Given.Day(from, "from", check);
        var end = Given.Day(to, "to", check);
        if (!check.Failed)
            check.That(start <= end, "calendar.rangeReversed", "to", "结束日期早于开始日期，请调换。", "The end lies before the start; exchange them.");
        check.Done();
        var count = calendar.Count(start, end);
        return count.IsProvisional
            ? new(start, end, null, Published.No, count.Days, [.. calendar.UnpublishedYears(start, end)])
            : new(start, end, count.Days, Published.Yes, null, []);
    }

    private sealed class Handler(CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        public Task<Result> Handle(Query query, CancellationToken ct) => Task.FromResult(Answer(calendar.Current, query.From, query.To));
    }
}
