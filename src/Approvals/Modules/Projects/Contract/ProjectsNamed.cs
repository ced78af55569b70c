using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Projects.Contract;

/// <summary>The projects with this in their name or that of their enterprise, the newest first: those the actor sees.</summary>
/// <param name="Part">As somebody types it, in capitals or not.</param>
/// <param name="Most">No more than so many.</param>
internal sealed record ProjectsNamed(string Part, int Most) : IRequest<IReadOnlyList<long>>, IInside
{
    /// <summary>What a list of their applications or cases takes at once: a server takes 2,100 parameters.</summary>
    public const int MostOfList = 1000;
}
