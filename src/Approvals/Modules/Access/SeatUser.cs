using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Seats a clerk at a window, or at none: then they serve the whole hall. Sessions follow within a minute.</summary>
internal static class SeatUser
{
    /// <param name="Window">The id of an open window; none where it is null.</param>
    [RecordAs("安排窗口", "Seat a clerk at a window", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(long? Window, string Login = "") : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/accounts/{login}/window", async (string login, Command body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body with { Login = login }, ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Seat a clerk at a window, or at none");

    private sealed class Handler(Db db, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Seat = """
            UPDATE access_user
               SET window_id = @Window
             WHERE id = @Id AND EXISTS (SELECT 1 FROM access_user_role r WHERE r.user_id = @Id AND r.role = 'WindowClerk')
               AND (@Window IS NULL OR EXISTS (SELECT 1 FROM access_window w WHERE w.id = @Window AND w.closed_at IS NULL))
            """;

        // Until the clerk sits there nobody closes it.
        private const string Hold = "SELECT id FROM access_window WHERE id = @Window AND closed_at IS NULL";

        private const string Name = "SELECT name FROM access_window WHERE id = @id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            await Roles.TakeTurn(db, ct); // who is a clerk stays one until they sit
            var user = await Account.Get(db, command.Login, ct);
            if (!user.RoleList.Contains(Role.WindowClerk))
                throw Refused.Invalid("window.notClerk", "window", $"{user.Name}不是窗口人员，先给此账号窗口人员的角色。", $"{user.Name} is no window clerk; give the account that role first.");
            if (command.Window is not null) _ = await db.FindHeld<long?>(Hold, new { command.Window }, ct);
            if (await db.Execute(Seat, new { command.Window, user.Id }, ct) == 0) throw WindowFacts.Unknown("window");
            trail.Changed(new("窗口", "Window"), await Named(user.WindowId, ct), await Named(command.Window, ct));
            return Unit.Value;
        }

        private async Task<string?> Named(long? id, CancellationToken ct) => id is null ? null : await db.Find<string>(Name, new { id }, ct);
    }
}
