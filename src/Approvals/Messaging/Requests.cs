using MediatR;

namespace Approvals.Messaging;

/// <summary>A request that changes something: it runs in one transaction, with the events it publishes and its record.</summary>
internal interface ICommand : IRecorded
{
}

internal interface ICommand<out T> : IRequest<T>, ICommand
{
}

/// <summary>
/// A request between modules. It has no door of its own: whoever sends it has already been let in, and where it also
/// is an <see cref="ICommand"/> it must be sent from inside another command.
/// </summary>
internal interface IInside
{
}
