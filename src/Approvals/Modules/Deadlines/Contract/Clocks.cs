using Approvals.Messaging;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Deadlines.Contract;

/// <summary>What a clock counts towards. Stored by these words.</summary>
internal static class Rules
{
    public const string Promised = "promised";
    public const string Statutory = "statutory";

    /// <summary>The limit of a stage of the process, for all its cases together.</summary>
    public const string Stage = "stage";

    /// <summary>Those that run from acceptance to decision, and that a pause or an extension moves.</summary>
    public static readonly string[] OfDecision = [Promised, Statutory, Stage];

    /// <summary>The window's answer to an application, 5 working days (行政许可法 32).</summary>
    public const string Answer = "answer";

    /// <summary>Delivery of the result, 10 working days from the decision (行政许可法 44).</summary>
    public const string Delivery = "delivery";

    /// <summary>The longest a pause may last.</summary>
    public const string Pause = "pause";

    /// <summary>A document owed after approval; followed by a colon and its code.</summary>
    public const string Owed = "owed";

    /// <summary>Holding the hearing, 20 working days from the request (行政许可法 47).</summary>
    public const string Hearing = "hearing";

    /// <summary>Works start within three months of the construction permit (建筑法 9).</summary>
    public const string PermitStart = "permit-start";

    /// <summary>The price of the land is paid.</summary>
    public const string Payment = "payment";

    /// <summary>The site is handed over.</summary>
    public const string Handover = "handover";

    /// <summary>The title certificate, on the day of the handover where all is there.</summary>
    public const string Title = "title";

    /// <summary>Works start by the date of the land contract; one and two years later the land is idle (闲置土地处置办法).</summary>
    public const string LandStart = "land-start";
    public const string IdleFee = "idle-fee";
    public const string IdleTaking = "idle-taking";

    /// <summary>The answer to a supervision order (督办单).</summary>
    public const string Order = "order";

    public static Text Name(string rule)
    {
        var colon = rule.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? rule : rule[..colon]) switch
        {
            Promised => new("承诺时限", "Promised limit"),
            Statutory => new("法定时限", "Statutory limit"),
            Stage => new("阶段时限", "Stage limit"),
            Answer when colon >= 0 => new("补正后答复", "Answer after the correction"),
            Answer => new("收件答复", "Answer to the application"),
            Delivery => new("送达结果", "Delivery of the result"),
            Pause => new("暂停最长时间", "Longest pause"),
            Owed => new($"补交材料 {rule[(colon + 1)..]}", $"Owed document {rule[(colon + 1)..]}"),
            Hearing => new("举行听证", "Hearing"),
            PermitStart => new("领证后开工", "Start of works after the permit"),
            Payment => new("缴清价款", "Payment of the price"),
            Handover => new("交地", "Handover of the site"),
            Title => new("交证", "Title certificate"),
            LandStart => new("约定动工", "Start of works by contract"),
            IdleFee => new("闲置满一年", "Idle for one year"),
            IdleTaking => new("闲置满两年", "Idle for two years"),
            Order => new("督办答复", "Answer to the supervision order"),
            _ => new(rule, rule),
        };
    }
}

/// <summary>A clock to start.</summary>
/// <param name="SubjectKind">What kind of thing has the due date: <c>case</c>, <c>application</c>, <c>stage</c>, <c>parcel</c>, <c>pause</c>, <c>order</c>.</param>
/// <param name="SubjectId">Its id.</param>
/// <param name="Rule">One of <see cref="Rules"/>.</param>
/// <param name="Label">Its number as people know it.</param>
/// <param name="Department">Whose time runs; empty for the window.</param>
/// <param name="AcceptedOn">The day that is not counted.</param>
/// <param name="Limit">The limit frozen on the subject.</param>
/// <param name="Item">The code of the approval item, where there is one.</param>
/// <param name="WarningDays">Days before the end on which the yellow light begins; null: a tenth of the limit, at least one.</param>
internal sealed record ClockStart(
    string SubjectKind, long SubjectId, string Rule, string Label, string Department, DateOnly AcceptedOn, Limit Limit, string Item = "", int? WarningDays = null)
{
    /// <summary>The day itself, where <see cref="AcceptedOn"/> is the first working day after it.</summary>
    public DateOnly? CarriedFrom { get; init; }

    /// <summary>A day that was agreed, counted from today: it warns in the last tenth of the way there. Null where it is not in the future.</summary>
    public static ClockStart? Agreed(string subjectKind, long subjectId, string rule, string label, string department, DateOnly today, DateOnly dueOn) =>
        dueOn <= today ? null : new(subjectKind, subjectId, rule, label, department, today, new Limit(dueOn.DayNumber - today.DayNumber, Limit.AgreedDay));
}

/// <summary>Starts clocks; their due dates come back in the order given.</summary>
internal sealed record StartClocks(IReadOnlyList<ClockStart> Clocks) : ICommand<IReadOnlyList<Calendar.Contract.DueDay>>, IInside;

/// <summary>Stops running clocks of a subject, all of them or those of one rule; a terminal state ends all timers.</summary>
internal sealed record StopClocks(string SubjectKind, long SubjectId, DateOnly On, string? Rule = null) : ICommand<Unit>, IInside;

/// <summary>A clock was stopped on a day that is put right: it stops on the right one, or runs again.</summary>
/// <param name="Was">The wrong day; a clock that was stopped on another stays as it is.</param>
/// <param name="On">The right day; null where what stopped it has not happened. Only what has no pauses runs again.</param>
internal sealed record CorrectStop(string SubjectKind, long SubjectId, string Rule, DateOnly Was, DateOnly? On) : ICommand<Unit>, IInside;

/// <summary>Opens a pause: the running decision clocks of the subject stand still after its first day (行政许可法 45).</summary>
/// <param name="Kind">A code of <see cref="PauseKinds"/>; for a stage the number of the case that is paused.</param>
/// <param name="Name">What it is called, where the kind leaves that open.</param>
/// <param name="From">Its first day, which still counts; not in the future, not before acceptance.</param>
/// <param name="PlannedDays">Working days it is to last; the applicant is told.</param>
/// <param name="MostDays">Working days it may last; passing them lights the pause.</param>
/// <param name="Label">The number of the case, for the pause's own clock.</param>
internal sealed record PauseClocks(
    string SubjectKind, long SubjectId, string Kind, Text Name, string Ground, DateOnly From, int? PlannedDays, int? MostDays,
    string NoticeNumber, string ApprovedBy, string Label, string Department) : ICommand<long>, IInside;

/// <summary>Closes an open pause; its last day is not counted.</summary>
internal sealed record ResumeClocks(string SubjectKind, long SubjectId, string Kind, DateOnly To) : ICommand<Unit>, IInside;

/// <summary>延长 (行政许可法 42): once, at most 10 working days, or 15 where the limit is the 45 of joint handling, before the limit has ended.</summary>
internal sealed record ExtendClocks(string SubjectKind, long SubjectId, int Days, string Reason, string ApprovedBy, string NoticeNumber) : ICommand<Unit>, IInside;

/// <summary>Takes the extension back; the pauses are counted again as if it had never been.</summary>
internal sealed record RemoveExtension(string SubjectKind, long SubjectId, string Reason) : ICommand<Unit>, IInside;

/// <summary>Another limit for running clocks.</summary>
internal sealed record ChangeLimits(IReadOnlyList<ChangedLimit> Limits) : ICommand<IReadOnlyList<MovedDate>>, IInside;

internal sealed record ChangedLimit(string SubjectKind, long SubjectId, string Rule, Limit Limit);

/// <summary>A due date that moved; null while a pause leaves it unknown.</summary>
internal sealed record MovedDate(long ClockId, string SubjectKind, long SubjectId, string Rule, string Label, string Department, DateOnly? From, DateOnly? To, bool IsProvisional);

/// <summary>What the due dates of the decision clocks would be after a pause, its end, or an extension; nothing is written.</summary>
/// <param name="PauseFrom">The first day of another pause, which stays open or ends on <paramref name="PauseTo"/>.</param>
/// <param name="ResumeFrom">The first day of the open pause that would end on <paramref name="ResumeTo"/>.</param>
/// <param name="Extension">Working days; 0 takes the present one back.</param>
internal sealed record PreviewClocks(
    string SubjectKind, long SubjectId, DateOnly? PauseFrom = null, DateOnly? PauseTo = null, DateOnly? ResumeFrom = null, DateOnly? ResumeTo = null, int? Extension = null)
    : IRequest<IReadOnlyList<ClockPreview>>, IInside;

/// <param name="Now">The due date as it is; null while a pause leaves it unknown.</param>
/// <param name="Then">As it would be.</param>
internal sealed record ClockPreview(string Rule, Limit Limit, DateOnly? Now, DateOnly? Then, bool IsProvisional);

/// <summary>As <see cref="ChangeLimits"/>, without writing: every running clock named, whether its date would move or not.</summary>
internal sealed record PreviewChangedLimits(IReadOnlyList<ChangedLimit> Limits) : IRequest<IReadOnlyList<MovedDate>>, IInside;

/// <summary>Why due dates were counted again.</summary>
internal enum DueCause
{
    Pause,
    Resumption,
    Extension,
    ExtensionTakenBack,
    Limit,
    Calendar,
}

/// <summary>Due dates moved, or became firm: whoever keeps a copy writes it now, in the same transaction.</summary>
internal sealed record DueDatesMoved(IReadOnlyList<MovedDate> Dates, DueCause Cause) : INotification;

/// <summary>News of the calendar made another day the first working day after a receipt: whoever keeps a copy of the day writes it now, in the same transaction.</summary>
internal sealed record BeginningsMoved(IReadOnlyList<MovedBeginning> Clocks) : INotification;

internal sealed record MovedBeginning(long ClockId, string SubjectKind, long SubjectId, string Rule, DateOnly From, DateOnly To);

/// <summary>A clock that was red is so no more: it was stopped, or its due date moved.</summary>
internal sealed record LateClockSettled(long ClockId, string SubjectKind, long SubjectId, string Rule, string Label, DateOnly DueOn, bool IsStopped) : INotification;

/// <summary>The recounts that are not finished yet, in the order in which they were asked for.</summary>
internal sealed record RecountsNow : IRequest<IReadOnlyList<RecountStanding>>, IInside;

/// <summary>How far a recount of the due dates is.</summary>
internal record RecountStanding
{
    public long Id { get; init; }
    public DateOnly FirstDay { get; init; }
    public DateOnly LastDay { get; init; }
    public string AskedBy { get; init; } = "";
    public DateTime AskedAt { get; init; }

    /// <summary>About how many it will look at; null where that was not counted.</summary>
    public int? Expected { get; init; }
    public int LookedAt { get; init; }
    public int Moved { get; init; }

    public Text Words => Expected is { } all
        ? new($"已重算 {LookedAt} / {Math.Max(all, LookedAt)}，变动 {Moved}", $"{LookedAt} of {Math.Max(all, LookedAt)} counted again, {Moved} moved")
        : new($"已重算 {LookedAt}，变动 {Moved}", $"{LookedAt} counted again, {Moved} moved");
}

/// <summary>All due dates have been counted again after a publication of the calendar.</summary>
internal sealed record DatesRecounted(long RecountId, IReadOnlyList<MovedOfDepartment> Moved) : INotification;

internal sealed record MovedOfDepartment(string Department, int Dates);

/// <summary>A pause of a subject.</summary>
internal sealed record PauseFact(
    long Id, string Kind, Text Name, string Ground, DateOnly From, DateOnly? To, int? PlannedDays, int? MostDays, string NoticeNumber, string ApprovedBy, string OpenedBy, string? ClosedBy);

/// <summary>The pauses of a subject in the order of their first days.</summary>
internal sealed record PausesOf(string SubjectKind, long SubjectId) : IRequest<IReadOnlyList<PauseFact>>, IInside;

internal sealed record ExtensionFact(int Days, string Reason, string ApprovedBy, string NoticeNumber, string GrantedBy, DateTime GrantedAt, string? RemovedBy, DateTime? RemovedAt, string? RemovalReason);

/// <summary>The extensions of a subject, those taken back included.</summary>
internal sealed record ExtensionsOf(string SubjectKind, long SubjectId) : IRequest<IReadOnlyList<ExtensionFact>>, IInside;

/// <summary>How a clock stands on a day.</summary>
internal enum Light
{
    Green,
    Yellow,
    Red,
    Paused,
}

/// <summary>The light of a clock, for every list that shows one.</summary>
internal static class Lights
{
    /// <summary>Red from the day after the due date; yellow from the first day of the warning span.</summary>
    public static Light On(DateOnly day, DateOnly dueOn, DateOnly warnOn) => day > dueOn ? Light.Red : day >= warnOn ? Light.Yellow : Light.Green;

    /// <summary>The words that go with the light: what is left, or by how much it is late.</summary>
    public static Text Words(Light light, int leftDays) => (light, leftDays) switch
    {
        (Light.Red, < 0) => new($"超期 {-leftDays} 日", leftDays == -1 ? "1 day late" : $"{-leftDays} days late"),
        // Past the due date, but no further day that counts has begun.
        (Light.Red, _) => new("已超期", "Past due"),
        (Light.Paused, _) => new($"暂停计时，剩 {leftDays} 日", leftDays == 1 ? "Paused, 1 day left" : $"Paused, {leftDays} days left"),
        (_, < 0) => new("期满，顺延中", "Limit over, moved past the days off"),
        (_, 0) => new("今天期满", "Limit ends today"),
        _ => new($"剩 {leftDays} 日", leftDays == 1 ? "1 day left" : $"{leftDays} days left"),
    };

    /// <summary>The class of the mark on a page.</summary>
    public static string Css(Light light) => light switch
    {
        Light.Red => "light light-red",
        Light.Yellow => "light light-yellow",
        Light.Paused => "light light-paused",
        _ => "light light-green",
    };
}

/// <summary>One clock as it stands today, with the arithmetic that explains it in the reader's language.</summary>
/// <param name="Limit">Extensions not included.</param>
/// <param name="DueOn">Null while an open pause leaves it unknown.</param>
internal sealed record ClockFact(
    string Rule, DateOnly AcceptedOn, Limit Limit, int ExtensionDays, DateOnly? DueOn, bool IsProvisional, int UsedDays, int LeftDays, Light Light, DateOnly? StoppedOn, string Explanation);

/// <summary>The clocks of a subject, the promised one first, then the statutory one, the others by their due dates. A stopped clock stands as on the day it was stopped.</summary>
internal sealed record ClocksOf(string SubjectKind, long SubjectId) : IRequest<IReadOnlyList<ClockFact>>, IInside;

/// <summary>An alert was raised: once for each clock, level and version of its due date.</summary>
/// <param name="BeganOn">The first day of the level; an alert raised late says when it was true.</param>
internal sealed record DeadlineAlerted(
    long AlertId, long ClockId, string SubjectKind, long SubjectId, string Rule, string Label, string Department, string Item, Light Level, DateOnly DueOn, bool IsProvisional, DateOnly BeganOn);

/// <summary>The alerts of one share of the scan, told inside its transaction: whoever listens writes for all of them at once.</summary>
internal sealed record DeadlinesAlerted(IReadOnlyList<DeadlineAlerted> Alerts) : INotification;

/// <summary>What is late or at risk now, the earliest due first, one row for each subject; for the desk.</summary>
internal sealed record OpenAlerts(string? Department, int Rows) : IRequest<AlertsNow>, IInside;

/// <param name="Late">How many subjects are past a due date.</param>
/// <param name="AtRisk">How many are in the warning span.</param>
internal sealed record AlertsNow(int Late, int AtRisk, IReadOnlyList<AlertFact> Rows);

/// <summary>A subject that is late or at risk, by the clock that is due first.</summary>
/// <param name="IsPastStatutory">The limit set by law has passed too, not only the promised one.</param>
internal sealed record AlertFact(
    long ClockId, string SubjectKind, long SubjectId, string Label, string Department, string Item, string Rule, DateOnly AcceptedOn, Limit Limit, DateOnly DueOn, bool IsProvisional,
    int UsedDays, int LeftDays, Light Level, bool IsPastStatutory, string Explanation);
