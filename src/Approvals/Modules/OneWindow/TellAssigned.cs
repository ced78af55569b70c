using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>Whoever takes a project and whoever leaves it are told.</summary>
internal sealed class TellAssigned(IMediator mediator) : INotificationHandler<PeopleAssigned>
{
    public Task Handle(PeopleAssigned told, CancellationToken ct) => mediator.Send(new NotifyAll([.. told.Turns.Select(turn =>
    {
        var role = Permissions.Name(turn.Role);
        return new Notify(
            $"people:{told.Code}:{Guid.NewGuid():n}", [new(UserId: turn.UserId)],
            turn.Takes
                ? new($"您是「{told.Name}」的{role.Zh}", $"You are {role.En} of “{told.Name}”")
                : new($"您不再是「{told.Name}」的{role.Zh}", $"You are no longer {role.En} of “{told.Name}”"),
            new($"项目 {told.Code}，理由：{told.Reason}。", $"Project {told.Code}. Reason: {told.Reason}."),
            $"/projects/{told.Code}", MessageLevel.Yellow);
    })]), ct);
}
