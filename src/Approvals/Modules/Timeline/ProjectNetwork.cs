using System.Globalization;
using System.Text;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;

namespace Approvals.Modules.Timeline;

/// <summary>How an item of the project stands, for its schedule.</summary>
/// <param name="ExpectedOn">Of a running one, the day it is due by its clock, pauses and extensions counted.</param>
internal sealed record ItemCourse(string Code, DateOnly? AcceptedOn, DateOnly? DecidedOn, DateOnly? ExpectedOn);

/// <summary>All that the schedule of a project is made of.</summary>
internal sealed record ProjectCourse(
    Process Process, IReadOnlyList<PhaseFact> Phases, IReadOnlyList<MilestoneFact> Milestones, IReadOnlyList<ItemCourse> Items, DateOnly Today);

/// <summary>What the project's people change in the schedule against the process.</summary>
/// <param name="Code">An item of the process, a milestone, or a name of their own for an item they add.</param>
/// <param name="Days">Another number of working days.</param>
/// <param name="NotBefore">It begins on this day at the earliest.</param>
/// <param name="Drop">It is not needed; what waits for it waits for what it needs.</param>
/// <param name="Simulate">模拟审批: examined beside what it needs, issued on the working day after.</param>
/// <param name="Name">Of an added item.</param>
/// <param name="After">Codes of what an added item needs.</param>
/// <param name="Before">What waits for an added item.</param>
/// <param name="PlannedOn">A milestone is planned for this day. It is the plan that keeps it, not the changes of the schedule.</param>
internal sealed record Change(
    string Code, int? Days = null, DateOnly? NotBefore = null, bool Drop = false, bool Simulate = false, string? Name = null, IReadOnlyList<string>? After = null, string? Before = null, DateOnly? PlannedOn = null)
{
    public bool IsNone => Days is null && NotBefore is null && !Drop && !Simulate && Name is null && PlannedOn is null;

    /// <summary>With what is changed besides: the newer word on each point. What is dropped has nothing else, and whatever else is said of it takes it up again.</summary>
    public Change Then(Change other) => Drop || other.Drop ? other : new(
        Code, other.Days ?? Days, other.NotBefore ?? NotBefore, false, Simulate || other.Simulate, other.Name ?? Name, other.Name is null ? After : other.After, other.Name is null ? Before : other.Before, other.PlannedOn);
}

/// <summary>The network of one project: the process and the plan's template, what happened, and what its people changed.</summary>
internal static class ProjectNetwork
{
    /// <summary>The earliest day anything is known of; what needs nothing begins there.</summary>
    public static DateOnly Zero(ProjectCourse course) =>
        course.Milestones.Select(m => m.ReachedOn).Concat(course.Items.Select(i => i.AcceptedOn)).Where(d => d is not null).Append(course.Today).Min()!.Value;

    public static Network Of(ProjectCourse course, WorkingDays days, IReadOnlyList<Change> changes) => Network.Of(Begun(Passed(Changed(Bare(course, days), changes)), course));

    /// <summary>The project with the days that are planned anew.</summary>
    public static ProjectCourse Planned(ProjectCourse course, IReadOnlyList<Change> changes)
    {
        var milestones = course.Milestones.ToList();
        foreach (var change in changes.Where(c => c.PlannedOn is not null))
        {
            if (MilestoneOf(change.Code) is not { } of) continue;
            var at = milestones.FindIndex(m => m.Kind == of.Kind.ToString() && m.Phase == of.Phase);
            if (at >= 0) milestones[at] = milestones[at] with { PlannedOn = change.PlannedOn };
            else milestones.Add(new() { Kind = of.Kind.ToString(), Phase = of.Phase, PlannedOn = change.PlannedOn });
        }

        return course with { Milestones = milestones };
    }

    /// <summary>The day from which the items are planned: that of the land as planned, or else as it was acquired, or else that of the first acceptance.</summary>
    public static DateOnly? PlanFrom(IReadOnlyList<MilestoneFact> milestones, DateOnly? firstAccepted) =>
        milestones.FirstOrDefault(m => m.Kind == nameof(MilestoneKind.LandAcquired) && m.Phase == 0) is { } land ? land.PlannedOn ?? land.ReachedOn ?? firstAccepted : firstAccepted;

    /// <summary>What nobody reports the beginning of, such as the works, has begun once all it waits for was there: else its days would begin anew each morning.</summary>
    private static List<Activity> Begun(List<Activity> activities, ProjectCourse course)
    {
        var items = course.Process.Items.Select(i => i.Item.Code).ToHashSet(StringComparer.Ordinal);
        var finished = activities.ToDictionary(a => a.Code, a => a.FinishedOn, StringComparer.Ordinal);
        return [.. activities.Select(a =>
        {
            if (items.Contains(a.Code) || a.FinishedOn is not null || a.Duration.Value == 0 || a.Needs.Count == 0 || a.Needs.Any(need => finished.GetValueOrDefault(need) is null)) return a;
            var begun = a.Needs.Max(need => finished[need]);
            if (a.NotBefore > begun) begun = a.NotBefore;
            return begun <= course.Today ? a with { StartedOn = begun } : a;
        })];
    }

    /// <summary>What is not reported and yet lies behind, because what needs it has begun: nobody waits for it.</summary>
    private static List<Activity> Passed(List<Activity> activities)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            for (var i = 0; i < activities.Count; i++)
            {
                var a = activities[i];
                if (a.FinishedOn is not null || !IsMilestone(a.Code)) continue;
                var begun = activities.Where(other => other.Needs.Contains(a.Code)).Select(other => other.StartedOn ?? other.FinishedOn).Where(d => d is not null).Min();
                if (begun is null) continue;
                activities[i] = a with { FinishedOn = begun };
                moved = true;
            }
        }

        return activities;
    }

    public static bool IsMilestone(string code) => MilestoneOf(code) is not null;

    public static (MilestoneKind Kind, int Phase)? MilestoneOf(string code)
    {
        var parts = code.Split('@');
        if (!Enum.TryParse<MilestoneKind>(parts[0], out var kind) || !Enum.IsDefined(kind) || char.IsDigit(parts[0][0])) return null;
        if (parts.Length == 1) return (kind, 0);
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var phase) && phase > 0 ? (kind, phase) : null;
    }

    private static List<Activity> Bare(ProjectCourse course, WorkingDays days)
    {
        var facts = course.Milestones.ToDictionary(m => (m.Kind, m.Phase));
        var courses = course.Items.ToDictionary(i => i.Code, StringComparer.Ordinal);
        var activities = new List<Activity>();
        foreach (var item in course.Process.Items)
        {
            var activity = new Activity(item.Item.Code, item.Item.Promised ?? new(0, Limit.WorkingDays), ProjectPlan.NeedsOf(item));
            if (courses.GetValueOrDefault(item.Item.Code) is { AcceptedOn: { } accepted } c)
            {
                activity = activity with { StartedOn = accepted, FinishedOn = c.DecidedOn };
                if (c is { DecidedOn: null, ExpectedOn: { } expected }) activity = activity with { Duration = new(days.Count(accepted, expected).Days, Limit.WorkingDays) };
            }

            activities.Add(activity);
        }

        foreach (var step in ProjectPlan.StepsOf(course.Process.Code))
        {
            var needs = ProjectPlan.NeedsOf(step, course.Process);
            if (course.Phases.Count == 0 || !ProjectPlan.IsOfWorks(step.Kind))
            {
                activities.Add(Milestone(step, 0, step.Days, needs, facts));
                continue;
            }

            foreach (var phase in course.Phases)
            {
                var own = needs.Select(need => MilestoneOf(need) is { } before && ProjectPlan.IsOfWorks(before.Kind) ? ProjectPlan.Code(before.Kind, phase.Number) : need).ToList();
                var activity = Milestone(step, phase.Number, step.Days, own, facts);
                // A later phase begins when it is planned for.
                activities.Add(step.Kind == MilestoneKind.ConstructionStarted && phase.Number > 1 ? activity with { NotBefore = facts.GetValueOrDefault((step.Kind.ToString(), phase.Number))?.PlannedOn } : activity);
            }

            // The project as a whole starts with its first phase, whichever that is, and is through with the last.
            var whole = Milestone(step, 0, 0, step.Kind == MilestoneKind.ConstructionStarted ? [ProjectPlan.Code(step.Kind, First(course))] : [.. course.Phases.Select(p => ProjectPlan.Code(step.Kind, p.Number))], facts);
            activities.Add(whole with { FinishedOn = Spans.Reached(course.Milestones, step.Kind, course.Phases.Count) });
        }

        return activities;
    }

    private static int First(ProjectCourse course) =>
        course.Milestones.Where(m => m is { Kind: nameof(MilestoneKind.ConstructionStarted), Phase: > 0, ReachedOn: not null }).MinBy(m => m.ReachedOn)?.Phase ?? course.Phases[0].Number;

    private static Activity Milestone(PlanStep step, int phase, int workingDays, IReadOnlyList<string> needs, Dictionary<(string, int), MilestoneFact> facts) =>
        new(ProjectPlan.Code(step.Kind, phase), new(workingDays, Limit.WorkingDays), needs) { IsBuilders = step.IsBuilders, FinishedOn = facts.GetValueOrDefault((step.Kind.ToString(), phase))?.ReachedOn };

    private static List<Activity> Changed(List<Activity> activities, IReadOnlyList<Change> changes)
    {
        foreach (var change in changes.Where(c => c.Name is not null))
        {
            activities.Add(new(change.Code, new(change.Days ?? 0, Limit.WorkingDays), change.After ?? []) { NotBefore = change.NotBefore });
            if (change.Before is not { } before) continue;
            var at = activities.FindIndex(a => a.Code == before);
            if (at >= 0) activities[at] = activities[at] with { Needs = [.. activities[at].Needs, change.Code] };
        }

        foreach (var change in changes.Where(c => c.Name is null))
        {
            var at = activities.FindIndex(a => a.Code == change.Code);
            if (at < 0) continue;
            var a = activities[at];
            if (change.Drop && a.FinishedOn is null)
            {
                activities.RemoveAt(at);
                for (var i = 0; i < activities.Count; i++)
                    if (activities[i].Needs.Contains(a.Code)) activities[i] = activities[i] with { Needs = [.. activities[i].Needs.Where(n => n != a.Code).Concat(a.Needs).Distinct()] };
                continue;
            }

            activities[at] = a with
            {
                Duration = change.Days is { } days ? new(days, Limit.WorkingDays) : a.Duration,
                NotBefore = change.NotBefore ?? a.NotBefore,
                IsSimulated = change.Simulate || a.IsSimulated,
            };
        }

        return activities;
    }

    /// <summary>All that a forecast depends on, in a few hundred characters.</summary>
    public static string Fingerprint(Network network, DateOnly zero, DateOnly today, long edition, long history, IReadOnlyList<DateOnly?> planned)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{zero.DayNumber} {today.DayNumber} {edition} {history}");
        for (var i = 0; i < network.Activities.Count; i++)
        {
            var a = network.Activities[i];
            text.Append(CultureInfo.InvariantCulture, $"|{a.Code} {a.Duration.Value}{a.Duration.Unit} {a.StartedOn?.DayNumber} {a.FinishedOn?.DayNumber} {a.NotBefore?.DayNumber} {a.IsSimulated} {planned[i]?.DayNumber} {string.Join(',', a.Needs)}");
        }

        return text.ToString();
    }
}
