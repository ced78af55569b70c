using System.Security.Cryptography;
using System.Text;
using Approvals.Database;
using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>
/// Guesses, counted by whom they are aimed at and where they come from. What is counted too often rests, longer each
/// time; while it rests no guess is even compared, so that guessing is hopeless and costs the server a look-up.
/// </summary>
/// <remarks>
/// Kept in the database: a restart forgives nothing. A guess counts when it begins, so that a hundred at once gain
/// nothing. A browser that its owner has signed in with before is counted by itself, so that a stranger who keeps a
/// login resting does not keep its owner out (OWASP, “device cookies”). Each count stands for a login as it was typed,
/// whether there is such an account or not.
/// </remarks>
internal sealed class Attempts(IServiceScopeFactory scopes, TimeProvider time, Passwords passwords)
{
    /// <summary>Wrong guesses in a row at one login from one address or browser, before the first rest.</summary>
    public const int Free = 5;

    public const string RestingCode = "signIn.resting";

    /// <summary>Each try that is lost is another's that was counted: of so many at once behind one address the last is counted too.</summary>
    private const int MostTries = 200;

    private static readonly TimeSpan[] Growing = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60)];

    /// <summary>What is forgotten after a day without a guess.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>What guesses are counted by.</summary>
    /// <param name="Key">A hash: it can be found again and not be read.</param>
    /// <param name="Free">Guesses before the first rest.</param>
    /// <param name="Leaks">One guess is forgiven for each such span; null where they count in a row until one is right.</param>
    /// <param name="Login">The hash of the login that it counts guesses at; null where it is none's.</param>
    internal sealed record Counter(string Key, int Free, TimeSpan? Leaks = null, string? Login = null);

    /// <summary>A login, from a browser that it has been used in or from one that nobody knows.</summary>
    /// <param name="device">What the browser is known by to this login, or null.</param>
    public static IReadOnlyList<Counter> Login(string login, string address, string? device)
    {
        var whole = Whole(login);
        return device is not null
            ? [Of(Free, "device", device, login) with { Login = whole.Key }]
            : [Of(Free, "login-at", login, Network(address)) with { Login = whole.Key }, whole, Of(30, "address", Network(address)) with { Leaks = TimeSpan.FromMinutes(1) }];
    }

    /// <summary>A login, wherever the guesses come from.</summary>
    private static Counter Whole(string login)
    {
        var whole = Of(20, "login", login);
        return whole with { Login = whole.Key };
    }

    /// <summary>A code of the second factor, after a right password.</summary>
    public static IReadOnlyList<Counter> Code(long userId, string? device) => device is not null
        ? [Of(Free, "code-device", device, Id(userId))]
        : [Of(Free, "code", Id(userId))];

    private static IReadOnlyList<Counter> Own(long userId) => [Of(Free, "own", Id(userId))];

    private const string Read = "SELECT counter, wrong, last_at, rests_until FROM access_attempt WHERE counter IN @keys";
    private const string Count = "UPDATE access_attempt SET wrong = @wrong, last_at = @now, rests_until = @until WHERE counter = @Key AND wrong = @seen AND last_at = @last";
    private const string Begun = "INSERT INTO access_attempt (counter, wrong, last_at, rests_until, login) VALUES (@Key, @wrong, @now, @until, @Login)";
    private const string Right = "DELETE FROM access_attempt WHERE counter = @Key";
    private const string Forgive = "UPDATE access_attempt SET wrong = wrong - 1, rests_until = @now WHERE counter = @Key AND wrong > 0";
    private const string Old = "DELETE FROM access_attempt WHERE last_at < @before";
    private const string OfLogin = "DELETE FROM access_attempt WHERE login = @login OR counter = @own";

    private sealed record Row
    {
        public string Counter { get; init; } = "";
        public int Wrong { get; init; }
        public DateTime LastAt { get; init; }
        public DateTime RestsUntil { get; init; }
    }

    /// <exception cref="Refused">While one of them rests.</exception>
    public async Task Begin(IReadOnlyList<Counter> counters, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await Look(db, counters, ct); // a guess that is not taken writes nothing
        await db.Transact(async () =>
        {
            var rows = await Look(db, counters, ct);
            var now = Now;
            foreach (var counter in counters)
            {
                rows.TryGetValue(counter.Key, out var row);
                // Many begin at once behind one address: what others have counted meanwhile is read again, and counted on.
                for (var tries = 1; !await Counted(db, counter, row, now, ct); tries++)
                {
                    if (tries == MostTries) throw Refused.Conflict("signIn.busy", "同时有多次尝试，请稍后再试。", "Several tries at once; try again in a moment.");
                    (await Look(db, [counter], ct)).TryGetValue(counter.Key, out row);
                }
            }

            if (rows.Count == 0) await db.Execute(Old, new { before = now - Forgotten }, ct);
            return true;
        }, ct);
    }

    /// <summary>False where somebody else has counted since the row was read.</summary>
    private static async Task<bool> Counted(Db db, Counter counter, Row? row, DateTime now, CancellationToken ct)
    {
        var wrong = Standing(counter, row, now) + 1;
        var until = wrong < counter.Free ? now : now + Growing[Math.Min(counter.Leaks is null ? wrong - counter.Free : 0, Growing.Length - 1)];
        return row is null
            ? await db.TryInsert(Begun, new { counter.Key, counter.Login, wrong, now, until }, ct)
            : await db.Execute(Count, new { counter.Key, wrong, now, until, seen = row.Wrong, last = row.LastAt }, ct) > 0;
    }

    /// <summary>The guess was right: the row of wrong ones is over. What an address has tried elsewhere stays, but this one was none.</summary>
    public async Task Succeeded(IReadOnlyList<Counter> counters, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await db.Transact(async () =>
        {
            foreach (var counter in counters)
                await db.Execute(counter.Leaks is null ? Right : Forgive, new { counter.Key, now = Now }, ct);
            return true;
        }, ct);
    }

    /// <summary>A new password: guesses at the old one hold nobody, wherever they were made. Those at the second factor stay.</summary>
    public async Task Forget(Account user, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await db.Transact(() => db.Execute(OfLogin, new { login = Whole(user.Login).Key, own = Own(user.Id)[0].Key }, ct), ct);
    }

    /// <summary>Asks somebody signed in for the current password, before what a stranger at an open screen must not do.</summary>
    public async Task CheckOwn(Account user, string? password, string field, CancellationToken ct)
    {
        var own = Own(user.Id);
        await Begin(own, ct);
        if (!passwords.Matches(user.PasswordHash, password ?? "", out _))
            throw Refused.Invalid("password.wrong", field, "现在的密码不对，请重新输入。", "The current password is not right; type it again.");
        await Succeeded(own, ct);
    }

    private async Task<Dictionary<string, Row>> Look(Db db, IReadOnlyList<Counter> counters, CancellationToken ct)
    {
        var rows = (await db.Query<Row>(Read, new { keys = counters.Select(c => c.Key).ToList() }, ct)).ToDictionary(r => r.Counter);
        var now = Now;
        if (rows.Values.Select(r => r.RestsUntil).DefaultIfEmpty(now).Max() is var until && until > now) throw Resting(until - now);
        return rows;
    }

    private static int Standing(Counter counter, Row? row, DateTime now)
    {
        if (row is null || now - row.LastAt >= Forgotten) return 0;
        return counter.Leaks is { } span ? Math.Max(0, row.Wrong - (int)((now - row.LastAt) / span)) : row.Wrong;
    }

    /// <summary>The same words for a login that exists and for one that does not.</summary>
    private static Refused Resting(TimeSpan left)
    {
        var minutes = Math.Max(1, (int)Math.Ceiling(left.TotalMinutes));
        return Refused.Conflict(RestingCode, $"错误次数过多，暂停登录，请在 {minutes} 分钟后再试。", $"Too many wrong tries: signing in rests; try again in {minutes} min.");
    }

    private DateTime Now
    {
        get
        {
            var now = time.GetUtcNow().UtcDateTime;
            return new DateTime(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);
        }
    }

    private static Counter Of(int free, params string[] parts) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)))), free);

    private static string Id(long userId) => userId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Of IPv6 the network: one host has millions of addresses.</summary>
    private static string Network(string address) => System.Net.IPAddress.TryParse(address, out var ip) switch
    {
        true when ip.IsIPv4MappedToIPv6 => ip.MapToIPv4().ToString(),
        true when ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 => Convert.ToHexStringLower(ip.GetAddressBytes()[..8]),
        _ => address,
    };
}
