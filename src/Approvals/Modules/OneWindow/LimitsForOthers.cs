using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.OneWindow.Contract;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>What a project's page shows of the limits kept at the window.</summary>
internal static class LimitsForOthers
{
    private sealed class Handler(Db db, IMediator mediator, CatalogueInForce catalogue) : IRequestHandler<WindowLimitsOf, IReadOnlyList<WindowLimit>>
    {
        private const string Stages = """
            SELECT s.id, s.stage, a.number, a.process_id
              FROM onewindow_application a
              JOIN onewindow_stage s ON s.application_id = a.id
             WHERE a.project_id = @ProjectId
             ORDER BY s.started_on, s.stage, s.id
            """;

        private const string Permits = """
            SELECT c.id, c.application_number AS number
              FROM permits_public_case c
              JOIN deadlines_public_clock k ON k.subject_id = c.id AND k.subject_kind = 'case' AND k.limit_rule = 'permit-start'
             WHERE c.project_id = @ProjectId
             ORDER BY c.id
            """;

        public async Task<IReadOnlyList<WindowLimit>> Handle(WindowLimitsOf query, CancellationToken ct)
        {
            var limits = new List<WindowLimit>();
            foreach (var row in await db.Query<Row>(Stages, new { query.ProjectId }, ct))
            {
                var name = StageClocks.Name(catalogue.Current.Process(row.ProcessId)!, row.Stage);
                foreach (var clock in await mediator.Send(new ClocksOf("stage", row.Id), ct)) limits.Add(new(row.Number, name, clock));
            }

            foreach (var row in await db.Query<Row>(Permits, new { query.ProjectId }, ct))
            {
                foreach (var clock in await mediator.Send(new ClocksOf("case", row.Id), ct))
                    if (clock.Rule == Rules.PermitStart) limits.Add(new(row.Number, Rules.Name(clock.Rule), clock));
            }

            return limits;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public int Stage { get; init; }
            public string Number { get; init; } = "";
            public long ProcessId { get; init; }
        }
    }
}
