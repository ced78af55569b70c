using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// The open cases of an item whose limits are not those of the version in force, and what the new ones would move. A
/// limit that the new version has no counterpart for, or that is new with it, is left to new cases.
/// </summary>
internal static class PreviewLimits
{
    public const int PageSize = 200;

    /// <param name="Code">The item.</param>
    /// <param name="After">The last number of the page before.</param>
    /// <param name="Rows">How many.</param>
    [Needs(Act.ChangeLimits)]
    internal sealed record Query(string Code, string? After = null, int Rows = PageSize) : IRequest<Result>;

    /// <param name="Current">The version in force.</param>
    /// <param name="Next">What to ask after; null on the last page.</param>
    internal sealed record Result(Item Current, IReadOnlyList<Line> Lines, string? Next);

    /// <summary>One case, with its promised and its law's limit: as they are and as they would be.</summary>
    /// <param name="Id">For the command that applies it.</param>
    internal sealed record Line(long Id, string Number, string ProjectName, CaseStatus Status, DateOnly? AcceptedOn, bool IsPaused, IReadOnlyList<Changed> Limits)
    {
        /// <summary>A running date would move, or one that is unknown may.</summary>
        public bool Moves => Limits.Any(l => l.DueNow != l.DueThen);
    }

    internal sealed record Changed(string Rule, Limit Old, Limit New, DateOnly? DueNow, DateOnly? DueThen, bool IsProvisional);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/catalogue/items/{code}/limits", (string code, string? after, int? rows, IMediator mediator) => mediator.Send(new Query(code, after, rows ?? PageSize)))
            .Needs<Query>().WithSummary("Open cases that keep older limits of an item, and what the present ones would move").WithTags("Permits");

    private sealed record Row
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public CaseStatus Status { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DueOn { get; init; }
        public int? PromisedLimit { get; init; }
        public string? PromisedUnit { get; init; }
        public int? StatutoryLimit { get; init; }
        public string? StatutoryUnit { get; init; }
        public string ProjectName { get; init; } = "";
    }

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CatalogueInForce catalogue) : IRequestHandler<Query, Result>
    {
        private const string Open = """
            SELECT c.id, c.number, c.status, c.accepted_on, c.due_on, c.promised_limit, c.promised_unit, c.statutory_limit, c.statutory_unit,
                   (SELECT p.name FROM projects_public_project p WHERE p.id = c.project_id) AS project_name
              FROM permits_case c
             WHERE c.item_code = @code AND c.status IN (1, 3, 6, 7, 8, 9, 10, 16) AND c.number > @after
               AND (c.promised_limit <> @promised OR c.promised_unit <> @promisedUnit OR c.statutory_limit <> @statutory OR c.statutory_unit <> @statutoryUnit)
             ORDER BY c.number
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var code = query.Code.Trim().ToUpperInvariant();
            var item = catalogue.Current.ItemInForce(code, clock.Today)
                ?? throw Refused.NotFound("catalogue.unknownItem", "code", $"目录中没有施行中的事项「{query.Code}」。", $"The catalogue has no item “{query.Code}” in force.");
            new Check().That(query.Rows is > 0 and <= ListCases.LargestPage, "list.rows", "rows", $"每页 1 至 {ListCases.LargestPage} 行。", $"A page has 1 to {ListCases.LargestPage} rows.").Done();
            var rows = await db.First<Row>(
                query.Rows + 1,
                Open,
                new
                {
                    code,
                    after = query.After?.Trim().ToUpperInvariant() ?? "",
                    promised = item.Promised?.Value,
                    promisedUnit = item.Promised?.Unit,
                    statutory = item.Statutory?.Value,
                    statutoryUnit = item.Statutory?.Unit,
                },
                ct);
            var page = rows.Take(query.Rows).ToList();
            var changes = page.ToDictionary(r => r.Id, r => Changes(r, item));
            var dates = (await mediator.Send(new PreviewChangedLimits([.. changes.SelectMany(c => c.Value.Select(l => new ChangedLimit("case", c.Key, l.Rule, l.New)))]), ct))
                .ToDictionary(d => (d.SubjectId, d.Rule));
            return new(item, page.ConvertAll(r => new Line(
                r.Id, r.Number, r.ProjectName, r.Status, r.AcceptedOn, r.AcceptedOn is not null && r.Status is CaseStatus.CorrectionOpened or CaseStatus.SpecialProcedureStarted,
                [.. changes[r.Id].Select(l => dates.TryGetValue((r.Id, l.Rule), out var d) ? l with { DueNow = d.From, DueThen = d.To, IsProvisional = d.IsProvisional } : l)])),
                rows.Count > query.Rows ? page[^1].Number : null);
        }

        private static List<Changed> Changes(Row row, Item item)
        {
            var found = new List<Changed>();
            if (row.PromisedLimit is { } promised && item.Promised is { } newPromised && new Limit(promised, row.PromisedUnit!) is var was && was != newPromised)
                found.Add(new(Rules.Promised, was, newPromised, null, null, false));
            if (row.StatutoryLimit is { } statutory && item.Statutory is { } newStatutory && new Limit(statutory, row.StatutoryUnit!) is var law && law != newStatutory)
                found.Add(new(Rules.Statutory, law, newStatutory, null, null, false));
            return found;
        }
    }
}
