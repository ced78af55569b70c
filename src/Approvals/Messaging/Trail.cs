using Approvals.Web;

namespace Approvals.Messaging;

/// <summary>
/// What the record of the request now being handled will say beside the request's own words. Handlers tell it what they
/// are on and what they change; it is written as the last statement of their transaction.
/// </summary>
internal sealed class Trail
{
    private Guid? correlation;

    /// <summary>Shared by all that one visit, one run of a job or one line of the command line sends.</summary>
    public string Correlation => (correlation ??= Guid.CreateVersion7()).ToString("n");

    /// <summary>The request from outside that is being handled; what it sends in turn belongs to it.</summary>
    public TrailEntry? Current { get; set; }

    /// <summary>A request from outside that leaves no record is being handled: where it is refused, what it has sent in turn belongs to it.</summary>
    public bool IsReading { get; set; }

    /// <summary>What the request handled last was on: its number may have been given only while it was done.</summary>
    public string? Last { get; set; }

    /// <param name="isFound">Not where it is only what somebody asks for: of that a refusal says no more than may be kept.</param>
    public void On(string kind, string? number, bool isFound = true)
    {
        if (Current is not null) (Current.Subject, Current.IsFound) = (Subject.Of(kind, number), isFound);
    }

    /// <summary>As <see cref="Subject.Of"/> has named it before.</summary>
    public void OnSubject(string subject)
    {
        if (Current is not null) (Current.Subject, Current.IsFound) = (subject, false);
    }

    /// <summary>When it happened, where that is not the moment at which it is entered.</summary>
    public void Happened(DateTime at)
    {
        if (Current is not null) Current.OccurredAt = at;
    }

    /// <summary>A state before and after, in the words of the trade; the same on both sides is no change, and said twice it is said once.</summary>
    public void Changed<T>(Text what, T before, T after)
    {
        if (Current is null) return;
        Current.IsCompared = true;
        if (EqualityComparer<T>.Default.Equals(before, after)) return;
        Current.Changes ??= [];
        if (!Current.Changes.Contains((what, before, after))) Current.Changes.Add((what, before, after));
    }

    /// <summary>It is refused like many before it, and what is recorded of those says it already.</summary>
    public void Again()
    {
        if (Current is not null) Current.IsRepeated = true;
    }

    /// <summary>It only looked: a preview leaves no record.</summary>
    public void OnlyLooked()
    {
        if (Current is not null) Current.IsSettled = true;
    }
}

/// <summary>One record in the making.</summary>
internal sealed class TrailEntry(object request, string command, string said)
{
    public object Request => request;

    public string Command => command;

    /// <summary>What was asked, as it may be kept.</summary>
    public string Said => said;

    public string Subject { get; set; } = "";

    /// <summary>What it is on is there, by the number that it has; else it is what somebody asked for.</summary>
    public bool IsFound { get; set; }

    public DateTime? OccurredAt { get; set; }

    /// <summary>Rows the transaction had written before it.</summary>
    public int TouchedBefore { get; init; }

    public List<(Text What, object? Before, object? After)>? Changes { get; set; }

    /// <summary>The state before and after is known, even where they are the same.</summary>
    public bool IsCompared { get; set; }

    /// <summary>No record where it is refused.</summary>
    public bool IsRepeated { get; set; }

    /// <summary>Null where it was done.</summary>
    public Exception? Error { get; set; }

    /// <summary>Written, or nothing to write.</summary>
    public bool IsSettled { get; set; }
}
