using Approvals.Messaging;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>What a case rests on was taken back, or has ended without approval: its log says so, and its department is told to look at it.</summary>
internal static class TellWentOn
{
    /// <param name="Case">The case that went on.</param>
    /// <param name="ItemCode">The item it rests on.</param>
    /// <param name="Number">The case of that item.</param>
    /// <param name="How">How that ended.</param>
    /// <param name="Tail">How its log goes on.</param>
    internal sealed record Command(Other Case, string ItemCode, string Number, Text How, string Tail) : ICommand<Unit>, IInside;

    internal sealed record Other
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public string Department { get; init; } = "";
    }

    private sealed class Handler(IMediator mediator) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var (other, how) = (command.Case, command.How);
            await mediator.Send(new NoteEvent.Command(other.Id, CaseActivity.Noted, $"注意：前置事项 {command.ItemCode}（{command.Number}）{how.Zh}{command.Tail}"), ct);
            return await mediator.Send(new Notify(
                $"went-on:{command.Number}:{other.Number}",
                [new(Department: other.Department)],
                new($"{other.Number} 的前置事项{how.Zh}", $"What {other.Number} rests on: {how.En.ToLowerInvariant()}"),
                new($"{command.ItemCode}（{command.Number}）{how.Zh}，请核查 {other.Number}：可暂停、撤回，或待其重新办结。", $"{command.ItemCode} ({command.Number}): {how.En.ToLowerInvariant()}. Look at {other.Number}: it can be paused or recalled, or wait until that is approved anew."),
                $"/cases/{other.Number}",
                MessageLevel.Yellow,
                $"case:{other.Number}"), ct);
        }
    }
}
