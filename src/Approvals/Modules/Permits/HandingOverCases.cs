using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>What somebody has in hand, counted, listed, and handed over.</summary>
internal static class HandingOverCases
{
    private sealed class Handler(Db db, Actor actor, ZoneClock clock) : IRequestHandler<CasesInHandOf, IReadOnlyList<CaseInHandOf>>, IRequestHandler<HandOverCases, Unit>, INotificationHandler<CountingInHand>
    {
        private const string InHand = """
            SELECT c.id, c.number, c.item_id, c.item_code, c.project_id, c.due_on, c.last_event
              FROM permits_case c
              JOIN permits_event e ON e.case_id = c.id
             WHERE c.department = @Department AND c.status IN (3, 6, 7, 8, 9, 10)
               AND COALESCE(e.in_hands_of, e.user_id) = @UserId
               AND e.number = (SELECT MAX(x.number)
                                 FROM permits_event x
                                 JOIN access_public_user v ON v.id = COALESCE(x.in_hands_of, x.user_id)
                                WHERE x.case_id = c.id AND v.department = c.department AND (v.is_active = 1 OR v.id = @UserId))
             ORDER BY c.due_on, c.id
            """;

        // Nothing has happened to the case: what is done to it may still be dated before it was handed over.
        private const string Count = """
            UPDATE permits_case
               SET last_event = last_event + 1
             WHERE id = @Id AND last_event = @LastEvent AND status IN (3, 6, 7, 8, 9, 10)
            """;

        private const string Insert = """
            INSERT INTO permits_event (case_id, number, status, activity, occurred_at, recorded_at, user_id, user_name, note, late_reason, in_hands_of)
            SELECT c.id, c.last_event, c.status, @activity, @Now, @Now, @UserId, @Name, @note, '', @ToId
              FROM permits_case c
             WHERE c.id = @Id
            """;

        public Task<IReadOnlyList<CaseInHandOf>> Handle(CasesInHandOf query, CancellationToken ct) =>
            db.Query<CaseInHandOf>(InHand, new { query.UserId, query.Department }, ct);

        public async Task<Unit> Handle(HandOverCases command, CancellationToken ct)
        {
            var note = $"移交：{command.From} → {command.To}；理由：{command.Reason}";
            foreach (var c in command.Cases)
            {
                if (await db.Execute(Count, new { c.Id, c.LastEvent }, ct) == 0) throw CaseInHand.Changed(c.Number);
                await db.Execute(Insert, new { c.Id, activity = nameof(CaseActivity.HandedOver), clock.Now, actor.UserId, actor.Name, note, command.ToId }, ct);
            }

            return Unit.Value;
        }

        public async Task Handle(CountingInHand asked, CancellationToken ct)
        {
            if (asked.Department is null) return;
            var count = (await Handle(new CasesInHandOf(asked.UserId, asked.Department), ct)).Count;
            if (count > 0) asked.Lines.Add(new($"办理件 {count} 件", $"{count} {(count == 1 ? "case" : "cases")}"));
        }
    }
}
