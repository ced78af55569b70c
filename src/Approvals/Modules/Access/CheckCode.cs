using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>The second factor of whoever has just given the right password: a code of the app, or one of the recovery codes. Each is good once.</summary>
internal static class CheckCode
{
    /// <param name="Device">What the browser is known by to this login, or null.</param>
    [RecordAs("登录：核对第二验证", "Sign in: check the second factor")]
    internal sealed record Query([property: Masked] string? Code, [property: Masked] string? Device) : IRequest<Unit>, IInside, IRecorded;

    /// <summary>Uses the code up, or refuses it: what changed nothing is not on record as done.</summary>
    [RecordAs("使用第二验证", "Use the second factor")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Use(long? Step, [property: Masked] string RecoveryHash) : ICommand<Unit>;

    private sealed class Handler(Db db, Actor actor, Attempts attempts, Factors factors, IMediator mediator, Trail trail) : IRequestHandler<Query, Unit>
    {
        private const string Kept = "SELECT secret FROM access_factor WHERE user_id = @userId";

        public async Task<Unit> Handle(Query query, CancellationToken ct)
        {
            if (await Account.Find(db, actor.UserId, ct) is not { HasFactor: true } user) throw Wrong();
            trail.On(Subject.Account, user.Login);
            var counters = Attempts.Code(user.Id, query.Device);
            try
            {
                await attempts.Begin(counters, ct);
            }
            catch (Refused resting) when (resting.Problems[0].Code == Attempts.RestingCode)
            {
                trail.Again();
                throw;
            }

            var given = string.Concat((query.Code ?? "").Where(char.IsAsciiLetterOrDigit));
            var secret = factors.Unseal(await db.Find<string>(Kept, new { userId = user.Id }, ct) ?? "");
            long? step = null;
            if (given.Length == 6)
            {
                step = secret is null ? null : factors.StepOf(secret, given);
                if (step is null) throw Wrong();
            }

            await mediator.Send(new Use(step, step is null ? Factors.Hash(given) : ""), ct);
            await attempts.Succeeded(counters, ct);
            return Unit.Value;
        }
    }

    private static Refused Wrong() => Refused.Invalid("signIn.wrongCode", "code", "验证码不对或已用过，请输入新的验证码。", "The code is wrong or has been used; enter a new one.");

    private sealed class Using(Db db, Actor actor, TimeProvider time, Trail trail) : IRequestHandler<Use, Unit>
    {
        private const string UseStep = "UPDATE access_factor SET last_step = @step WHERE user_id = @userId AND last_step < @step";
        private const string UseRecovery = "UPDATE access_recovery_code SET used_at = @now WHERE user_id = @userId AND hash = @hash AND used_at IS NULL";

        public async Task<Unit> Handle(Use command, CancellationToken ct)
        {
            var used = command.Step is { } step
                ? await db.Execute(UseStep, new { step, userId = actor.UserId }, ct)
                : await db.Execute(UseRecovery, new { now = time.GetUtcNow().UtcDateTime, userId = actor.UserId, hash = command.RecoveryHash }, ct);
            if (used == 0) throw Wrong();
            trail.Changed<Text>(command.Step is null ? new("恢复码", "Recovery code") : new("验证码", "Code"), new("未用", "Unused"), new("已用", "Used"));
            return Unit.Value;
        }
    }
}
