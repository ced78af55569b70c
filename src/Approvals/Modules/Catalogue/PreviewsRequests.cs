using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Catalogue;

/// <summary>Whoever is to approve a catalogue sees what it changes, as whoever asked has seen it.</summary>
internal static class PreviewsRequests
{
    private sealed class Handler(IMediator mediator) : INotificationHandler<RequestPreviewed>
    {
        public async Task Handle(RequestPreviewed previewed, CancellationToken ct)
        {
            if (previewed.Command is not PublishCatalogue.Command command) return;
            var preview = await mediator.Send(command with { DryRun = true }, ct);
            foreach (var change in preview.Changes)
            {
                var (kind, version) = (PublishModel.Name(change.Kind), change.Version is { } v ? $" v{v}" : "");
                previewed.Lines.Add(new(
                    $"{kind.Zh}：{change.What.Zh} {change.Code}{version} {change.Name.Zh}{string.Concat(change.Details.Select(d => $"；{d.Zh}"))}",
                    $"{kind.En}: {change.What.En} {change.Code}{version} {change.Name.En}{string.Concat(change.Details.Select(d => $"; {d.En}"))}"));
            }
        }
    }
}
