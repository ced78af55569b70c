using System.Collections.Concurrent;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Reports;

/// <summary>
/// How far the workbooks are that somebody waits for at a page. In memory alone: it is worth knowing while they are
/// written, by the process that writes them.
/// </summary>
internal sealed class WorkbooksUnderWay(ZoneClock clock)
{
    /// <summary>So long it can be told that one is done.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(long UserId, Guid Token), State> states = [];

    /// <param name="Written">Rows of cases written.</param>
    /// <param name="Of">So many there are; 0 while the figures are still being read.</param>
    /// <param name="EndedAt">Null while it is being written.</param>
    internal sealed record State(long Written, long Of, DateTime? EndedAt = null, bool HasFailed = false);

    /// <summary>Of one's own alone; null where none was begun, or long ago.</summary>
    public State? Of(long userId, Guid token) => states.GetValueOrDefault((userId, token));

    /// <param name="userId">Who waits.</param>
    /// <param name="token">Drawn with the page, by which it asks; null where nobody asks.</param>
    /// <param name="write">Writes it, and tells how many rows are written of how many.</param>
    public async Task Write(long userId, Guid? token, Func<Action<long, long>?, Task> write)
    {
        if (token is not { } drawn)
        {
            await write(null);
            return;
        }

        foreach (var (ended, state) in states)
            if (state.EndedAt + Kept < clock.Now) states.TryRemove(ended, out _);
        var key = (userId, drawn);
        states[key] = new(0, 0);
        try
        {
            await write((written, of) => states[key] = new(written, of));
            states[key] = states[key] with { EndedAt = clock.Now };
        }
        catch
        {
            states[key] = states[key] with { EndedAt = clock.Now, HasFailed = true };
            throw;
        }
    }
}
