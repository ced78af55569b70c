using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>What a case waits for: code, name, and how the newest case of that item in the project stands.</summary>
internal static class Blockers
{
    internal sealed record Query(long CaseId) : IRequest<IReadOnlyList<Blocker>>, IInside;

    internal sealed record Blocker(string ItemCode, Text Name, string? CaseNumber, Text State, Text Owner)
    {
        public Text Sentence => new($"{ItemCode} {Name.Zh} {State.Zh}", $"{ItemCode} {Name.En}: {State.En}");
    }

    private sealed record Row
    {
        public string ItemCode { get; init; } = "";
        public string? Number { get; init; }
        public long? ItemId { get; init; }
        public string? Department { get; init; }
        public CaseStatus? Status { get; init; }
        public bool? IsAdmitted { get; init; }
        public DateOnly? AcceptedOn { get; init; }
    }

    private sealed class Handler(Db db, CatalogueInForce catalogue) : IRequestHandler<Query, IReadOnlyList<Blocker>>
    {
        private const string Unmet = """
            SELECT n.item_code, b.number, b.item_id, b.department, b.status, b.is_admitted, b.accepted_on
              FROM permits_need n
              JOIN permits_case c ON c.id = n.case_id
              LEFT JOIN permits_case b ON b.project_id = c.project_id AND b.item_code = n.item_code
             WHERE n.case_id = @CaseId AND n.met_on IS NULL
             ORDER BY n.item_code, b.id
            """;

        public async Task<IReadOnlyList<Blocker>> Handle(Query query, CancellationToken ct)
        {
            var rows = await db.Query<Row>(Unmet, new { query.CaseId }, ct);
            return [.. rows.GroupBy(r => r.ItemCode).Select(g => g.Last()).Select(r => new Blocker(
                r.ItemCode,
                catalogue.Current.NameOf(r.ItemCode, r.ItemId),
                r.Number,
                r.Status is { } status ? status.Standing(r.IsAdmitted == true, r.AcceptedOn) : Standing.NotApplied,
                Owner(r)))];
        }

        /// <summary>Who can move it: its department; the applicant where nothing of that item is open.</summary>
        private Text Owner(Row r) => r is { Status: { } status, Department: { } code } && !status.IsTerminal()
            ? catalogue.Current.Department(code)?.Name ?? new(code, code)
            : new("申请人", "the applicant");
    }
}
