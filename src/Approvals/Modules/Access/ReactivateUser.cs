using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Opens a closed account again, with the roles it had and without its tokens.</summary>
internal static class ReactivateUser
{
    [RecordAs("启用账号", "Open an account again", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string Login) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/accounts/{login}/reactivate", async (string login, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Command(login), ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Open a closed account again");

    private sealed class Handler(Db db, IHostEnvironment environment, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Open = "UPDATE access_user SET is_active = 1 WHERE id = @id AND is_active = 0";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var user = await Account.Get(db, command.Login, ct);
            if (user.IsDemonstration && !environment.IsDevelopment())
                throw Refused.Conflict("account.demonstration", "这是演示账号，其密码是公开的，不能启用；请为此人新建账号。", "This is a demonstration account with a public password and is not opened again; open an account for the person.");
            if (await db.Execute(Open, new { id = user.Id }, ct) == 0)
                throw Refused.Conflict("account.alreadyOpen", "此账号正在使用，无需启用。", "This account is open already.");
            trail.Changed<Text>(new("状态", "Status"), new("已停用", "Closed"), new("使用中", "Open"));
            return Unit.Value;
        }
    }
}
