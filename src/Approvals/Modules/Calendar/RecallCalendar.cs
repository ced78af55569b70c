using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>Builds a past state of the calendar from the editions, which nobody edits.</summary>
internal static class RecallCalendar
{
    private sealed class Handler(Db db, CalendarInForce inForce) : IRequestHandler<CalendarAsOf, WorkingDays>
    {
        public async Task<WorkingDays> Handle(CalendarAsOf query, CancellationToken ct)
        {
            if (inForce.Met(query.Edition) is { } met) return met;
            var record = await CalendarTables.Read(db, ct, query.Edition);
            // The number that was asked for stays: a date may have been counted by it before the first year was published.
            var days = (record with { Edition = query.Edition }).Days;
            inForce.Remember(days);
            return days;
        }
    }
}
