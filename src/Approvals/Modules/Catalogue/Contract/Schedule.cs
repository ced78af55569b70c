using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Catalogue.Contract;

/// <summary>A time in which an activity stands still: the days after <paramref name="From"/> up to and including <paramref name="To"/> are not counted; without an end it lasts until today at least.</summary>
internal readonly record struct Standstill(DateOnly From, DateOnly? To);

/// <summary>One thing that takes time in a project: an approval item, a step of the land, a part of the works.</summary>
/// <param name="Code">Its name within the network.</param>
/// <param name="Duration">In working or calendar days; 0 is a point in time.</param>
/// <param name="Needs">Codes of what must be finished first.</param>
internal sealed record Activity(string Code, Limit Duration, IReadOnlyList<string> Needs)
{
    /// <summary>Working days in the builder's hands before it begins, though all it needs is there.</summary>
    public int BuilderDays { get; init; }

    /// <summary>The builder's own work, such as the construction; its time is no approval time.</summary>
    public bool IsBuilders { get; init; }

    /// <summary>It does not begin before this day, whatever it needs.</summary>
    public DateOnly? NotBefore { get; init; }

    public DateOnly? StartedOn { get; init; }

    public DateOnly? FinishedOn { get; init; }

    /// <summary>In order and apart from each other.</summary>
    public IReadOnlyList<Standstill> Pauses { get; init; } = [];

    /// <summary>模拟审批: it is examined beside what it needs, and issued on the first working day after that.</summary>
    public bool IsSimulated { get; init; }
}

/// <summary>When one activity can be, and by when it must be.</summary>
/// <param name="Ready">The day on which all it needs is done; the builder's time lies between it and the start.</param>
/// <param name="Start">The day from which it is counted, itself not counted.</param>
/// <param name="LateFinish">The last day on which it may be finished without delaying the whole.</param>
/// <param name="Slack">Working days by which it may finish later without delaying the whole.</param>
/// <param name="IsProvisional">It rests on a year without a published calendar.</param>
internal sealed record Scheduled(
    string Code, DateOnly Ready, DateOnly Start, DateOnly Finish, DateOnly LateStart, DateOnly LateFinish, int Slack, bool IsStarted, bool IsDone, bool IsProvisional)
{
    public bool IsCritical => Slack == 0 && !IsDone;
}

/// <param name="Activities">In an order in which each stands after all it needs.</param>
/// <param name="CriticalPath">The chain that makes the finish: of each the need that was, or will be, finished last.</param>
/// <param name="ApprovalDays">Working days along the critical path in the hands of the departments.</param>
/// <param name="BuilderDays">Working days along the critical path in the hands of the builder: waiting for him, and his own work.</param>
internal sealed record Schedule(IReadOnlyList<Scheduled> Activities, IReadOnlyList<string> CriticalPath, DateOnly Start, DateOnly Finish, int ApprovalDays, int BuilderDays)
{
    private readonly Dictionary<string, Scheduled> byCode = Activities.ToDictionary(a => a.Code, StringComparer.Ordinal);

    public Scheduled this[string code] => byCode[code];

    public Scheduled? Find(string code) => byCode.GetValueOrDefault(code);
}

/// <summary>
/// What needs what in one project, and its arithmetic: the forward and the backward pass in working days. The one place
/// where a date of a project is worked out; plan, forecast and preview differ only in what they put in.
/// </summary>
internal sealed class Network
{
    private static readonly DateOnly End = new(WorkingDays.LastYear, 12, 31);

    private readonly Activity[] activities;
    private readonly int[][] needs;
    private readonly int[] last;

    private Network(Activity[] activities, int[][] needs)
    {
        (this.activities, this.needs) = (activities, needs);
        var needed = new bool[activities.Length];
        foreach (var list in needs)
            foreach (var n in list) needed[n] = true;
        last = [.. Enumerable.Range(0, activities.Length).Where(i => !needed[i])];
    }

    /// <summary>In the order of the passes.</summary>
    public IReadOnlyList<Activity> Activities => activities;

    /// <exception cref="InvalidOperationException">Some need each other, or something unknown: the catalogue and the changes of a project are checked before they come here.</exception>
    public static Network Of(IReadOnlyList<Activity> given)
    {
        var place = new Dictionary<string, int>(given.Count, StringComparer.Ordinal);
        var (order, needs) = (new Activity[given.Count], new int[given.Count][]);
        var done = new bool[given.Count];
        for (var count = 0; count < given.Count;)
        {
            var before = count;
            for (var i = 0; i < given.Count; i++)
            {
                if (done[i] || !Ready(given[i], place)) continue;
                done[i] = true;
                order[count] = given[i];
                needs[count] = given[i].Needs.Count == 0 ? [] : [.. given[i].Needs.Select(n => place[n])];
                place.Add(given[i].Code, count++);
            }

            if (count == before)
                throw new InvalidOperationException($"These need each other, or something unknown: {string.Join(", ", given.Where((_, i) => !done[i]).Select(a => a.Code))}.");
        }

        return new(order, needs);
    }

    /// <param name="days">The calendar.</param>
    /// <param name="zero">The day from which what needs nothing can begin; it is not counted.</param>
    /// <param name="today">What has not begun begins on this day at the earliest, and what is not finished is finished on it at the earliest. None for a plan.</param>
    public Schedule Run(WorkingDays days, DateOnly zero, DateOnly? today = null)
    {
        var n = activities.Length;
        var (ready, start, finish, lateFinish, lateStart) = (new DateOnly[n], new DateOnly[n], new DateOnly[n], new DateOnly[n], new DateOnly[n]);
        var whole = Forward(days, zero, today ?? zero, null, ready, start, finish);
        Array.Fill(lateFinish, whole);
        for (var i = n - 1; i >= 0; i--)
        {
            var a = activities[i];
            lateStart[i] = a.StartedOn is not null || a.FinishedOn is not null ? start[i] : Before(days, lateFinish[i], a.Duration);
            // What has begun holds nothing back any more, but for the issue after a simulated approval.
            if (a.FinishedOn is not null || (a.StartedOn is not null && !a.IsSimulated)) continue;
            var by = a.IsSimulated ? Back(days, lateFinish[i], 1) : a.BuilderDays > 0 ? Back(days, lateStart[i], a.BuilderDays) : lateStart[i];
            foreach (var need in needs[i])
                if (by < lateFinish[need]) lateFinish[need] = by;
        }

        var scheduled = new Scheduled[n];
        for (var i = 0; i < n; i++)
        {
            var a = activities[i];
            var isDone = a.FinishedOn is not null;
            var provisional = !isDone && (needs[i].Any(need => scheduled[need].IsProvisional) || days.Count(start[i], finish[i]).IsProvisional);
            scheduled[i] = new(a.Code, ready[i], start[i], finish[i], lateStart[i], lateFinish[i], days.Count(finish[i], lateFinish[i]).Days, isDone || a.StartedOn is not null, isDone, provisional);
        }

        var path = Path(finish);
        var (approval, builder) = (0, 0);
        for (var k = 0; k < path.Count; k++)
        {
            var from = k == 0 ? zero : finish[path[k - 1]];
            // A need may be finished after what needed it had begun: the path counts each day once.
            var begins = start[path[k]] < from ? from : start[path[k]];
            var waited = k == 0 ? 0 : days.Count(from, begins).Days;
            var own = days.Count(k == 0 ? from : begins, finish[path[k]]).Days;
            builder += waited + (activities[path[k]].IsBuilders ? own : 0);
            approval += activities[path[k]].IsBuilders ? 0 : own;
        }

        return new(scheduled, [.. path.Select(i => activities[i].Code)], zero, whole, approval, builder);
    }

    /// <summary>The forward pass alone, for simulations.</summary>
    /// <param name="sampled">Working days of each activity, which stand for its duration and its pauses; below 0 is the activity's own.</param>
    /// <param name="finish">Where the finishes go, in the order of <see cref="Activities"/>.</param>
    /// <returns>The last of them.</returns>
    public DateOnly Forward(WorkingDays days, DateOnly zero, DateOnly today, ReadOnlySpan<int> sampled, Span<DateOnly> finish) =>
        Forward(days, zero, today, sampled, default, default, finish);

    private DateOnly Forward(WorkingDays days, DateOnly zero, DateOnly today, ReadOnlySpan<int> sampled, Span<DateOnly> readyOn, Span<DateOnly> startOn, Span<DateOnly> finishOn)
    {
        var whole = zero;
        for (var i = 0; i < activities.Length; i++)
        {
            var a = activities[i];
            var ready = zero;
            foreach (var need in needs[i])
                if (finishOn[need] > ready) ready = finishOn[need];
            DateOnly start, finish;
            if (a.FinishedOn is { } finished)
            {
                (start, finish) = (a.StartedOn ?? (ready < finished ? ready : finished), finished);
            }
            else
            {
                start = a.StartedOn ?? Latest(a.IsSimulated ? zero : a.BuilderDays > 0 ? After(days, ready, a.BuilderDays) : ready, a.NotBefore, today);
                finish = sampled.Length > 0 && sampled[i] >= 0
                    ? After(days, start, sampled[i])
                    : Finish(days, a, start, today);
                if (a.IsSimulated && After(days, ready, 1) is var issued && issued > finish) finish = issued;
                // What is not finished is not finished before today.
                if (finish < today) finish = days.OnOrAfter(today).Date;
            }

            if (readyOn.Length > 0) (readyOn[i], startOn[i]) = (ready, start);
            finishOn[i] = finish;
            if (finish > whole) whole = finish;
        }

        return whole;
    }

    private static bool Ready(Activity activity, Dictionary<string, int> place)
    {
        foreach (var need in activity.Needs)
            if (!place.ContainsKey(need)) return false;
        return true;
    }

    private static DateOnly Latest(DateOnly day, DateOnly? other, DateOnly today)
    {
        if (other is { } given && given > day) day = given;
        return today > day ? today : day;
    }

    private static DateOnly Finish(WorkingDays days, Activity a, DateOnly start, DateOnly today)
    {
        var inWorkingDays = a.Duration.Unit == Limit.WorkingDays;
        if (a.Duration.Value == 0) return start;
        var finish = inWorkingDays ? After(days, start, a.Duration.Value) : start.AddDays(a.Duration.Value);
        foreach (var pause in a.Pauses)
        {
            var to = pause.To ?? (today > pause.From ? today : pause.From);
            var from = pause.From > start ? pause.From : start;
            if (pause.From >= finish || to <= from) continue;
            finish = inWorkingDays ? After(days, finish, days.Count(from, to).Days) : finish.AddDays(to.DayNumber - from.DayNumber);
        }

        // A time that ends on a day off ends on the next working day (民法典 203).
        return inWorkingDays ? finish : After(days, finish.AddDays(-1), 1);
    }

    private static DateOnly After(WorkingDays days, DateOnly start, int count) => days.TryAdd(start, count, out var due) ? due.Date : End;

    private static DateOnly Before(WorkingDays days, DateOnly finish, Limit duration) => duration.Value == 0
        ? finish
        : duration.Unit == Limit.WorkingDays ? Back(days, finish, duration.Value) : Back(days, Back(days, finish, 0).AddDays(-duration.Value), 0);

    private static DateOnly Back(WorkingDays days, DateOnly day, int count) => WorkingDays.Covers(day) ? days.Back(day, count) : day;

    private List<int> Path(DateOnly[] finish)
    {
        var path = new List<int>();
        for (var i = Last(last, finish); i >= 0; i = Last(needs[i], finish)) path.Add(i);
        path.Reverse();
        return path;
    }

    private static int Last(int[] among, DateOnly[] finish)
    {
        var best = -1;
        foreach (var i in among)
            if (best < 0 || finish[i] > finish[best]) best = i;
        return best;
    }
}
