using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;

namespace Approvals.Modules.Calendar.Contract;

/// <summary>
/// 补录 of what has only a day: entered more than one working day after it, it takes a reason and a second person, for the
/// day decides which limit was kept. The events of a case keep instants and a log of their own; they follow the same rule.
/// </summary>
internal sealed class LateEntry(SecondPerson second, Actor actor, Trail trail, ZoneClock clock, CalendarInForce calendar)
{
    public const int LongestReason = 200;

    /// <summary>Whoever approves what is the window's, a project's, or no department's own: the window itself has no head.</summary>
    public static readonly IReadOnlyList<Post> OfTheCentre = [new Post(Role.Supervisor)];

    /// <summary>The one field of a form, as it is offered everywhere.</summary>
    public static readonly Text Label = new("补录原因", "Reason for the late entry");

    public static readonly Text Hint = new("晚于发生日 1 个工作日以上登记的须填写，并须另一人批准后生效", "Needed when it is entered more than one working day late; it then takes the approval of another person");

    /// <summary>More than one working day lies between the two.</summary>
    public static bool IsLate(DateOnly day, DateOnly entered, WorkingDays calendar) => day.Year < WorkingDays.FirstYear || calendar.Count(day, entered).Days > 1;

    /// <summary>As seen from today, or from the day on which it was asked for.</summary>
    public bool IsLate(DateOnly day) => IsLate(day, clock.DayOf(second.AskedAt ?? clock.Now), calendar.Current);

    /// <summary>After the command's own checks: what is refused anyway is not asked of anybody.</summary>
    /// <param name="what">What happened on that day.</param>
    /// <param name="on">The day; where it is late, it is when the record says that it happened.</param>
    /// <param name="reason">Why it is entered late.</param>
    /// <param name="by">Who may approve it: of the act, whoever enters it.</param>
    /// <param name="asAsked">The command with what it leaves open filled in as it is now; the command as it was sent where null.</param>
    public void Demand(Text what, DateOnly on, string? reason, IReadOnlyList<Post> by, object? asAsked = null)
    {
        if (actor.IsSystem || !IsLate(on)) return;
        trail.Happened(clock.Utc(on.ToDateTime(new TimeOnly(9, 0))));
        var why = Given(reason);
        trail.Changed(Label, null, why);
        second.Demand(new($"补录：{what.Zh} {Words.Day(on)}；原因：{why}", $"Entered late: {what.En} {Words.Day(on)}; reason: {why}"), asAsked, by);
    }

    private static string Given(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
            throw Refused.Invalid("event.lateWithoutReason", "lateReason", "补录超过 1 个工作日，请填写补录原因。", "It is entered more than one working day late; say why.");
        new Check().Text(reason, "lateReason", "补录原因", "The reason for the late entry", LongestReason).Done();
        return reason.Trim();
    }
}
