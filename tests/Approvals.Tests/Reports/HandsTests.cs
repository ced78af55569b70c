using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Reports;
using CsCheck;

namespace Approvals.Tests.Reports;

/// <summary>The time of a case, in three hands.</summary>
[Parallelizable]
internal sealed class HandsTests
{
    private static readonly DateOnly First = new(2025, 12, 1);

    private static readonly WorkingDays Days = CalendarFile.ShippedDays();

    private static readonly Gen<Stretch> Stretches = Gen.Select(Gen.Int[-10, 120], Gen.Int[0, 60], Gen.Bool, (from, length, open) => new Stretch(First.AddDays(from), open ? null : First.AddDays(from + length)));

    private static readonly Gen<(DateOnly Received, DateOnly End, Stretch[] Corrections, Stretch[] Stops, Stretch[] Waits)> Lives = Gen.Select(
        Gen.Int[0, 60].Select(First.AddDays), Gen.Int[-3, 120], Stretches.Array[0, 3], Stretches.Array[0, 3], Stretches.Array[0, 1],
        (received, length, corrections, stops, waits) => (received, received.AddDays(length), corrections, stops, waits));

    [Test]
    public void The_three_hands_add_up_to_the_elapsed_working_days_however_the_stretches_overlap() => Lives.Sample(life =>
    {
        var hands = Of(life);
        return hands.Elapsed == Days.Count(life.Received, life.End).Days;
    }, iter: 20_000);

    [Test]
    public void Each_working_day_is_in_the_hand_that_a_day_by_day_count_finds() => Lives.Sample(life =>
    {
        var (authority, applicant, uncounted) = (0, 0, 0);
        for (var day = life.Received.AddDays(1); day <= life.End; day = day.AddDays(1))
        {
            if (!Days.IsWorkingDay(day)) continue;
            if (life.Corrections.Any(s => Holds(s, day))) applicant++;
            else if (life.Stops.Concat(life.Waits).Any(s => Holds(s, day))) uncounted++;
            else authority++;
        }

        var hands = Of(life);
        return (hands.Authority, hands.Applicant, hands.Uncounted) == (authority, applicant, uncounted);
    }, iter: 5_000);

    [Test]
    public void Cases_side_by_side_count_a_day_once() => Gen.Select(Stretches, Stretches.Array[0, 2]).Array[1, 5].Sample(cases =>
    {
        var closed = cases.Select(c => (Runs: c.Item1 with { To = c.Item1.To ?? First.AddDays(130) }, Pauses: c.Item2.ToList())).ToList();
        var slow = 0;
        for (var day = First.AddDays(-20); day < First.AddDays(250); day = day.AddDays(1))
            if (Days.IsWorkingDay(day) && closed.Any(c => Holds(c.Runs, day) && !c.Pauses.Any(p => Holds(p, day)))) slow++;
        return Facts.Union(Days, closed) == slow;
    }, iter: 3_000);

    private static bool Holds(Stretch stretch, DateOnly day) => day > stretch.From && (stretch.To is not { } to || day <= to);

    private static Hands Of((DateOnly Received, DateOnly End, Stretch[] Corrections, Stretch[] Stops, Stretch[] Waits) life) =>
        Hands.Of(Days, life.Received, life.End, life.Corrections, life.Stops, life.Waits.Length > 0 ? life.Waits[0] : null);
}
