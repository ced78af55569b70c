using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>Something happened to a case that leaves its status as it is: the log repeats the status, and says what it was.</summary>
internal static class NoteEvent
{
    /// <param name="LastEvent">The newest event that whoever notes it has seen, where another in between would make the note wrong.</param>
    internal sealed record Command(long CaseId, CaseActivity Activity, string Note, int? LastEvent = null) : ICommand<Unit>, IInside;

    private sealed class ForOthers(IMediator mediator) : IRequestHandler<NoteOnCase, Unit>
    {
        public Task<Unit> Handle(NoteOnCase note, CancellationToken ct) => mediator.Send(new Command(note.CaseId, CaseActivity.Corrected, note.Note), ct);
    }

    private sealed class Handler(Db db, Actor actor, ZoneClock clock) : IRequestHandler<Command, Unit>
    {
        // Now lies at or after every event before it. By a word about the case, or another limit, nothing has happened to it: what is done to it may still be dated before.
        private const string Count = """
            UPDATE permits_case
               SET last_event = last_event + 1, last_occurred_at = CASE WHEN @isWord = 1 THEN last_occurred_at ELSE @Now END
             WHERE id = @CaseId AND (@LastEvent IS NULL OR last_event = @LastEvent)
            """;

        private const string NumberOf = "SELECT number FROM permits_case WHERE id = @CaseId";

        private const string Insert = """
            INSERT INTO permits_event (case_id, number, status, activity, occurred_at, recorded_at, user_id, user_name, note, late_reason, in_hands_of)
            SELECT c.id, c.last_event, c.status, @activity, @Now, @Now, @UserId, @Name, @Note, '', @InHandsOf
              FROM permits_case c
             WHERE c.id = @CaseId
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var isWord = command.Activity is CaseActivity.Corrected or CaseActivity.Noted or CaseActivity.LimitChanged;
            if (await db.Execute(Count, new { command.CaseId, command.LastEvent, clock.Now, isWord }, ct) == 0)
                throw command.LastEvent is not null ? CaseInHand.Changed(await db.Find<string>(NumberOf, new { command.CaseId }, ct) ?? "") : Refused.NotFound("case.notFound", "number", "没有这个办理件，请检查编号。", "There is no such case; check the number.");
            await db.Execute(Insert, new { command.CaseId, activity = command.Activity.ToString(), clock.Now, actor.UserId, actor.Name, command.Note, InHandsOf = actor.For?.Id }, ct);
            return Unit.Value;
        }
    }
}
