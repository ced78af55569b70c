using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>What a calendar file would change, before it is published: which days, and what that means for the work in hand.</summary>
internal static class PreviewCalendar
{
    /// <param name="Content">The file, as for <see cref="PublishCalendar"/>.</param>
    [Needs(Act.PublishCalendar)]
    internal sealed record Query(string Content) : IRequest<CalendarChanges>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/calendar/preview", async (HttpRequest request, IMediator mediator, CancellationToken ct) =>
            await mediator.Send(new Query(await PublishCalendar.Read(request.Body, ct)), ct))
        .Needs<Query>()
        .Accepts<object>("application/json")
        .WithTags("Calendar").WithSummary("Which days a calendar file (the body) would change; nothing is published");

    private sealed class Handler(Publication publication) : IRequestHandler<Query, CalendarChanges>
    {
        public Task<CalendarChanges> Handle(Query query, CancellationToken ct)
        {
            var file = CalendarFile.Read(query.Content ?? "");
            return publication.Preview(record => PublishCalendar.Years(file, record), ct);
        }
    }
}
