using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Permits.Contract;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>A department took back what it had granted: its window keeps the paper, or asks for it back.</summary>
internal static class TellTakenBack
{
    private sealed class Handler(Db db, IMediator mediator) : INotificationHandler<CaseTakenBack>
    {
        private const string WindowOf = "SELECT window_id FROM onewindow_application WHERE number = @ApplicationNumber";

        public async Task Handle(CaseTakenBack taken, CancellationToken ct)
        {
            var how = taken.Status.Name();
            var paper = taken.CertificateNumber is { } number
                ? (Zh: $"文号 {number} 不再有效：未出件的不再出件，已出件的请收回并告知申请人。", En: $"Number {number} holds no more: do not hand its paper out, or ask for it back, and tell the applicant.")
                : (Zh: "计时已全部停止，请告知申请人。", En: "All its clocks have stopped; tell the applicant.");
            var window = await db.Find<long?>(WindowOf, new { taken.ApplicationNumber }, ct);
            await mediator.Send(new Notify(
                $"taken-back:{taken.CaseNumber}",
                [new(Role.WindowClerk, Window: window), new(Role.Supervisor)],
                new($"办理件 {taken.CaseNumber} 已{how.Zh}", $"Case {taken.CaseNumber}: {how.En.ToLowerInvariant()}"),
                new(paper.Zh, paper.En),
                $"/cases/{taken.CaseNumber}",
                MessageLevel.Info,
                $"case:{taken.CaseNumber}"), ct);
        }
    }
}
