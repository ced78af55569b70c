using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Sets where one's own messages are mailed; empty for nowhere.</summary>
internal static class ChangeOwnEmail
{
    [RecordAs("更改本人邮箱", "Change one's own mail address")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(string? Email) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/account/email", async (Command body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body, ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Set one's own mail address");

    private sealed class Handler(Db db, Actor actor, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Set = "UPDATE access_user SET email = @email WHERE id = @UserId";

        private const string Find = "SELECT email FROM access_user WHERE id = @UserId";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            new Check().Email(command.Email).Done();
            var (was, now) = Personal.Changed(await db.Find<string>(Find, new { actor.UserId }, ct) ?? "", EmailAddress.Read(command.Email) ?? "", Personal.Mail);
            trail.Changed(new("邮箱", "Mail address"), was, now);
            await db.Execute(Set, new { email = EmailAddress.Read(command.Email), actor.UserId }, ct);
            return Unit.Value;
        }
    }
}
