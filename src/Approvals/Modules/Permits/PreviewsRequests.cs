using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>Whoever is to approve a pause, an extension, new limits or a late entry sees the due dates that it would give, and the limits that it would have kept.</summary>
internal static class PreviewsRequests
{
    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock) : INotificationHandler<RequestPreviewed>
    {
        private const string Find = "SELECT id FROM permits_case WHERE number = @number";

        public async Task Handle(RequestPreviewed previewed, CancellationToken ct)
        {
            if (previewed.Command is ApplyLimits.Command limits)
            {
                await Look(limits, previewed.Lines, ct);
                return;
            }

            if (previewed.Command is GiveOwedDocument.Command { GivenOn: { } given } owed)
                await Ends(owed.Number, given, $"{Rules.Owed}:{owed.Document.Trim().ToUpperInvariant()}", previewed.Lines, ct);
            if (Ending(previewed.Command) is { At: { } at } ended) await Ends(ended.Number, clock.DayOf(Occurrence.When(at, clock)), null, previewed.Lines, ct);
            var query = previewed.Command switch
            {
                PauseCase.Command pause => new PreviewCaseDates.Query(pause.Number, PreviewCaseDates.Change.Pause, pause.Kind, pause.From, pause.PlannedDays),
                ExtendCase.Command extension => new(extension.Number, PreviewCaseDates.Change.Extension, Days: extension.Days),
                RemoveCaseExtension.Command removed => new(removed.Number, PreviewCaseDates.Change.NoExtension),
                ResumeCase.Command resumed => new(resumed.Number, PreviewCaseDates.Change.Resume, resumed.Kind, resumed.To),
                _ => null,
            };
            if (query is null) return;
            var found = await mediator.Send(query, ct);
            if (found.ResumedOn is { } end)
                previewed.Lines.Add(new($"恢复计时前到期日不定；按计划 {Words.Day(end)} 恢复，则：", $"Until it is resumed the due dates are unknown; if that is on {Words.Day(end)} as planned:"));
            foreach (var k in found.Clocks) previewed.Lines.Add(Sentence(k));
        }

        /// <summary>What ends the clocks of a case, where its day is given.</summary>
        private static (string Number, DateTime? At) Ending(object command) => command switch
        {
            ApproveCase.Command c => (c.Number, c.OccurredAt),
            ApproveWithDocumentsOwed.Command c => (c.Number, c.OccurredAt),
            RefuseCase.Command c => (c.Number, c.OccurredAt),
            WithdrawCase.Command c => (c.Number, c.OccurredAt),
            RecallCase.Command c => (c.Number, c.OccurredAt),
            RevokeCase.Command c => (c.Number, c.OccurredAt),
            _ => ("", null),
        };

        /// <param name="rule">The one clock; those of the decision where null.</param>
        private async Task Ends(string number, DateOnly on, string? rule, ICollection<Text> lines, CancellationToken ct)
        {
            var id = await db.Find<long?>(Find, new { number = number.Trim().ToUpperInvariant() }, ct) ?? throw CaseInHand.Unknown(number);
            foreach (var k in (await mediator.Send(new ClocksOf("case", id), ct)).Where(k => k.StoppedOn is null && (rule is null ? Rules.OfDecision.Contains(k.Rule) : k.Rule == rule)))
                lines.Add(BackDated.Ends(k, on, clock.Today));
        }

        private async Task Look(ApplyLimits.Command command, ICollection<Text> lines, CancellationToken ct)
        {
            var wanted = (command.Cases ?? []).Select(n => n.Trim().ToUpperInvariant()).ToHashSet();
            var page = await mediator.Send(new PreviewLimits.Query(command.Code), ct);
            foreach (var line in page.Lines.Where(l => command.All || wanted.Contains(l.Number)))
            {
                foreach (var l in line.Limits)
                {
                    var name = Rules.Name(l.Rule);
                    lines.Add(new(
                        $"{line.Number} {name.Zh} {l.Old.Name.Zh} → {l.New.Name.Zh}：{Words.Day(l.DueNow)} → {Words.Day(l.DueThen)}",
                        $"{line.Number} {name.En} {l.Old.Name.En} → {l.New.Name.En}: {Words.Day(l.DueNow)} → {Words.Day(l.DueThen)}"));
                }
            }

            if (command.All && page.Next is not null) lines.Add(new("……其余各件从略。", "… and more."));
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
