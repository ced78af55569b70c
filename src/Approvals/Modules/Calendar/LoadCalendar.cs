using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>Takes up the years of a file that the database does not have yet; a year it has is left as it is.</summary>
internal static class LoadCalendar
{
    /// <remarks>Not an <see cref="Messaging.ICommand"/>: the calendar in memory may be replaced only after its transaction is durable.</remarks>
    [RecordAs("载入随程序发布的日历", "Load the calendar shipped with the program", Subject.Calendar, "")]
    [Needs(Act.PublishCalendar)]
    internal sealed record Command(CalendarFile File) : IRequest<CalendarChanges>, IRecorded;

    private sealed class Handler(Publication publication) : IRequestHandler<Command, CalendarChanges>
    {
        public async Task<CalendarChanges> Handle(Command command, CancellationToken ct)
        {
            while (true)
            {
                try
                {
                    return await publication.Publish(
                        record => [.. command.File.Years.Where(y => !record.Years.ContainsKey(y.Year)).Select(y => new YearOnRecord(y.Year, command.File.Source, y.Exceptions, []))],
                        seen: null,
                        orderNumber: null,
                        asked: null,
                        ct);
                }
                catch (Refused refused) when (refused.Status == RefusedAs.Conflict)
                {
                    // Another process of the same deployment started at the same moment and was first: what it left is looked at again.
                }
            }
        }
    }
}
