using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Who it is, by login and password. The one request that somebody unknown may send, through its own page only.</summary>
internal static class SignIn
{
    /// <param name="Device">What the browser is known by to this login, where its owner has signed in with it before.</param>
    [RecordAs("登录：核对密码", "Sign in: check the password")]
    internal sealed record Query([property: Masked] string? Login, string? Password, [property: Masked] string? Device = null) : IRequest<Account>, IInside, IRecorded;

    private sealed class Handler(Db db, Actor actor, Attempts attempts, SignInSettings settings, Passwords passwords, IMediator mediator, Trail trail) : IRequestHandler<Query, Account>
    {
        private const int LongestLogin = 40;
        private const int LongestPassword = 200;

        public async Task<Account> Handle(Query query, CancellationToken ct)
        {
            var login = (query.Login ?? "").Trim().ToLowerInvariant();
            var password = query.Password ?? "";
            if (login.Length is 0 or > LongestLogin || password.Length is 0 or > LongestPassword) throw Wrong();
            var counters = Attempts.Login(login, actor.From.Place, query.Device);
            try
            {
                await attempts.Begin(counters, ct);
            }
            catch (Refused resting) when (resting.Problems[0].Code == Attempts.RestingCode)
            {
                trail.Again(); // who guesses on must not fill the record
                throw;
            }

            var user = await Account.Find(db, login, ct);
            // Only a login that exists: what else is typed there may be a password.
            if (user is not null) trail.On(Subject.Account, user.Login);
            if (!passwords.Matches(user is { IsActive: true } && settings.TakesPasswordOf(login) ? user.PasswordHash : null, password, out var outdated)) throw Wrong();
            await attempts.Succeeded(counters, ct);
            if (!outdated) return user!;

            actor.Become(user!.Id, user.Login, user.Name, user.Department, user.RoleList);
            var hash = passwords.Hash(password);
            await mediator.Send(new ChangePassword.Store(user.Id, user.PasswordHash, hash, IsOwnChoice: false), ct);
            return user with { PasswordHash = hash };
        }

        /// <summary>One answer for whatever is wrong: it tells nobody which accounts exist.</summary>
        private static Refused Wrong() => Refused.Invalid("signIn.wrong", "", "账号或密码不对，请重新输入。", "Login or password is wrong; try again.");
    }
}
