using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>排期与预测: land, permits and works of a project on one line: what was planned, what happened, what will happen, and what carries the risk.</summary>
internal static class ShowSchedule
{
    /// <param name="With">Changes to look at before they are saved; none shows it as it is.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code, IReadOnlyList<Change>? With = null) : IRequest<Result>;

    /// <param name="Changes">Those that are saved.</param>
    /// <param name="Standing">What is saved and planned, in a few characters: whoever saves says what they have seen.</param>
    /// <param name="Moves">Every date that the changes looked at would move; null where none are looked at.</param>
    internal sealed record Result(
        ProjectFacts Project, Process Process, IReadOnlyList<PhaseFact> Phases, DateOnly Today, Schedule Schedule, IReadOnlyList<Row> Rows, IReadOnlyList<Change> Changes, string Standing, IReadOnlyList<Move>? Moves)
    {
        public Row? Last => Rows.LastOrDefault(r => r.Code == Schedule.CriticalPath[^1]);

        /// <summary>What to push first: of what has begun, and then of what has not, what moves the whole most.</summary>
        public IReadOnlyList<Row> Risks => [.. Rows.Where(r => r.Outlook is { IfLate: > 0 } && !r.IsDone).OrderByDescending(r => r.At.IsStarted).ThenByDescending(r => r.Outlook!.IfLate).Take(5)];
    }

    /// <param name="PlannedFrom">Of an item, from the planned day of the land, each item taking what it promises.</param>
    /// <param name="At">When it can be, by what is promised.</param>
    /// <param name="Outlook">When it will probably be finished; null once it is.</param>
    /// <param name="IsAssumed">Nobody reported it, and what needs it has begun.</param>
    internal sealed record Row(
        string Code, Text Name, MilestoneKind? Milestone, int Phase, Text? Department, IReadOnlyList<string> Needs, DateOnly? PlannedFrom, DateOnly? PlannedOn, Scheduled At, bool IsOnPath,
        Outlook? Outlook, bool IsAssumed, Change? Change, string? CaseNumber)
    {
        public bool IsDone => At.IsDone;

        public bool IsMilestone => Milestone is not null;

        /// <summary>The day it is shown at: the fact, or the forecast.</summary>
        public DateOnly ShownOn => IsDone ? At.Finish : Outlook?.Likely ?? At.Finish;
    }

    /// <param name="From">Its dates as they stand; null of what is added.</param>
    /// <param name="To">As they would be; null of what is dropped.</param>
    /// <param name="Days">Working days by which it can be finished later, above 0, or earlier.</param>
    internal sealed record Move(string Code, Text Name, int Phase, Dates? From, Dates? To, int Days);

    /// <param name="Start">When it can begin, by what is promised.</param>
    /// <param name="LateFinish">The last day that delays nothing; null of what is done.</param>
    internal sealed record Dates(DateOnly? PlannedOn, DateOnly Start, DateOnly Finish, DateOnly? LateFinish, DateOnly? Likely, DateOnly? By80)
    {
        public static Dates Of(Row row) => new(row.PlannedOn, row.At.Start, row.At.Finish, row.IsDone ? null : row.At.LateFinish, row.Outlook?.Likely, row.Outlook?.By80);
    }

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/projects/{code}/schedule", async (string code, IMediator mediator) => Answer(await mediator.Send(new Query(code))))
            .Needs<Query>().WithTags("Timeline").WithSummary("A project's schedule in working days: early and late dates, slack, critical path, forecast");
        api.MapPost("/projects/{code}/schedule/preview", async (string code, IReadOnlyList<Change> changes, IMediator mediator) => Answer(await mediator.Send(new Query(code, changes))))
            .Needs<Query>().WithTags("Timeline").WithSummary("The same with changes that are not saved, and every date they would move");
    }

    private static object Answer(Result r) => new
    {
        r.Project.Code,
        r.Schedule.Start,
        r.Schedule.Finish,
        r.Schedule.CriticalPath,
        approvalWorkingDays = r.Schedule.ApprovalDays,
        builderWorkingDays = r.Schedule.BuilderDays,
        r.Changes,
        r.Standing,
        r.Moves,
        rows = r.Rows.Select(row => new
        {
            row.Code,
            row.Name,
            row.Milestone,
            row.Phase,
            row.Department,
            row.Needs,
            row.PlannedFrom,
            row.PlannedOn,
            row.At.Ready,
            row.At.Start,
            row.At.Finish,
            row.At.LateStart,
            row.At.LateFinish,
            slackWorkingDays = row.At.Slack,
            row.At.IsDone,
            row.At.IsProvisional,
            row.IsOnPath,
            row.IsAssumed,
            forecast = row.Outlook is { } o ? new { o.Likely, o.By80, o.Low, o.High, o.ChanceOfPlan, o.Cases, littleHistory = o.IsThin, ifLateWorkingDays = o.IfLate, ifEarlyWorkingDays = o.IfEarly } : null,
        }),
    };

    private sealed class Handler(Db db, IMediator mediator, ScheduleReader reader, CatalogueInForce catalogue, CalendarInForce calendar, DurationHistory history, Forecasts forecasts, Actor actor)
        : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var project = await mediator.Send(new FindProject(query.Code), ct) ?? throw Refused.NotFound(
                "project.unknown", "code", $"没有项目代码为「{query.Code}」的项目。", $"There is no project with the code “{query.Code}”.");
            project.Within(actor, Act.SeeWork);
            var (course, cases) = await reader.Course(project, ct);
            var saved = await reader.Changes(project.Id, ct);
            var durations = await history.Read(db, ct);
            var now = Work(project, course, saved, cases, durations, keep: true);
            if (query.With is not { Count: > 0 } with) return now;
            ChangeSchedule.Demand(with);
            var changes = ChangeSchedule.Merge(saved, with);
            ChangeSchedule.Check(course, calendar.Current, with, changes);
            var then = Work(project, ProjectNetwork.Planned(course, changes), changes, cases, durations, keep: false);
            return then with { Changes = saved, Standing = now.Standing, Moves = Moves(now, then, calendar.Current) };
        }

        private Result Work(ProjectFacts project, ProjectCourse course, IReadOnlyList<Change> changes, IReadOnlyDictionary<string, CaseFact> cases, DurationHistory.Picture durations, bool keep)
        {
            var (days, zero) = (calendar.Current, ProjectNetwork.Zero(course));
            var network = ProjectNetwork.Of(course, days, changes);
            var schedule = network.Run(days, zero, course.Today);
            var items = course.Process.Items.ToDictionary(i => i.Item.Code, StringComparer.Ordinal);
            var facts = course.Milestones.ToDictionary(m => ProjectPlan.Code(Enum.Parse<MilestoneKind>(m.Kind), m.Phase), StringComparer.Ordinal);
            var changed = changes.ToDictionary(c => c.Code, StringComparer.Ordinal);
            var planFrom = ProjectNetwork.PlanFrom(course.Milestones, course.Items.Min(i => i.AcceptedOn));
            var plan = Plan.Of(course.Process);
            var planned = network.Activities.Select(a => items.ContainsKey(a.Code) ? OfPlan(plan[a.Code].Finish) : facts.GetValueOrDefault(a.Code)?.PlannedOn).ToList();
            var each = network.Activities.Select(a => OfActivity(a, items, changed, durations, days, zero, course.Today, schedule[a.Code].Start)).ToList();
            Func<IReadOnlyDictionary<string, Outlook>> make = () => Forecast.Of(network, days, zero, course.Today, each, planned);
            var outlooks = keep
                ? forecasts.Get(project.Id, ProjectNetwork.Fingerprint(network, zero, course.Today, days.Edition, durations.Version, planned), make)
                : make();
            var path = schedule.CriticalPath.ToHashSet(StringComparer.Ordinal);
            var rows = network.Activities.Select((a, i) =>
            {
                var milestone = ProjectNetwork.MilestoneOf(a.Code);
                var item = items.GetValueOrDefault(a.Code)?.Item;
                var at = schedule[a.Code];
                return new Row(
                    a.Code, Name(a.Code, item, milestone, changed), milestone?.Kind, milestone?.Phase ?? 0,
                    item is null ? null : catalogue.Current.Department(item.Department)?.Name ?? new(item.Department, item.Department),
                    a.Needs, item is null ? null : OfPlan(plan[a.Code].Start), planned[i], at, path.Contains(a.Code), at.IsDone ? null : outlooks[a.Code],
                    milestone is not null && at.IsDone && facts.GetValueOrDefault(a.Code)?.ReachedOn is null, changed.GetValueOrDefault(a.Code), cases.GetValueOrDefault(a.Code)?.Number);
            }).ToList();
            return new(project, course.Process, course.Phases, course.Today, schedule, rows, changes, ChangeSchedule.Standing(changes, course.Milestones), null);

            // A plan at the end of the calendar says no more than "some day".
            DateOnly? OfPlan(int workingDays) => planFrom is { } from && days.TryAdd(from, workingDays, out var day) ? day.Date : null;
        }

        private static Text Name(string code, Item? item, (MilestoneKind Kind, int Phase)? milestone, Dictionary<string, Change> changed) =>
            item?.Name ?? (milestone is { } m ? Milestones.Name(m.Kind) : changed.GetValueOrDefault(code)?.Name is { } own ? new(own, own) : new(code, code));

        /// <summary>The history of the item in its department at this time of the year; of what has none, the guess around what it is planned to take.</summary>
        private static Duration? OfActivity(Activity a, Dictionary<string, ProcessItem> items, Dictionary<string, Change> changed, DurationHistory.Picture durations, WorkingDays days, DateOnly zero, DateOnly today, DateOnly start)
        {
            if (a.FinishedOn is not null || (a.Duration.Value == 0 && a.StartedOn is null)) return null;
            var elapsed = a.StartedOn is { } started ? days.Count(started, today).Days : 0;
            if (!items.TryGetValue(a.Code, out var item)) return durations.Of("", "", 1, a.Duration.Value).After(elapsed, a.Duration.Value);
            var promised = item.Item.Promised is { Unit: Limit.WorkingDays } limit ? limit.Value : days.Count(zero, zero.AddDays(item.Item.Promised?.Value ?? 1)).Days;
            var known = durations.Of(a.Code, item.Item.Department, start.Month, promised);
            return changed.GetValueOrDefault(a.Code)?.Days is { } other && a.StartedOn is null ? known.For(other, promised) : known.After(elapsed, promised);
        }

        private static List<Move> Moves(Result now, Result then, WorkingDays days)
        {
            var (before, after) = (now.Rows.ToDictionary(r => r.Code, StringComparer.Ordinal), then.Rows.ToDictionary(r => r.Code, StringComparer.Ordinal));
            return [.. now.Rows.Concat(then.Rows.Where(r => !before.ContainsKey(r.Code)))
                .Select(r => (r.Code, r.Name, r.Phase, From: before.GetValueOrDefault(r.Code) is { } was ? Dates.Of(was) : null, To: after.GetValueOrDefault(r.Code) is { } then ? Dates.Of(then) : null))
                .Where(m => m.From != m.To)
                .Select(m => new Move(m.Code, m.Name, m.Phase, m.From, m.To, m is { From.Finish: var from, To.Finish: var to } ? days.Count(from, to).Days - days.Count(to, from).Days : 0))];
        }
    }
}
