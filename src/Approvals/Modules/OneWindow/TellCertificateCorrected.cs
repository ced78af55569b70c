using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Permits.Contract;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>The number of a paper at the window is another than was entered: the window's copy says so too, and whoever handed it out looks at what it bears.</summary>
internal static class TellCertificateCorrected
{
    private sealed class Handler(Db db, IMediator mediator) : INotificationHandler<CertificateCorrected>
    {
        private const string Correct = "UPDATE onewindow_result SET certificate_number = @Now WHERE case_id = @CaseId AND certificate_number = @Was";

        private const string WindowOf = """
            SELECT a.window_id, r.handed_out_on
              FROM onewindow_result r
              JOIN onewindow_application a ON a.number = r.application_number
             WHERE r.case_id = @CaseId
            """;

        public async Task Handle(CertificateCorrected corrected, CancellationToken ct)
        {
            await db.Execute(Correct, new { corrected.CaseId, corrected.Was, corrected.Now }, ct);
            if (await db.Find<Row>(WindowOf, new { corrected.CaseId }, ct) is not { } at) return;
            var what = at.HandedOutOn is null
                ? (Zh: "出件时请核对证件上的文号。", En: "Check the number on the paper when it is handed out.")
                : (Zh: "证件已出件：请联系领取人核对证上的文号，印错的换发。", En: "The paper has been handed out: ask its recipient which number it bears, and exchange it where it is the wrong one.");
            await mediator.Send(new Notify(
                $"certificate:{corrected.CaseNumber}:{Guid.NewGuid():n}",
                [new(Role.WindowClerk, Window: at.WindowId)],
                new($"{corrected.CaseNumber} 的文号已更正", $"The certificate number of {corrected.CaseNumber} is corrected"),
                new($"{corrected.Was} → {corrected.Now}。{what.Zh}", $"{corrected.Was} → {corrected.Now}. {what.En}"),
                $"/applications/{corrected.ApplicationNumber}#results",
                MessageLevel.Info,
                $"case:{corrected.CaseNumber}"), ct);
        }

        private sealed record Row
        {
            public long? WindowId { get; init; }
            public DateOnly? HandedOutOn { get; init; }
        }
    }
}
