using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>
/// What came after closing time or on a day off counts as come on the first working day after it. Where a publication
/// makes that another day, running clocks begin on that one; their due dates follow with the recount.
/// </summary>
internal static class MovesBeginnings
{
    private sealed class Handler(Db db, IMediator mediator) : INotificationHandler<CalendarPublished>
    {
        private const string Find = """
            SELECT id, subject_kind, subject_id, limit_rule AS [rule], accepted_on, carried_from
              FROM deadlines_clock
             WHERE carried_from IS NOT NULL AND stopped_on IS NULL AND accepted_on >= @FirstDay AND accepted_on < @LastDay
            """;

        private const string Move = "UPDATE deadlines_clock SET accepted_on = @To WHERE id = @ClockId AND accepted_on = @From AND stopped_on IS NULL";

        public async Task Handle(CalendarPublished published, CancellationToken ct)
        {
            var carried = await db.Query<StoredClock>(Find, new { published.FirstDay, published.LastDay }, ct);
            var moved = carried
                .Select(c => new MovedBeginning(c.Id, c.SubjectKind, c.SubjectId, c.Rule, c.AcceptedOn, published.Days.Add(c.CarriedFrom!.Value, 1).Date))
                .Where(m => m.From != m.To).ToList();
            if (moved.Count == 0) return;
            await db.Execute(Move, moved, ct);
            await mediator.Publish(new BeginningsMoved(moved), ct);
        }
    }
}
