using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Access.Contract;

/// <summary>What the other modules may know of an account.</summary>
internal sealed record UserFacts
{
    public long Id { get; init; }
    public string Login { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Department { get; init; }
}

/// <summary>The active accounts of a role by login, from which to choose a project manager or an agent.</summary>
internal sealed record UsersOf(Role Role) : IRequest<IReadOnlyList<UserFacts>>, IInside;

/// <summary>The active account of a login that has the role, or null.</summary>
internal sealed record FindUser(string? Login, Role Role) : IRequest<UserFacts?>, IInside;
