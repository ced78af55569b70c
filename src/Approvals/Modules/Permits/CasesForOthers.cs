using Approvals.Database;
using Approvals.Modules.Permits.Contract;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>What the other modules ask of cases.</summary>
internal static class CasesForOthers
{
    private sealed record Need
    {
        public long CaseId { get; init; }
        public string ItemCode { get; init; } = "";
    }

    private static IReadOnlyList<CaseFact> With(IReadOnlyList<CaseFact> cases, IReadOnlyList<Need> needs)
    {
        var blockers = needs.ToLookup(n => n.CaseId, n => n.ItemCode);
        return [.. cases.Select(c => c with { BlockedBy = c.Status.IsTerminal() ? [] : [.. blockers[c.Id]] })];
    }

    private sealed class OfApplication(Db db) : IRequestHandler<CasesOfApplication, IReadOnlyList<CaseFact>>
    {
        private const string Cases = """
            SELECT id, number, application_number, project_id, item_id, item_code, department, status, received_at, is_admitted,
                   accepted_on, due_on, is_due_provisional, decided_on, certificate_number
              FROM permits_case
             WHERE application_number = @Number
             ORDER BY id
            """;

        private const string Unmet = """
            SELECT n.case_id, n.item_code
              FROM permits_case c
              JOIN permits_need n ON n.case_id = c.id
             WHERE c.application_number = @Number AND n.met_on IS NULL
             ORDER BY n.case_id, n.item_code
            """;

        public async Task<IReadOnlyList<CaseFact>> Handle(CasesOfApplication query, CancellationToken ct) =>
            With(await db.Query<CaseFact>(Cases, new { query.Number }, ct), await db.Query<Need>(Unmet, new { query.Number }, ct));
    }

    private sealed class OfProject(Db db) : IRequestHandler<CasesOfProject, IReadOnlyList<CaseFact>>
    {
        private const string Cases = """
            SELECT id, number, application_number, project_id, item_id, item_code, department, status, received_at, is_admitted,
                   accepted_on, due_on, is_due_provisional, decided_on, certificate_number
              FROM permits_case
             WHERE project_id = @ProjectId
             ORDER BY id
            """;

        private const string Unmet = """
            SELECT n.case_id, n.item_code
              FROM permits_case c
              JOIN permits_need n ON n.case_id = c.id
             WHERE c.project_id = @ProjectId AND n.met_on IS NULL
             ORDER BY n.case_id, n.item_code
            """;

        public async Task<IReadOnlyList<CaseFact>> Handle(CasesOfProject query, CancellationToken ct) =>
            With(await db.Query<CaseFact>(Cases, new { query.ProjectId }, ct), await db.Query<Need>(Unmet, new { query.ProjectId }, ct));
    }
}
