using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>Reads what the schedule of a project is made of; page, preview and export all read it here.</summary>
internal sealed class ScheduleReader(Db db, IMediator mediator, ZoneClock clock, CatalogueInForce catalogue, CalendarInForce calendar)
{
    private const string Saved = """
        SELECT code, days, not_before, is_dropped, is_simulated, added_name, added_after, added_before
          FROM timeline_change
         WHERE project_id = @projectId
         ORDER BY code
        """;

    public async Task<(ProjectCourse Course, IReadOnlyDictionary<string, CaseFact> Newest)> Course(ProjectFacts project, CancellationToken ct)
    {
        var newest = (await mediator.Send(new CasesOfProject(project.Id), ct)).GroupBy(c => c.ItemCode).ToDictionary(g => g.Key, g => g.Last());
        var process = catalogue.Current.Process(project.ProcessId)!;
        var items = new List<ItemCourse>();
        foreach (var item in process.Items)
        {
            if (newest.GetValueOrDefault(item.Item.Code) is not { } c || ItemStates.Of(c) is not (ItemState.Running or ItemState.Paused or ItemState.Approved)) continue;
            items.Add(new(item.Item.Code, c.AcceptedOn, ItemStates.Of(c) == ItemState.Approved ? c.DecidedOn : null, c.DueOn ?? await IfItRanAgain(c, ct)));
        }

        return (new(process, await mediator.Send(new PhasesOf(project.Id), ct), await mediator.Send(new MilestonesOf(project.Id), ct), items, clock.Today), newest);
    }

    public async Task<IReadOnlyList<Change>> Changes(long projectId, CancellationToken ct) =>
        [.. (await db.Query<Row>(Saved, new { projectId }, ct)).Select(r => new Change(
            r.Code, r.Days, r.NotBefore, r.IsDropped, r.IsSimulated, r.AddedName, r.AddedName is null ? null : (r.AddedAfter ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries), r.AddedBefore))];

    /// <summary>An open pause leaves the due date unknown: what is left of the limit, from today.</summary>
    private async Task<DateOnly?> IfItRanAgain(CaseFact c, CancellationToken ct) =>
        c.DecidedOn is null && await mediator.Send(new ClocksOf("case", c.Id), ct) is [var promised, ..] ? calendar.Current.Add(clock.Today, Math.Max(1, promised.LeftDays)).Date : null;

    private sealed record Row
    {
        public string Code { get; init; } = "";
        public int? Days { get; init; }
        public DateOnly? NotBefore { get; init; }
        public bool IsDropped { get; init; }
        public bool IsSimulated { get; init; }
        public string? AddedName { get; init; }
        public string? AddedAfter { get; init; }
        public string? AddedBefore { get; init; }
    }
}
