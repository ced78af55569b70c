using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Sets where somebody's messages are mailed; empty for nowhere.</summary>
internal static class ChangeEmail
{
    [RecordAs("更改邮箱", "Change the mail address of an account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string? Email, string Login = "") : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/accounts/{login}/email", async (string login, Command body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body with { Login = login }, ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Set the mail address of an account");

    private sealed class Handler(Db db, Trail trail) : IRequestHandler<Command, Unit>
    {
        // What somebody else has set meanwhile is not overwritten unseen.
        private const string Set = "UPDATE access_user SET email = @email WHERE id = @id AND COALESCE(email, '') = @before";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            new Check().Email(command.Email).Done();
            var user = await Account.Get(db, command.Login, ct);
            if (await db.Execute(Set, new { email = EmailAddress.Read(command.Email), id = user.Id, before = user.Email ?? "" }, ct) == 0)
                throw Refused.Conflict("account.changed", "此账号的邮箱刚刚已被更改，请刷新后查看。", "The mail address of this account has just been changed; reload.");
            var (was, now) = Personal.Changed(user.Email ?? "", EmailAddress.Read(command.Email) ?? "", Personal.Mail);
            trail.Changed(new("邮箱", "Mail address"), was, now);
            return Unit.Value;
        }
    }
}
