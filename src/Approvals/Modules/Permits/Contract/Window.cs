using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Permits.Contract;

/// <summary>Which window has an application: whoever keeps the applications says it, and holds it where a command asks.</summary>
internal sealed record AskingWindow(string ApplicationNumber) : INotification
{
    /// <summary>Null is every window's.</summary>
    public long? Id { get; set; }

    public string Name { get; set; } = "";

    public Place Place => new(Window: Id);
}

internal static class WindowOfCase
{
    public static async Task<AskingWindow> WindowOf(this IMediator mediator, string applicationNumber, CancellationToken ct = default)
    {
        var asking = new AskingWindow(applicationNumber);
        await mediator.Publish(asking, ct);
        return asking;
    }

    /// <summary>What the window does with a case, only the window does that has its application.</summary>
    public static async Task DemandWindow(this IMediator mediator, Actor actor, string applicationNumber, CancellationToken ct)
    {
        var window = await mediator.WindowOf(applicationNumber, ct);
        if (!actor.May(Act.DecideIntake, window.Place)) throw WindowScope.Other(applicationNumber, window.Name);
    }
}
