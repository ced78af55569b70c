using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Land.Contract;
using Approvals.Modules.OneWindow.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>Where a project stands: its milestones, its land and its items, plan beside fact.</summary>
internal static class ShowTimeline
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code) : IRequest<Result>;

    /// <param name="Plan">The earliest course of the project's process, in working-day numbers.</param>
    /// <param name="PlanFrom">Day 0 of the plan: the day of the land as planned, or as it was acquired, or the first acceptance; null before any.</param>
    internal sealed record Result(
        ProjectFacts Project,
        Process Process,
        string? Manager,
        string? Agent,
        IReadOnlyList<PhaseFact> Phases,
        IReadOnlyList<MilestoneRow> Milestones,
        Span? LandToStart,
        Span? HandoverToTitle,
        IReadOnlyList<ParcelFact> Parcels,
        Plan Plan,
        DateOnly? PlanFrom,
        IReadOnlyList<ItemRow> Items,
        IReadOnlyList<WindowLimit> Limits);

    /// <param name="Difference">Working days from the plan to the fact, or to today where it is past its plan: above 0 is late. Null where there is nothing to compare.</param>
    internal sealed record MilestoneRow(int Phase, MilestoneKind Kind, DateOnly? PlannedOn, DateOnly? ReachedOn, int? Difference, bool IsProvisional)
    {
        public bool IsOverdue => ReachedOn is null && Difference > 0;
    }

    /// <param name="PlannedFrom">The earliest day by the process, each item taking what it promises.</param>
    internal sealed record ItemRow(
        string Code, Text Name, Text Department, int Stage, IReadOnlyList<string> Needs, PlannedItem Planned, DateOnly? PlannedFrom, DateOnly? PlannedTo, bool IsPlanProvisional,
        ItemState State, CaseStatus? Status, string? CaseNumber, DateOnly? AcceptedOn, DateOnly? DecidedOn, DateOnly? DueOn, bool IsDueProvisional, Light? Light, int LeftDays, IReadOnlyList<string> BlockedBy)
    {
        /// <summary>The state in a few words: what is left of its time, or what it waits for.</summary>
        public Text Standing => (State, Light) switch
        {
            (ItemState.Running, { } light) => Lights.Words(light, LeftDays),
            (ItemState.Blocked, _) when BlockedBy.Count is > 0 and <= 2 => new($"等 {string.Join("、", BlockedBy)}", $"waits for {string.Join(", ", BlockedBy)}"),
            (ItemState.Blocked, _) when BlockedBy.Count > 2 => new($"等 {BlockedBy.Count} 项", $"waits for {BlockedBy.Count}"),
            (ItemState.Approved, _) => new($"已办结 {Words.Day(DecidedOn)}", $"approved {Words.Day(DecidedOn)}"),
            (ItemState.Ended, _) => Status!.Value.Name(),
            _ => ItemStates.Name(State),
        };
    }

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/projects/{code}/timeline", async (string code, IMediator mediator, CancellationToken ct) =>
        {
            var t = await mediator.Send(new Query(code), ct);
            return new
            {
                t.Project.Code,
                t.Project.Name,
                t.Project.Enterprise,
                process = t.Process.Code,
                processVersion = t.Process.Version,
                investmentYuan = (decimal)t.Project.InvestmentFen / 100,
                landAreaM2 = (decimal)t.Project.LandAreaDm2 / 100,
                t.Manager,
                t.Agent,
                milestones = t.Milestones.Select(m => new { m.Phase, m.Kind, m.PlannedOn, m.ReachedOn, differenceWorkingDays = m.Difference, m.IsProvisional }),
                t.LandToStart,
                t.HandoverToTitle,
                parcels = t.Parcels,
                t.Limits,
                planWorkingDays = t.Plan.Total,
                t.Plan.CriticalPath,
                t.PlanFrom,
                items = t.Items.Select(i => new
                {
                    i.Code,
                    i.Name,
                    i.Department,
                    i.Stage,
                    i.Needs,
                    workingDays = i.Planned.Days,
                    startDay = i.Planned.Start,
                    finishDay = i.Planned.Finish,
                    i.Planned.IsCritical,
                    i.PlannedFrom,
                    i.PlannedTo,
                    i.State,
                    i.CaseNumber,
                    i.AcceptedOn,
                    i.DecidedOn,
                    i.DueOn,
                    i.IsDueProvisional,
                    i.Light,
                    leftDays = i.Light is null ? (int?)null : i.LeftDays,
                    i.BlockedBy,
                }),
            };
        })
        .Needs<Query>().WithTags("Timeline").WithSummary("A project's milestones, land and items: plan beside fact");

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CatalogueInForce catalogue, CalendarInForce calendar, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string People = "SELECT id, name FROM access_public_user WHERE id IN @ids";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var project = await mediator.Send(new FindProject(query.Code), ct) ?? throw Refused.NotFound(
                "project.unknown", "code", $"没有项目代码为「{query.Code}」的项目。", $"There is no project with the code “{query.Code}”.");
            project.Within(actor, Act.SeeWork);
            var (today, days) = (clock.Today, calendar.Current);
            var process = catalogue.Current.Process(project.ProcessId)!;
            var plan = Plan.Of(process);
            var milestones = await mediator.Send(new MilestonesOf(project.Id), ct);
            var cases = await mediator.Send(new CasesOfProject(project.Id), ct);
            var planFrom = ProjectNetwork.PlanFrom(milestones, cases.Min(c => c.AcceptedOn));
            var items = new List<ItemRow>();
            foreach (var item in process.Items) items.Add(await Row(item, plan[item.Item.Code], cases.LastOrDefault(c => c.ItemCode == item.Item.Code), planFrom, days, ct));

            var people = (await db.Query<Somebody>(People, new { ids = new[] { project.ManagerId ?? 0, project.AgentId ?? 0 } }, ct)).ToDictionary(p => p.Id, p => p.Name);
            return new(
                project, process, people.GetValueOrDefault(project.ManagerId ?? 0), people.GetValueOrDefault(project.AgentId ?? 0),
                await mediator.Send(new PhasesOf(project.Id), ct),
                [.. milestones.Select(m => Beside(m, days, today))],
                Spans.LandToStart(milestones, process, days, today),
                Spans.HandoverToTitle(milestones, days, today),
                await mediator.Send(new ParcelsOf(project.Id), ct),
                plan, planFrom, items, await mediator.Send(new WindowLimitsOf(project.Id), ct));
        }

        private static MilestoneRow Beside(MilestoneFact fact, WorkingDays calendar, DateOnly today)
        {
            var kind = Enum.Parse<MilestoneKind>(fact.Kind);
            if (fact.PlannedOn is not { } planned) return new(fact.Phase, kind, null, fact.ReachedOn, null, false);
            if (fact.ReachedOn is null && planned >= today) return new(fact.Phase, kind, planned, null, null, false);
            var end = fact.ReachedOn ?? today;
            var (late, early) = (calendar.Count(planned, end), calendar.Count(end, planned));
            return new(fact.Phase, kind, planned, fact.ReachedOn, late.Days - early.Days, late.IsProvisional || early.IsProvisional);
        }

        private async Task<ItemRow> Row(ProcessItem item, PlannedItem planned, CaseFact? newest, DateOnly? planFrom, WorkingDays calendar, CancellationToken ct)
        {
            var state = ItemStates.Of(newest);
            var clock = state == ItemState.Running && await mediator.Send(new ClocksOf("case", newest!.Id), ct) is [var promised, ..] ? promised : null;
            DueDay? from = planFrom is { } zero && calendar.TryAdd(zero, planned.Start, out var begins) ? begins : null;
            DueDay? to = planFrom is { } start && calendar.TryAdd(start, planned.Finish, out var ends) ? ends : null;
            return new(
                item.Item.Code, item.Item.Name, catalogue.Current.Department(item.Item.Department)?.Name ?? new(item.Item.Department, item.Item.Department), item.Stage, item.Needs,
                planned, from?.Date, to?.Date, to?.IsProvisional ?? false,
                state, newest?.Status, newest?.Number, newest?.AcceptedOn, newest?.DecidedOn, newest?.DueOn, newest?.IsDueProvisional ?? false,
                clock?.Light, clock?.LeftDays ?? 0, newest?.BlockedBy ?? []);
        }

        private sealed record Somebody
        {
            public long Id { get; init; }
            public string Name { get; init; } = "";
        }
    }
}
