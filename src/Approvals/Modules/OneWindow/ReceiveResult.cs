using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>What a department decides comes back to the window that took the papers in; a refusal too has its paper.</summary>
internal static class ReceiveResult
{
    private const string RefusalZh = "不予行政许可决定书";

    /// <summary>The name of a paper for the reader; what was written down when it came stands in Chinese.</summary>
    public static Text Paper(CaseStatus status, Item item, string written) =>
        new(written, status == CaseStatus.Refused ? "Decision of refusal" : item.Result.En);

    private sealed class Handler(Db db, IMediator mediator, StageClocks stages, ZoneClock clock, CatalogueInForce catalogue) : INotificationHandler<CaseDecided>
    {
        private const string WindowOf = "SELECT window_id FROM onewindow_application WHERE number = @ApplicationNumber";

        private const string Insert = """
            INSERT INTO onewindow_result (case_id, application_number, case_number, paper, certificate_number, decided_on, arrived_at, window_id)
            VALUES (@CaseId, @ApplicationNumber, @CaseNumber, @paper, @CertificateNumber, @DecidedOn, @now, @window)
            """;

        public async Task Handle(CaseDecided decided, CancellationToken ct)
        {
            var item = catalogue.Current.Item(decided.ItemId)!;
            var paper = decided.Status == CaseStatus.Refused ? RefusalZh : item.Result.Zh;
            // Held: whoever moves the application just now finds the paper, or this one finds its new window.
            var window = await db.FindHeld<long?>(WindowOf, new { decided.ApplicationNumber }, ct);
            await db.Execute(Insert, new
            {
                decided.CaseId,
                decided.ApplicationNumber,
                decided.CaseNumber,
                paper,
                decided.CertificateNumber,
                decided.DecidedOn,
                now = clock.Now,
                window,
            }, ct);
            List<ClockStart> clocks = [WindowDuties.Delivery(decided)];
            if (await PermitStart.Of(decided, item, mediator, ct) is { } start) clocks.Add(start);
            await mediator.Send(new StartClocks(clocks), ct);
            await stages.End(decided.ApplicationNumber, decided.DecidedOn, ct, decided.ItemCode);
        }
    }
}
