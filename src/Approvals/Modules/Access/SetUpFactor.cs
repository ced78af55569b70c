using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Sets up the second factor: a code shows that the app has the secret. The recovery codes are shown once.</summary>
/// <remarks>There is no API for it: a token that was stolen must not be able to change how its owner signs in.</remarks>
internal static class SetUpFactor
{
    /// <summary>On the account page, in place of an older one where there is one.</summary>
    /// <param name="Offer">The sealed secret that was shown.</param>
    [RecordAs("设置第二验证", "Set up the second factor")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command([property: Masked] string? Offer, [property: Masked] string? Code, [property: Masked] string? Password) : IRequest<Result>, IRecorded;

    /// <summary>At sign-in, where the account needs one and has none; the password was given just now.</summary>
    [RecordAs("登录时设置第二验证", "Set up the second factor at sign-in")]
    internal sealed record AtSignIn([property: Masked] string? Offer, [property: Masked] string? Code) : IRequest<Result>, IInside, IRecorded;

    [RecordAs("保存第二验证", "Keep the second factor")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Store([property: Masked] string Secret, long Step, [property: Masked] IReadOnlyList<string> RecoveryHashes, bool Replaces) : ICommand<Unit>;

    internal sealed record Result(IReadOnlyList<string> RecoveryCodes);

    private sealed class Handler(Db db, Actor actor, Attempts attempts, Factors factors, IMediator mediator, Trail trail) : IRequestHandler<Command, Result>, IRequestHandler<AtSignIn, Result>
    {
        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            var user = await Own(ct);
            await attempts.CheckOwn(user, command.Password, "password", ct);
            return await Keep(user, command.Offer, command.Code, replaces: true, ct);
        }

        public async Task<Result> Handle(AtSignIn command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            var user = await Own(ct);
            return await Keep(user, command.Offer, command.Code, replaces: false, ct);
        }

        private async Task<Account> Own(CancellationToken ct) =>
            await Account.Find(db, actor.UserId, ct) ?? throw Refused.NotFound("account.unknown", "", "没有这个账号。", "There is no such account.");

        private async Task<Result> Keep(Account user, string? offer, string? code, bool replaces, CancellationToken ct)
        {
            if (factors.Opened(user, offer) is not { } secret)
                throw Refused.Invalid("factor.offer", "", "页面已过期，请重新打开再扫描一次。", "The page is out of date; open it again and scan once more.");
            if (factors.StepOf(secret, string.Concat((code ?? "").Where(char.IsAsciiDigit))) is not { } step)
                throw Refused.Invalid("factor.code", "code", "验证码不对，请确认手机时间准确后输入新的验证码。", "The code is not right; make sure that the phone's clock is, and enter a new one.");
            var codes = Factors.NewRecoveryCodes();
            await mediator.Send(new Store(factors.Seal(secret), step, [.. codes.Select(Factors.Hash)], replaces), ct);
            return new(codes);
        }
    }

    private sealed class Storing(Db db, Actor actor, TimeProvider time, Trail trail) : IRequestHandler<Store, Unit>
    {
        private const string Insert = "INSERT INTO access_factor (user_id, secret, last_step, created_at) VALUES (@userId, @Secret, @Step, @now)";
        private const string Replace = "UPDATE access_factor SET secret = @Secret, last_step = @Step, created_at = @now WHERE user_id = @userId";

        public async Task<Unit> Handle(Store command, CancellationToken ct)
        {
            var values = new { userId = actor.UserId, command.Secret, command.Step, now = time.GetUtcNow().UtcDateTime };
            var isReplaced = command.Replaces && await db.Execute(Replace, values, ct) > 0;
            if (!isReplaced && !await db.TryInsert(Insert, values, ct))
                throw Refused.Conflict("factor.there", "此账号已设置第二验证，请重新登录。", "This account has a second factor already; sign in again.");
            trail.Changed<Text>(new("第二验证", "Second factor"), isReplaced ? new("原设备", "The device before") : new("无", "None"), new("已设置", "Set up"));
            await NewRecoveryCodes.Replace(db, trail, actor.UserId, command.RecoveryHashes, ct);
            await db.Execute(SignOutEverywhere.NextRound, new { id = actor.UserId }, ct);
            return Unit.Value;
        }
    }
}
