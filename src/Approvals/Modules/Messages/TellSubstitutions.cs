using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>Both of a substitution are told when it is named, begins and ends. With its end what the substitute has not read of the other's is to do no longer.</summary>
internal sealed class TellSubstitutions(Db db, IMediator mediator, ZoneClock clock) : INotificationHandler<SubstitutionTurned>
{
    private const string Settle = "UPDATE messages_message SET read_at = @Now WHERE user_id = @SubstituteId AND for_user_id = @UserId AND read_at IS NULL";

    public async Task Handle(SubstitutionTurned told, CancellationToken ct)
    {
        if (told.Turn == SubstitutionTurn.Ended) await db.Execute(Settle, new { told.SubstituteId, told.UserId, clock.Now }, ct);
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
        await mediator.Send(
            new Notify($"substitution:{told.Id}:{told.Turn}", [new(UserId: told.UserId), new(UserId: told.SubstituteId)], title, body, "/account#substitutions", MessageLevel.Info), ct);
    }
}
