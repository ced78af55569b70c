using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>Something happened to a case that leaves its status as it is: the log repeats the status, with a note.</summary>
internal static class NoteEvent
{
    internal sealed record Command(long CaseId, string Note) : ICommand<Unit>, IInside;

    private sealed class Handler(Db db, Actor actor, ZoneClock clock) : IRequestHandler<Command, Unit>
    {
        // Now lies at or after every event before it.
        private const string Count = "UPDATE permits_case SET last_event = last_event + 1, last_occurred_at = @Now WHERE id = @CaseId";

        private const string Insert = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason, in_hands_of)
            SELECT c.id, c.last_event, c.status, @Now, @Now, @UserId, @Name, @Note, '', @InHandsOf
              FROM permits_case c
             WHERE c.id = @CaseId
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            if (await db.Execute(Count, new { command.CaseId, clock.Now }, ct) == 0)
                throw Refused.NotFound("case.notFound", "number", "没有这个办理件，请检查编号。", "There is no such case; check the number.");
            await db.Execute(Insert, new { command.CaseId, clock.Now, actor.UserId, actor.Name, command.Note, InHandsOf = actor.For?.Id }, ct);
            return Unit.Value;
        }
    }
}
