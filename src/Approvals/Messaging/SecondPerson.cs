using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Messaging;

/// <summary>
/// 双人复核: the command may take two persons. Whoever sends it then only asks; it is done when somebody else, of the post
/// that the handler names, has approved it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TakesTwoAttribute : Attribute
{
}

/// <summary>Whoever may approve: a role, of one department where it is given.</summary>
internal sealed record Post(Role Role, string? Department = null)
{
    public bool IsHeldBy(IReadOnlySet<Role> roles, string? department) => roles.Contains(Role) && (Department is null || Department == department);
}

/// <summary>Who has approved what is being done now, and when it was asked for.</summary>
internal sealed record Approval(string Signed, IReadOnlySet<Role> Roles, string? Department, DateTime AskedAt);

/// <summary>
/// Asks for the second person. A handler demands one once its own checks have passed, or while it writes: where there is
/// no approval yet, the command ends with <see cref="SecondPersonNeeded"/> inside its transaction, so that nothing of it
/// is kept, and becomes a request. What the system itself does (jobs, the command line) needs none, but where it says that it asks.
/// </summary>
internal sealed class SecondPerson(Actor actor, Trail trail)
{
    private static readonly Text ApprovedBy = new("批准人", "Approved by");

    private SecondPersonNeeded? needed;
    private Approval? given;

    /// <summary>Something from outside is being handled; what it sends in turn belongs to it.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>What is being handled is only asked for: nothing of it will be kept, its number neither.</summary>
    public bool IsAwaited => needed is not null;

    /// <summary>The system asks like anybody else: behind this line of the command line is one person.</summary>
    public bool SystemAsks { get; set; }

    /// <summary>When it was asked for, where it was; else now. What was entered in time is not late because its approval came later.</summary>
    public DateTime? AskedAt => given?.AskedAt;

    /// <param name="says">What is asked, to be read by whoever approves: the particulars, without what the command is called or is on.</param>
    /// <param name="asAsked">The command with what it leaves open filled in as it is now; the command as it was sent where null.</param>
    /// <param name="posts">Who may approve. A head who asks for a head's approval gets it from another one, or from the supervisor.</param>
    /// <returns>Who approved it, as it is kept; empty where it is only being asked for.</returns>
    public string Demand(Text says, object? asAsked, params IReadOnlyList<Post> posts)
    {
        if (actor.IsSystem && !SystemAsks && given is null) return Actor.SystemName;
        if (posts.Any(p => p.Role == Role.DepartmentHead && p.IsHeldBy(actor.Roles, actor.Department))) posts = [.. posts, new Post(Role.Supervisor)];
        if (given is null)
        {
            needed ??= new(says, asAsked, posts);
            return "";
        }

        if (!posts.Any(p => p.IsHeldBy(given.Roles, given.Department)))
            throw Refused.Conflict("request.otherApprover", "情况已变，现在须由另一岗位批准，请经办人撤回后重新提请。", "Things have changed: it now takes the approval of another post. Whoever asked should withdraw it and ask again.");
        trail.Changed(ApprovedBy, null, given.Signed);
        return given.Signed;
    }

    /// <summary>At the end of a command, inside its transaction.</summary>
    /// <exception cref="SecondPersonNeeded">One was demanded, and nobody has approved it.</exception>
    public void Settle()
    {
        if (needed is not { } demand) return;
        needed = null;
        throw demand;
    }

    /// <summary>Handles something from outside; what an earlier attempt of this scope left is forgotten.</summary>
    public async Task<T> Handle<T>(Func<Task<T>> work)
    {
        (IsBusy, needed) = (true, null);
        try
        {
            return await work();
        }
        finally
        {
            (IsBusy, needed) = (false, null);
        }
    }

    /// <summary>Does what has been approved.</summary>
    public async Task<T> Approved<T>(Approval approval, Func<Task<T>> work)
    {
        given = approval;
        try
        {
            return await work();
        }
        finally
        {
            given = null;
        }
    }
}

/// <summary>A command has passed its own checks and takes a second person.</summary>
internal sealed class SecondPersonNeeded(Text says, object? asAsked, IReadOnlyList<Post> posts) : Exception
{
    public Text Says => says;

    public object? AsAsked => asAsked;

    public IReadOnlyList<Post> Posts => posts;
}

/// <summary>Nothing is done yet: the command waits as a request for whoever must approve it.</summary>
internal sealed class Asked(string number, Text who) : Exception($"{number} awaits {who.En}.")
{
    public string Number => number;

    /// <summary>Who must approve it.</summary>
    public Text Who => who;
}

/// <summary>Somebody looks at a request before deciding on it: whoever knows what the command would move adds it, a sentence each.</summary>
internal sealed record RequestPreviewed(object Command, ICollection<Text> Lines) : INotification;
