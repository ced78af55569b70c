using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>Whoever may hand work over is told what an account had in hand when it was closed.</summary>
internal sealed class TellOfWorkLeft(IMediator mediator) : INotificationHandler<ClosedWithWork>
{
    public Task Handle(ClosedWithWork left, CancellationToken ct)
    {
        Audience[] to = left.Department is { } department ? [new(Role.DepartmentHead, department), new(Role.Supervisor)] : [new(Role.Supervisor)];
        var lines = new Text(string.Join("；", left.Lines.Select(l => l.Zh)), string.Join("; ", left.Lines.Select(l => l.En)));
        return mediator.Send(
            new Notify($"left:{left.UserId}:{Guid.NewGuid():n}", to,
                new($"{left.Name}的账号已停用，工作待移交", $"The account of {left.Name} is closed: hand the work over"),
                new($"尚有在办：{lines.Zh}。办理件和申请请移交给同部门的人，项目请在项目的「人员」页另行指定。", $"Still in hand: {lines.En}. Hand cases and applications over to a colleague; name somebody else for projects on the page of each."),
                $"/hand-over?from={left.Login}", MessageLevel.Yellow), ct);
    }
}
