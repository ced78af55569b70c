using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;

namespace Approvals.Modules.Calendar.Contract;

/// <summary>
/// 更正 of what was entered wrongly: what it said, what it says now and the reason stay on record. A slip that is noticed at
/// once needs nobody; where the entry has stood for more than one working day, or the right day is as old, it takes a second
/// person.
/// </summary>
internal sealed class CorrectedEntry(SecondPerson second, Actor actor, Trail trail, ZoneClock clock, LateEntry late)
{
    public const int LongestReason = 200;

    /// <summary>The one field of a form, as it is offered everywhere.</summary>
    public static readonly Text Label = new("更正原因", "Reason for the correction");

    public static readonly Text Hint = new("原内容留存；登记已超过 1 个工作日的，须另一人批准后生效", "What it said is kept; once it has stood for more than one working day it takes the approval of another person");

    /// <summary>Something that is put right. Said of nothing where both sides are the same.</summary>
    internal sealed record Change(Text What, Text Was, Text Now)
    {
        public Change(Text what, string was, string now)
            : this(what, new Text(was, was), new Text(now, now))
        {
        }

        public bool IsOne => Was != Now;

        public Text Says => new($"{What.Zh} {Was.Zh} → {Now.Zh}", $"{What.En} {Was.En} → {Now.En}");
    }

    /// <summary>The reason is there, and something is put right at all.</summary>
    /// <param name="check">To be added to.</param>
    /// <param name="reason">As given.</param>
    /// <param name="field">The field at fault where nothing is.</param>
    /// <param name="changes">All that could be.</param>
    public static void Check(Check check, string? reason, string field, params IReadOnlyList<Change> changes) => check
        .Text(reason, "reason", Label.Zh, Label.En, LongestReason)
        .That(changes.Any(c => c.IsOne), "correction.same", field, "与现在登记的相同，没有要更正的内容。", "It is what is entered already; there is nothing to correct.");

    /// <summary>Refuses what was asked for while it said something else: a page opened before, or a request that waited.</summary>
    /// <param name="seen">What it said when it was asked for; null where nobody looked.</param>
    /// <param name="now">What it says.</param>
    /// <param name="ofPerson">What of it is said back, beginning with the name of a person; all of it where null. Who approves need not have the person's phone.</param>
    public static void Demand(string? seen, string now, string? ofPerson = null)
    {
        if (seen is not null && seen != now)
        {
            throw new Refused(RefusedAs.Conflict, [new("correction.moved", "", new(
                $"刚刚已由他人更正，现在登记为「{ofPerson ?? now}」，请刷新页面查看。", $"Somebody has just corrected it: it says “{ofPerson ?? now}” now. Reload the page."))])
            { Persons = ofPerson is null ? [] : [ofPerson] };
        }
    }

    /// <summary>After the command's own checks: what is refused anyway is not asked of anybody.</summary>
    /// <param name="reason">Kept with the record of what was done.</param>
    /// <param name="entered">When the wrong thing was entered.</param>
    /// <param name="on">The right day, where a day is put right.</param>
    /// <param name="by">Who may approve it.</param>
    /// <param name="asAsked">The command with what it found; as it was sent where null.</param>
    /// <param name="changes">What is put right.</param>
    /// <returns>What was put right and why, for a log.</returns>
    public Text Of(string? reason, DateTime? entered, DateOnly? on, IReadOnlyList<Post> by, object? asAsked, params IReadOnlyList<Change> changes)
    {
        var (made, why) = (changes.Where(c => c.IsOne).ToList(), reason!.Trim());
        foreach (var change in made) trail.Changed(change.What, change.Was, change.Now);
        trail.Changed(Label, null, why);
        var says = new Text($"{string.Join("；", made.Select(c => c.Says.Zh))}；原因：{why}", $"{string.Join("; ", made.Select(c => c.Says.En))}; reason: {why}");
        if (!actor.IsSystem && ((on is { } day && late.IsLate(day)) || (entered is { } at && late.IsLate(clock.DayOf(at))))) second.Demand(says, asAsked, by);
        return says;
    }
}
