using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Projects.Contract;

/// <summary>Somebody takes a part in a project, or leaves it.</summary>
internal sealed record PersonTurn(Role Role, long UserId, string Name, bool Takes);

/// <summary>A project has another manager or another agent.</summary>
internal sealed record PeopleAssigned(long ProjectId, string Code, string Name, string Reason, IReadOnlyList<PersonTurn> Turns) : INotification;
