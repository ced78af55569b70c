using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>Failed passwords in a row, by login. After five the login rests: guessing becomes hopeless, and costs the server nothing.</summary>
/// <remarks>Kept in memory: a restart forgives. An attempt counts when it begins, so that a hundred at once gain nothing.</remarks>
internal sealed class Attempts(TimeProvider time)
{
    public const int Most = 5;
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);
    private const int Remembered = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Last)> failed = [];

    /// <exception cref="Refused">While the login rests.</exception>
    public void Begin(string login)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var (count, last) = failed.GetValueOrDefault(login);
            if (now - last >= Rest) count = 0;
            if (count >= Most)
                throw Refused.Conflict("signIn.resting",
                    $"连续 {Most} 次密码不对，此账号暂停登录 {Rest.TotalMinutes:0} 分钟，请稍后再试。",
                    $"{Most} wrong passwords in a row: this login rests for {Rest.TotalMinutes:0} minutes; try again later.");
            if (failed.Count >= Remembered) Forget(now);
            failed[login] = (count + 1, now);
        }
    }

    public void Succeeded(string login)
    {
        lock (gate) failed.Remove(login);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (login, (_, last)) in failed)
            if (now - last >= Rest) failed.Remove(login);
        if (failed.Count >= Remembered) failed.Clear();
    }
}
