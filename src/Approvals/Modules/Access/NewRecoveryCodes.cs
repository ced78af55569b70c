using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Ten new recovery codes in place of those that are left. They are shown once.</summary>
internal static class NewRecoveryCodes
{
    [RecordAs("重新生成恢复码", "Make new recovery codes")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command([property: Masked] string? Password) : IRequest<SetUpFactor.Result>, IRecorded;

    [RecordAs("保存恢复码", "Keep the recovery codes")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Store([property: Masked] IReadOnlyList<string> RecoveryHashes) : ICommand<Unit>;

    private const string Left = "SELECT COUNT(*) FROM access_recovery_code WHERE user_id = @userId AND used_at IS NULL";
    private const string Clear = "DELETE FROM access_recovery_code WHERE user_id = @userId";
    private const string Insert = "INSERT INTO access_recovery_code (user_id, hash) VALUES (@userId, @hash)";

    public static async Task Replace(Db db, Trail trail, long userId, IReadOnlyCollection<string> hashes, CancellationToken ct)
    {
        var left = await db.Find<int>(Left, new { userId }, ct);
        await db.Execute(Clear, new { userId }, ct);
        await db.Execute(Insert, hashes.Select(hash => new { userId, hash }).ToList(), ct);
        trail.Changed<Text>(new("恢复码", "Recovery codes"), new($"原有的，余 {left} 个", $"Those before, {left} left"), new($"新的 {hashes.Count} 个", $"{hashes.Count} new ones"));
    }

    private sealed class Handler(Db db, Actor actor, Attempts attempts, IMediator mediator, Trail trail) : IRequestHandler<Command, SetUpFactor.Result>
    {
        public async Task<SetUpFactor.Result> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            if (await Account.Find(db, actor.UserId, ct) is not { HasFactor: true } user)
                throw Refused.Conflict("factor.none", "尚未设置第二验证。", "There is no second factor yet.");
            await attempts.CheckOwn(user, command.Password, "password", ct);
            var codes = Factors.NewRecoveryCodes();
            await mediator.Send(new Store([.. codes.Select(Factors.Hash)]), ct);
            return new(codes);
        }
    }

    private sealed class Storing(Db db, Actor actor, Trail trail) : IRequestHandler<Store, Unit>
    {
        public async Task<Unit> Handle(Store command, CancellationToken ct)
        {
            await Replace(db, trail, actor.UserId, command.RecoveryHashes, ct);
            return Unit.Value;
        }
    }
}
