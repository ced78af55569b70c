using MediatR;

namespace Approvals.Modules.Calendar.Contract;

/// <summary>
/// A year was published or amended, or the zone closed for some days: days have changed between working and off. Told
/// inside the transaction of the publication, so what is recomputed is kept or lost with it; <see cref="CalendarInForce"/>
/// is replaced only after its commit.
/// </summary>
/// <param name="Edition">The edition that is coming into force.</param>
/// <param name="FirstDay">The first day that changed; of a year that had not been published, its first day, for its dates become firm.</param>
/// <param name="LastDay">The last day that changed.</param>
/// <param name="By">Who published it.</param>
/// <param name="Days">The calendar of this edition: what <see cref="CalendarInForce"/> will hold, and does not hold yet.</param>
internal sealed record CalendarPublished(long Edition, DateOnly FirstDay, DateOnly LastDay, string By, WorkingDays Days) : INotification;
