using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.OneWindow.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>What a clerk has in hand, counted, listed, and handed over.</summary>
internal static class HandingOverApplications
{
    private sealed class Handler(Db db, Ids ids, Actor actor, ZoneClock clock)
        : IRequestHandler<ApplicationsInHandOf, IReadOnlyList<ApplicationInHandOf>>, IRequestHandler<HandOverApplications, Unit>, INotificationHandler<CountingInHand>, INotificationHandler<CountingAtWindow>
    {
        // Found by what still runs: answers, stages, papers. None of the three is long.
        private const string InHand = """
            SELECT a.id, a.number, a.project_id, a.received_at
              FROM onewindow_application a
             WHERE a.state IN ('Received', 'Correcting') AND COALESCE(a.handler_id, a.received_by) = @UserId
            UNION
            SELECT a.id, a.number, a.project_id, a.received_at
              FROM onewindow_stage s
              JOIN onewindow_application a ON a.id = s.application_id
             WHERE s.ended_on IS NULL AND a.state = 'Accepted' AND COALESCE(a.handler_id, a.received_by) = @UserId
            UNION
            SELECT a.id, a.number, a.project_id, a.received_at
              FROM onewindow_result r
              JOIN onewindow_application a ON a.number = r.application_number
             WHERE r.handed_out_on IS NULL AND COALESCE(a.handler_id, a.received_by) = @UserId
             ORDER BY received_at, id
            """;

        // Whoever takes it takes it to their own window; to whom serves all it comes where it is.
        private const string Take = "UPDATE onewindow_application SET handler_id = @ToId, window_id = COALESCE(@ToWindow, window_id) WHERE id = @Id AND COALESCE(handler_id, received_by) = @FromId";

        private const string TakePapers = "UPDATE onewindow_result SET window_id = @ToWindow WHERE application_number = @Number AND handed_out_on IS NULL";

        private const string Move = """
            INSERT INTO onewindow_window_move (id, application_id, moved_at, moved_by, from_name, to_name, reason)
            SELECT @row, a.id, @Now, @by, f.name, t.name, @Reason
              FROM onewindow_application a
              JOIN access_public_window t ON t.id = @ToWindow
              LEFT JOIN access_public_window f ON f.id = a.window_id
             WHERE a.id = @Id AND (a.window_id IS NULL OR a.window_id <> @ToWindow)
            """;

        private const string OpenAt = """
            SELECT a.id
              FROM onewindow_application a
             WHERE a.window_id = @WindowId AND a.state IN ('Received', 'Correcting')
            UNION
            SELECT a.id
              FROM onewindow_stage s
              JOIN onewindow_application a ON a.id = s.application_id
             WHERE s.ended_on IS NULL AND a.state = 'Accepted' AND a.window_id = @WindowId
            UNION
            SELECT a.id
              FROM onewindow_result r
              JOIN onewindow_application a ON a.number = r.application_number
             WHERE r.handed_out_on IS NULL AND r.window_id = @WindowId
            """;

        private const string Note = """
            INSERT INTO onewindow_handover (id, application_id, handed_at, handed_by, from_name, to_name, reason)
            VALUES (@row, @Id, @Now, @by, @From, @To, @Reason)
            """;

        public Task<IReadOnlyList<ApplicationInHandOf>> Handle(ApplicationsInHandOf query, CancellationToken ct) =>
            db.Query<ApplicationInHandOf>(InHand, new { query.UserId }, ct);

        public async Task<Unit> Handle(HandOverApplications command, CancellationToken ct)
        {
            foreach (var a in command.Applications)
            {
                if (command.ToWindow is not null) await db.Execute(Move, new { row = await ids.Next(), a.Id, clock.Now, by = actor.Name, command.ToWindow, command.Reason }, ct);
                if (await db.Execute(Take, new { a.Id, command.FromId, command.ToId, command.ToWindow }, ct) == 0)
                    throw Refused.Conflict("handover.changed", $"申请 {a.Number} 刚刚已由他人移交，没有移交；请刷新核对后重试。", $"Somebody has just handed application {a.Number} over: nothing was moved. Reload and look again.");
                if (command.ToWindow is not null) await db.Execute(TakePapers, new { a.Number, command.ToWindow }, ct);
                await db.Execute(Note, new { row = await ids.Next(), a.Id, clock.Now, by = actor.Name, command.From, command.To, command.Reason }, ct);
            }

            return Unit.Value;
        }

        public async Task Handle(CountingInHand asked, CancellationToken ct)
        {
            var count = (await Handle(new ApplicationsInHandOf(asked.UserId), ct)).Count;
            if (count > 0) asked.Lines.Add(new($"申请 {count} 件", $"{count} {(count == 1 ? "application" : "applications")}"));
        }

        public async Task Handle(CountingAtWindow asked, CancellationToken ct)
        {
            var count = (await db.Query<long>(OpenAt, new { asked.WindowId }, ct)).Count;
            if (count > 0) asked.Lines.Add(new($"未办完的申请 {count} 件", $"{count} open {(count == 1 ? "application" : "applications")}"));
        }
    }
}
