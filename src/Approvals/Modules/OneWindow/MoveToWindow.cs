using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>转窗: an application goes to another window, by the window that has it or by the supervisor. Limits stay as they are.</summary>
internal static class MoveToWindow
{
    private const int Longest = 200;

    /// <param name="Window">The id of an open window.</param>
    [RecordAs("转窗", "Move to another window", Subject.Application)]
    [Needs(Act.MoveToWindow)]
    internal sealed record Command(long Window, string Reason, string Number = "") : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/window", async (string number, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Move an application to another window");

    private sealed class Handler(Db db, Ids ids, IMediator mediator, Answering answering, Actor actor, ZoneClock clock, Trail trail)
        : IRequestHandler<Command, Unit>, INotificationHandler<AskingWindow>
    {
        private const string Find = """
            SELECT a.id, a.number, a.window_id, w.name AS window_name
              FROM onewindow_application a
              LEFT JOIN access_public_window w ON w.id = a.window_id
             WHERE a.number = @number
            """;

        private const string Open = "SELECT id, name FROM access_public_window WHERE id = @Window AND closed_at IS NULL";

        // In nobody's hands at the other window until somebody there answers it or is handed it; taken over, in those of whoever took it.
        private const string Move = """
            UPDATE onewindow_application
               SET window_id = @to, handler_id = @handler
             WHERE id = @Id AND COALESCE(window_id, 0) = COALESCE(@WindowId, 0) AND COALESCE(window_id, 0) <> @to
               AND (window_id IS NULL OR @Window IS NULL OR window_id = @Window)
            """;

        private const string MovePapers = "UPDATE onewindow_result SET window_id = @to WHERE application_number = @Number AND handed_out_on IS NULL";

        private const string Note = """
            INSERT INTO onewindow_window_move (id, application_id, moved_at, moved_by, from_name, to_name, reason)
            VALUES (@row, @Id, @Now, @by, @WindowName, @name, @reason)
            """;

        private const string Clerks = "SELECT user_id FROM access_public_clerk WHERE window_id = @id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var number = command.Number.Trim().ToUpperInvariant();
            var row = await db.Find<Row>(Find, new { number }, ct) ?? throw await answering.Lost(number, ct);
            if (!actor.May(Act.MoveToWindow, new Place(Window: row.WindowId))) throw WindowScope.Other(row.Number, row.WindowName!);
            new Check().Text(command.Reason, "reason", "转窗理由", "The reason", Longest).Done();
            var to = await db.FindHeld<WindowFacts>(Open, new { command.Window }, ct) ?? throw WindowFacts.Unknown("window");
            if (to.Id == row.WindowId) throw Refused.Conflict("application.sameWindow", $"申请 {row.Number} 已在{to.Name}，请刷新页面。", $"Application {row.Number} is with {to.Name} already; reload the page.");
            var (own, reason) = (actor.WindowFor(Act.MoveToWindow), command.Reason.Trim());
            if (await db.Execute(Move, new { row.Id, row.WindowId, to = to.Id, handler = actor.Window == to.Id ? actor.WorksAs : 0, Window = own }, ct) == 0)
                throw Refused.Conflict("application.moved", $"申请 {row.Number} 刚刚已由他人转窗，请刷新页面。", $"Somebody has just moved application {row.Number}; reload the page.");
            await db.Execute(MovePapers, new { row.Number, to = to.Id }, ct);
            var id = await ids.Next();
            await db.Execute(Note, new { row = id, row.Id, clock.Now, by = actor.Name, row.WindowName, name = to.Name, reason }, ct);
            trail.Changed(new("窗口", "Window"), row.WindowName, to.Name);
            var clerks = (await db.Query<long>(Clerks, new { id = to.Id }, ct)).Where(c => c != actor.UserId).Select(c => new Audience(UserId: c)).ToList();
            if (clerks.Count > 0)
            {
                await mediator.Send(
                    new Notify($"window-move:{id}", clerks,
                        new($"转窗：申请 {row.Number} 由{to.Name}接办", $"Moved to {to.Name}: application {row.Number}"),
                        new($"由{actor.Name}转来{(row.WindowName is null ? "" : $"（原{row.WindowName}）")}，理由：{reason}。时限不变。", $"By {actor.Name}{(row.WindowName is null ? "" : $", from {row.WindowName}")}. Reason: {reason}. Its limits stay as they are."),
                        $"/applications/{row.Number}", MessageLevel.Yellow, $"application:{row.Number}"), ct);
            }

            return Unit.Value;
        }

        public async Task Handle(AskingWindow asking, CancellationToken ct)
        {
            var of = new { number = asking.ApplicationNumber };
            if (await (db.InTransaction ? db.FindHeld<Row>(Find, of, ct) : db.Find<Row>(Find, of, ct)) is { WindowId: { } id } row) (asking.Id, asking.Name) = (id, row.WindowName!);
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Number { get; init; } = "";
            public long? WindowId { get; init; }
            public string? WindowName { get; init; }
        }
    }
}
