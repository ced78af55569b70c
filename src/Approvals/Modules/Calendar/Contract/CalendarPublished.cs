using MediatR;

namespace Approvals.Modules.Calendar.Contract;

/// <summary>
/// A year was published or amended, or the zone closed for some days: days have changed between working and off. Told
/// inside the transaction of the publication, so what is recomputed is kept or lost with it; <see cref="CalendarInForce"/>
/// is replaced only after its commit.
/// </summary>
/// <param name="Edition">The edition that is coming into force.</param>
/// <param name="FirstDay">The first day that changed; of a year that had not been published, its first day, for its dates become firm.</param>
/// <param name="LastDay">What was accepted before this day may be counted otherwise: it lies behind the last day that changed and the first working day after that, on which counts as come what came on days off.</param>
/// <param name="By">Who published it.</param>
/// <param name="Days">The calendar of this edition: what <see cref="CalendarInForce"/> will hold, and does not hold yet.</param>
internal sealed record CalendarPublished(long Edition, DateOnly FirstDay, DateOnly LastDay, string By, WorkingDays Days) : INotification;

/// <summary>
/// Somebody looks at what a publication would change, before it is published. Whoever keeps dates may add what it means
/// for them, such as how many open due dates would be worked out again.
/// </summary>
/// <param name="FirstDay">As in <see cref="CalendarPublished"/>.</param>
/// <param name="LastDay">As in <see cref="CalendarPublished"/>.</param>
/// <param name="Days">The calendar as it would be.</param>
/// <param name="Consequences">To be added to: one sentence each, in both languages.</param>
internal sealed record CalendarPreviewed(DateOnly FirstDay, DateOnly LastDay, WorkingDays Days, ICollection<Web.Text> Consequences) : INotification;
