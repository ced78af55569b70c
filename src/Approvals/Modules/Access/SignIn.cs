using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Who it is, by login and password. The one request that somebody unknown may send, through its own page only.</summary>
internal static class SignIn
{
    [RecordAs("登录", "Sign in")]
    internal sealed record Query([property: Masked] string? Login, string? Password) : IRequest<Account>, IInside, IRecorded;

    private sealed class Handler(Db db, Actor actor, Attempts attempts, IMediator mediator, Trail trail) : IRequestHandler<Query, Account>
    {
        private const int LongestLogin = 40;
        private const int LongestPassword = 200;

        public async Task<Account> Handle(Query query, CancellationToken ct)
        {
            var login = (query.Login ?? "").Trim().ToLowerInvariant();
            var password = query.Password ?? "";
            if (login.Length is 0 or > LongestLogin || password.Length is 0 or > LongestPassword) throw Wrong();
            attempts.Begin(login);
            var user = await Account.Find(db, login, ct);
            // Only a login that exists: what else is typed there may be a password.
            if (user is not null) trail.On(Subject.Account, user.Login);
            if (!Passwords.Matches(user is { IsActive: true } ? user.PasswordHash : null, password, out var outdated)) throw Wrong();
            attempts.Succeeded(login);
            if (!outdated) return user!;

            actor.Become(user!.Id, user.Login, user.Name, user.Department, user.RoleList);
            var hash = Passwords.Hash(password);
            await mediator.Send(new ChangePassword.Store(user.Id, user.PasswordHash, hash), ct);
            return user with { PasswordHash = hash };
        }

        /// <summary>One answer for whatever is wrong: it tells nobody which accounts exist.</summary>
        private static Refused Wrong() => Refused.Invalid("signIn.wrong", "", "账号或密码不对，请重新输入。", "Login or password is wrong; try again.");
    }
}
