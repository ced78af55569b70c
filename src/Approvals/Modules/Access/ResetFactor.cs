using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Takes the second factor away: one's own, or that of somebody else who lost the phone and the recovery codes. Sessions end.</summary>
internal static class ResetFactor
{
    /// <summary>Another's; who needs one sets it up anew at the next sign-in.</summary>
    [RecordAs("重置第二验证", "Reset the second factor of an account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string Login) : ICommand<Unit>;

    /// <summary>One's own, where the roles do not demand one.</summary>
    [RecordAs("停用本人第二验证", "Take away one's own second factor")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Own([property: Masked] string? Password) : IRequest<Unit>, IRecorded;

    [RecordAs("删除第二验证", "Delete the second factor")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Delete : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/accounts/{login}/factor/reset", async (string login, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Command(login), ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Reset the second factor of an account");

    private sealed class Handler(Db db, Actor actor, Attempts attempts, IMediator mediator, Trail trail)
        : IRequestHandler<Command, Unit>, IRequestHandler<Own, Unit>, IRequestHandler<Delete, Unit>
    {
        private const string Factor = "DELETE FROM access_factor WHERE user_id = @id";
        private const string Codes = "DELETE FROM access_recovery_code WHERE user_id = @id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var user = await Account.GetAnothers(db, actor, command.Login, ct);
            await Remove(user.Id, ct);
            return Unit.Value;
        }

        public async Task<Unit> Handle(Own command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            var user = await Account.Find(db, actor.UserId, ct) ?? throw Refused.NotFound("account.unknown", "", "没有这个账号。", "There is no such account.");
            if (user.NeedsFactor) throw Refused.Conflict("factor.needed", "管理员必须使用第二验证，不能停用。", "Administrators need the second factor; it cannot be taken away.");
            await attempts.CheckOwn(user, command.Password, "password", ct);
            return await mediator.Send(new Delete(), ct);
        }

        public async Task<Unit> Handle(Delete command, CancellationToken ct)
        {
            await Remove(actor.UserId, ct);
            return Unit.Value;
        }

        private async Task Remove(long id, CancellationToken ct)
        {
            if (await db.Execute(Factor, new { id }, ct) == 0) throw Refused.Conflict("factor.none", "此账号没有第二验证。", "The account has no second factor.");
            trail.Changed<Text>(new("第二验证", "Second factor"), new("已设置", "Set up"), new("无", "None"));
            await db.Execute(Codes, new { id }, ct);
            await db.Execute(SignOutEverywhere.NextRound, new { id }, ct);
        }
    }
}
