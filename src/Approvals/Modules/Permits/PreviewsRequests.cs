using Approvals.Messaging;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>Whoever is to approve a pause or an extension sees the due dates that it would give.</summary>
internal static class PreviewsRequests
{
    private sealed class Handler(IMediator mediator) : INotificationHandler<RequestPreviewed>
    {
        public async Task Handle(RequestPreviewed previewed, CancellationToken ct)
        {
            var query = previewed.Command switch
            {
                PauseCase.Command pause => new PreviewCaseDates.Query(pause.Number, PreviewCaseDates.Change.Pause, pause.Kind, pause.From, pause.PlannedDays),
                ExtendCase.Command extension => new(extension.Number, PreviewCaseDates.Change.Extension, Days: extension.Days),
                ResumeCase.Command resumed => new(resumed.Number, PreviewCaseDates.Change.Resume, resumed.Kind, resumed.To),
                _ => null,
            };
            if (query is null) return;
            var found = await mediator.Send(query, ct);
            if (found.ResumedOn is { } end)
                previewed.Lines.Add(new($"恢复计时前到期日不定；按计划 {Words.Day(end)} 恢复，则：", $"Until it is resumed the due dates are unknown; if that is on {Words.Day(end)} as planned:"));
            foreach (var k in found.Clocks) previewed.Lines.Add(Sentence(k));
        }

        private static Text Sentence(ClockPreview k)
        {
            var (name, limit) = (Rules.Name(k.Rule), k.Limit.Name);
            var (zh, en) = k.IsProvisional ? ("（暂定）", " (provisional)") : ("", "");
            return new(
                $"{name.Zh}（{limit.Zh}）：{(k.Now is { } now ? Words.Day(now) : "未定")} → {(k.Then is { } then ? Words.Day(then) : "仍在暂停")}{zh}",
                $"{name.En} ({limit.En}): {(k.Now is { } was ? Words.Day(was) : "unknown")} → {(k.Then is { } next ? Words.Day(next) : "still paused")}{en}");
        }
    }
}
