using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>Both of a substitution are told when it is named, begins and ends.</summary>
internal sealed class TellSubstitutions(IMediator mediator) : INotificationHandler<SubstitutionTurned>
{
    public Task Handle(SubstitutionTurned told, CancellationToken ct)
    {
        var (from, to) = (Words.Day(told.From), Words.Day(told.To));
        var (title, body) = told.Turn switch
        {
            SubstitutionTurn.Named => (
                new Text($"替岗已定：{told.Substitute}代{told.User}，{from} 至 {to}", $"Substitution: {told.Substitute} for {told.User}, {from} to {to}"),
                new Text($"理由：{told.Why.Zh}。到日自动开始，届时另行通知。", $"Reason: {told.Why.En}. It begins by itself on its first day, and both are told.")),
            SubstitutionTurn.Begun => (
                new Text($"替岗开始：{told.Substitute}代{told.User}办理，至 {to}", $"Substitution begins: {told.Substitute} acts for {told.User} until {to}"),
                new Text($"理由：{told.Why.Zh}。替岗人在页面上方切换后即以{told.User}的角色办理，记录写明两人。", $"Reason: {told.Why.En}. The substitute switches at the top of the page and then acts in the roles of {told.User}; the record names both.")),
            _ => (
                new Text($"替岗结束：{told.Substitute}不再代{told.User}办理", $"Substitution over: {told.Substitute} no longer acts for {told.User}"),
                new Text($"{told.Why.Zh}。", $"{told.Why.En}.")),
        };
        return mediator.Send(
            new Notify($"substitution:{told.Id}:{told.Turn}", [new(UserId: told.UserId), new(UserId: told.SubstituteId)], title, body, "/account#substitutions", MessageLevel.Info), ct);
    }
}
