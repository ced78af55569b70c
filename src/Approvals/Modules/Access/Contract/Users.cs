using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access.Contract;

/// <summary>What the other modules may know of an account.</summary>
internal sealed record UserFacts
{
    public long Id { get; init; }
    public string Login { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Department { get; init; }
    public long? WindowId { get; init; }
}

/// <summary>An account whether it is open or closed, with its roles.</summary>
internal sealed record KnownUser(long Id, string Login, string Name, string? Department, IReadOnlyList<Role> Roles, bool IsActive, long? WindowId);

/// <summary>The account of a login, open or closed, or null.</summary>
internal sealed record FindKnownUser(string? Login) : IRequest<KnownUser?>, IInside;

/// <summary>The departments of the zone in order of code: whoever keeps them answers.</summary>
internal sealed record KnownDepartments : IRequest<IReadOnlyList<DepartmentName>>, IInside;

internal sealed record DepartmentName(string Code, Text Name);

/// <summary>How much of the work an account still has in hand: whoever knows adds a line. Its particulars are for those who see the work.</summary>
internal sealed record CountingInHand(long UserId, string? Department, ICollection<Text> Lines) : INotification;

/// <summary>Whatever lets the owner of an account in without signing in ends: it was closed, its password was set anew or changed, or its owner signs out everywhere.</summary>
internal sealed record WaysInEnded(long UserId) : INotification;

/// <summary>Refuses what opens without signing in where the account is the identity provider's and its owner has not been seen there for long.</summary>
internal sealed record DemandSeen(long UserId) : IRequest<Unit>, IInside;

/// <summary>An account was closed that still has things in hand.</summary>
internal sealed record ClosedWithWork(long UserId, string Login, string Name, string? Department, IReadOnlyList<Text> Lines) : INotification;

/// <summary>The active accounts of a role by login, from which to choose a project manager or an agent.</summary>
internal sealed record UsersOf(Role Role) : IRequest<IReadOnlyList<UserFacts>>, IInside;

/// <summary>The active account of a login that has the role, or null.</summary>
internal sealed record FindUser(string? Login, Role Role) : IRequest<UserFacts?>, IInside;
