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
        private const string Insert = """
            INSERT INTO onewindow_result (case_id, application_number, case_number, paper, certificate_number, decided_on, arrived_at)
            VALUES (@CaseId, @ApplicationNumber, @CaseNumber, @paper, @CertificateNumber, @DecidedOn, @now)
            """;

        public async Task Handle(CaseDecided decided, CancellationToken ct)
        {
            var item = catalogue.Current.Item(decided.ItemId)!;
            var paper = decided.Status == CaseStatus.Refused ? RefusalZh : item.Result.Zh;
            await db.Execute(Insert, new
            {
                decided.CaseId,
                decided.ApplicationNumber,
                decided.CaseNumber,
                paper,
                decided.CertificateNumber,
                decided.DecidedOn,
                now = clock.Now,
            }, ct);
            List<ClockStart> clocks = [WindowDuties.Delivery(decided)];
            if (await PermitStart.Of(decided, item, mediator, ct) is { } start) clocks.Add(start);
            await mediator.Send(new StartClocks(clocks), ct);
            await stages.End(decided.ApplicationNumber, decided.DecidedOn, ct, decided.ItemCode);
        }
    }
}
