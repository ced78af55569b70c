using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
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

    private sealed class Handler(Db db, ZoneClock clock, CatalogueInForce catalogue) : INotificationHandler<CaseDecided>
    {
        private const string Insert = """
            INSERT INTO onewindow_result (case_id, application_number, case_number, paper, certificate_number, decided_on, arrived_at)
            VALUES (@CaseId, @ApplicationNumber, @CaseNumber, @paper, @CertificateNumber, @DecidedOn, @now)
            """;

        public Task Handle(CaseDecided decided, CancellationToken ct)
        {
            var paper = decided.Status == CaseStatus.Refused ? RefusalZh : catalogue.Current.Item(decided.ItemId)!.Result.Zh;
            return db.Execute(Insert, new
            {
                decided.CaseId,
                decided.ApplicationNumber,
                decided.CaseNumber,
                paper,
                decided.CertificateNumber,
                decided.DecidedOn,
                now = clock.Now,
            }, ct);
        }
    }
}
