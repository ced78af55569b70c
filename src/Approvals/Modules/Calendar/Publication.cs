using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>
/// The one way the calendar changes: years become new editions, everybody who keeps dates is told in the same
/// transaction, and the calendar in force is replaced when it is durable. It takes another supervisor.
/// </summary>
internal sealed class Publication(Db db, IMediator mediator, CalendarInForce inForce, ZoneClock clock, Actor actor, SecondPerson second, Trail trail)
{
    /// <summary>What would change; nothing is written.</summary>
    /// <param name="amend">The years to publish, by what is on record; it may refuse.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<CalendarChanges> Preview(Func<CalendarOnRecord, IReadOnlyList<YearOnRecord>> amend, CancellationToken ct)
    {
        var before = await CalendarTables.Read(db, ct);
        var years = New(before, amend(before));
        trail.OnlyLooked();
        var consequences = new List<Text>();
        var days = before.With(before.Edition + years.Count, years).Days;
        if (Span(before, years, days) is var (first, last))
            await mediator.Publish(new CalendarPreviewed(first, last, days, consequences), ct);
        return new(false, before.Edition, Changes(before, years), consequences);
    }

    /// <summary>Publishes what differs from what is on record; without a difference nothing happens.</summary>
    /// <param name="amend">The years to publish, by what is on record; it may refuse.</param>
    /// <param name="seen">The edition a preview was made by; another one now is a conflict. Null: whatever is on record.</param>
    /// <param name="orderNumber">The zone's order, where it is made by one.</param>
    /// <param name="asked">What is asked of another supervisor, and the command to be kept, by the edition it is made by; null where only the system does it.</param>
    /// <param name="ct">Gives up.</param>
    public Task<CalendarChanges> Publish(
        Func<CalendarOnRecord, IReadOnlyList<YearOnRecord>> amend, long? seen, string? orderNumber, (Text Says, Func<long, object> Command)? asked, CancellationToken ct) =>
        db.Transact(
            async () =>
            {
                // Inside the transaction: nobody publishes between this reading and the writing.
                var before = await CalendarTables.Read(db, ct);
                if (seen is { } edition && edition != before.Edition) throw PublishedMeanwhile();
                var years = New(before, amend(before));
                if (years.Count == 0)
                {
                    db.OnceDurable(() => inForce.Replace(before.Days));
                    return new CalendarChanges(false, before.Edition, [], []);
                }

                if (asked is { } by)
                {
                    second.Demand(by.Says, by.Command(before.Edition), new Post(Role.Supervisor));
                    second.Settle();
                }

                if (!await CalendarTables.Write(db, before.Edition, years, orderNumber, clock.Now, actor.Name, ct)) throw PublishedMeanwhile();
                var after = before.With(before.Edition + years.Count, years);
                trail.Changed(new("版次", "Edition"), before.Edition, after.Edition);
                trail.Changed(new("年份", "Years"), "", string.Join(' ', years.Select(y => y.Year)));
                var days = after.Days;
                // On the very first start nobody has a date yet.
                if (before.Edition > 0 && Span(before, years, days) is var (first, last))
                    await mediator.Publish(new CalendarPublished(after.Edition, first, last, actor.Name, days), ct);
                db.OnceDurable(() => inForce.Replace(days));
                return new CalendarChanges(true, after.Edition, Changes(before, years), []);
            },
            ct);

    private static List<YearOnRecord> New(CalendarOnRecord before, IReadOnlyList<YearOnRecord> wanted) =>
        [.. wanted.Where(y => !y.IsSameAs(before.Years.GetValueOrDefault(y.Year))).OrderBy(y => y.Year)];

    private static List<YearChange> Changes(CalendarOnRecord before, List<YearOnRecord> years) =>
        years.ConvertAll(y => Compare(before.Years.GetValueOrDefault(y.Year), y));

    /// <summary>The first and the last day as <see cref="CalendarPublished"/> tells them; null where only names change.</summary>
    private static (DateOnly First, DateOnly Last)? Span(CalendarOnRecord before, List<YearOnRecord> years, WorkingDays after)
    {
        var days = years.SelectMany(y => before.Years.GetValueOrDefault(y.Year) is { } was
            ? DayChange.Moved(was.Days, y.Days)
            : [new DateOnly(y.Year, 1, 1), new DateOnly(y.Year, 12, 31)]).ToList();
        if (days.Count == 0) return null;
        var last = days.Max();
        return (days.Min(), Later(Next(before.Days), Next(after)).AddDays(1));

        DateOnly Next(WorkingDays calendar) => calendar.TryAdd(last, 1, out var next) ? next.Date : last;

        static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;
    }

    private static YearChange Compare(YearOnRecord? before, YearOnRecord after) =>
        new(after.Year, before is null, before is null ? null : Count(before), Count(after), DayChange.Between(before?.Days ?? [], after.Days));

    private static int Count(YearOnRecord year) =>
        new WorkingDays(0, [year.Year], year.Days).Count(new DateOnly(year.Year, 1, 1).AddDays(-1), new DateOnly(year.Year, 12, 31)).Days;

    private static Refused PublishedMeanwhile() => Refused.Conflict(
        "calendar.publishedMeanwhile",
        "刚刚有人发布了日历或登记了停办，本次没有保存。请重新预览后再发布。",
        "Somebody has just published the calendar or a closure; nothing was saved. Look at the preview again, then publish.");
}
