using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>A token with which a program acts as its owner under <c>/api</c>. It is shown once; only its hash is kept.</summary>
/// <remarks>
/// There is no API for it: a token that was stolen must not be able to make its own successor. An administrator's is made
/// in a session with a second factor only, and one that was not serves no administrator: else the password alone would do.
/// </remarks>
internal static class CreateToken
{
    public const string Prefix = "apv_";

    private const int LongestDays = 366;

    /// <param name="Name">What the owner knows it by.</param>
    /// <param name="Scopes">What it may be used for; all but administration where nothing is said.</param>
    [RecordAs("新建本人令牌", "Create a token of one's own")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(string Name, int Days = 90, IReadOnlyList<Scope>? Scopes = null) : ICommand<Result>;

    /// <summary>For somebody else, on the command line.</summary>
    [RecordAs("新建令牌", "Create a token", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record For(string Login, string Name, int Days, IReadOnlyList<Scope>? Scopes = null) : ICommand<Result>;

    internal sealed record Result(string Token, DateTime ExpiresAt);

    /// <summary>What is kept of a token. It has 256 random bits, so a plain hash is enough.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed class Handler(Db db, Ids ids, TimeProvider time, Actor actor, Trail trail) : IRequestHandler<Command, Result>, IRequestHandler<For, Result>
    {
        private const string EndExpired = "UPDATE access_token SET revoked_at = @now WHERE user_id = @userId AND name = @name AND revoked_at IS NULL AND expires_at <= @now";
        private const string Insert = """
            INSERT INTO access_token (id, user_id, name, hash, created_at, expires_at, scopes, has_factor)
            VALUES (@id, @userId, @name, @hash, @now, @expires, @kept, @HasShownSecondFactor)
            """;

        public Task<Result> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            if (actor.Roles.Any(Permissions.Administrators.Contains) && !actor.HasShownSecondFactor) throw NeedsFactor();
            return Make(actor.UserId, command.Name, command.Days, command.Scopes, ct);
        }

        public async Task<Result> Handle(For command, CancellationToken ct)
        {
            var user = await Account.Get(db, command.Login, ct);
            if (!user.IsActive) throw Refused.Conflict("account.closed", "此账号已停用，不能建令牌。", "This account is closed; no token can be made for it.");
            if (user.NeedsFactor) throw NeedsFactor();
            AtTheMachine.DemandTokenFor(user);
            return await Make(user.Id, command.Name, command.Days, command.Scopes, ct);
        }

        private static Refused NeedsFactor() => Refused.Conflict("token.factorNeeded",
            "管理员的令牌只能由本人用第二验证登录后，在「我的账号」新建。", "An administrator's token is made by its owner alone, signed in with the second factor, on the page of the account.");

        private async Task<Result> Make(long userId, string? given, int days, IReadOnlyList<Scope>? asked, CancellationToken ct)
        {
            var scopes = asked ?? Scopes.AllButAdministration;
            new Check()
                .Text(given, "name", "令牌名称", "Token name", 40)
                .That(days is >= 1 and <= LongestDays, "token.days", "days", $"有效期须为 1 至 {LongestDays} 天。", $"A token lives 1 to {LongestDays} days.")
                .That(scopes.Count > 0 && scopes.All(Enum.IsDefined), "token.scopes", "scopes", "请至少选择一项用途。", "Choose at least one thing it is for.")
                .Done();
            var name = given!.Trim();
            var now = time.GetUtcNow().UtcDateTime;
            var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            var expires = now.AddDays(days);
            await db.Execute(EndExpired, new { userId, name, now }, ct);
            if (!await db.TryInsert(Insert, new { id = await ids.Next(), userId, name, hash = Hash(token), now, expires, kept = string.Join(',', scopes.Distinct().Order()), actor.HasShownSecondFactor }, ct))
                throw new Refused(RefusedAs.Conflict, [new("token.nameTaken", "name", new($"已有名为「{name}」的令牌，请换个名称或先撤销它。", $"There is a token “{name}” already; choose another name or revoke it first."))]);
            trail.Changed(new($"令牌「{name}」", $"Token “{name}”"), null, $"{string.Join(' ', scopes.Distinct().Order())}，{Words.Day(DateOnly.FromDateTime(expires))}");
            return new(token, expires);
        }
    }
}
