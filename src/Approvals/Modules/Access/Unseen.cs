using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Accounts of the identity provider whose owners have not signed in there for long: whoever is blocked there is not to keep what opens without it.</summary>
internal static class Unseen
{
    public static Refused Problem(ProviderSettings provider) => new(RefusedAs.Forbidden, [new("provider.unseen", "", new(
        $"此账号已满 {provider.Unseen.TotalDays:0} 天没有经{provider.Name}登录，令牌和日历订阅暂停使用。请其本人经{provider.Name}登录一次，随即恢复。",
        $"The owner has not signed in at {provider.Name} for {provider.Unseen.TotalDays:0} days, and tokens and calendar addresses rest. They serve again once the owner has signed in there."))]);

    private sealed class Handler(Db db, SignInSettings settings, TimeProvider time) : IRequestHandler<DemandSeen, Unit>
    {
        public async Task<Unit> Handle(DemandSeen query, CancellationToken ct) =>
            await Account.Find(db, query.UserId, ct) is { } user && user.IsUnseen(settings, time.GetUtcNow().UtcDateTime) ? throw Problem(settings.Provider!) : Unit.Value;
    }
}
