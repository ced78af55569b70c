using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>
/// Counts stored clocks again after something they rest on has changed: a pause, an extension, the limit, the calendar.
/// A due date that moves begins a new version, for which alerts are raised anew; one that stays is left alone.
/// </summary>
internal sealed class Recounting(Db db, IMediator mediator, CalendarInForce calendar, ZoneClock clock, Trail trail)
{
    // The guard: a clock that was stopped or moved meanwhile.
    private const string Update = """
        UPDATE deadlines_clock
           SET limit_value = @LimitValue, limit_unit = @LimitUnit, extension_days = @ExtensionDays, has_pauses = @HasPauses,
               due_on = @DueOn, last_due_on = @LastDueOn, due_version = @DueVersion, is_provisional = @IsProvisional, warn_on = @WarnOn,
               next_alert_on = @NextAlertOn, calendar_edition = @Edition
         WHERE id = @Id AND due_version = @OldVersion AND stopped_on IS NULL
        """;

    /// <remarks>Of two changes within a second, what was before the first.</remarks>
    private const string KeepOld = """
        INSERT INTO deadlines_due_was (clock_id, replaced_at, due_on)
        SELECT @ClockId, @Now, @From
         WHERE NOT EXISTS (SELECT 1 FROM deadlines_due_was w WHERE w.clock_id = @ClockId AND w.replaced_at = @Now)
        """;

    private const int MostOnTrail = 10;

    /// <param name="clocks">Running clocks, as they are to be: with another limit, extension or pause than is stored.</param>
    /// <param name="cause">What they rest on that has changed.</param>
    /// <param name="onlyWhatMoves">Leaves a clock alone whose dates come out as they are stored.</param>
    /// <returns>The dates that moved, or became firm.</returns>
    public async Task<IReadOnlyList<MovedDate>> Apply(IReadOnlyList<StoredClock> clocks, DueCause cause, CancellationToken ct, bool onlyWhatMoves = false)
    {
        if (clocks.Count == 0) return [];
        var days = calendar.Current;
        var pauses = await PausesOfSubjects.Read(db, clocks, ct);
        var changed = new List<object>(clocks.Count);
        var moved = new List<MovedDate>();
        var settled = new List<LateClockSettled>();
        foreach (var old in clocks)
        {
            var now = old.Recount(days, pauses);
            var (due, isProvisional) = (now.Due?.Date, now.Due?.IsProvisional ?? false);
            if (onlyWhatMoves && due == old.DueOn && isProvisional == old.IsProvisional && now.WarnOn == old.WarnOn) continue;
            // A red one that is settled begins anew, even where it comes back to the same day.
            var newVersion = due is { } date ? date != old.LastDueOn : old.IsKnownLate;
            changed.Add(new
            {
                old.Id,
                old.LimitValue,
                old.LimitUnit,
                old.ExtensionDays,
                old.HasPauses,
                DueOn = due,
                LastDueOn = due ?? old.LastDueOn,
                DueVersion = old.DueVersion + (newVersion ? 1 : 0),
                OldVersion = old.DueVersion,
                IsProvisional = isProvisional,
                now.WarnOn,
                NextAlertOn = NextAlert(old, now, newVersion),
                days.Edition,
            });
            if (due != old.DueOn || isProvisional != old.IsProvisional)
                moved.Add(new(old.Id, old.SubjectKind, old.SubjectId, old.Rule, old.Label, old.Department, old.DueOn, due, isProvisional));
            if (due != old.DueOn && old.IsKnownLate)
                settled.Add(new(old.Id, old.SubjectKind, old.SubjectId, old.Rule, old.Label, old.DueOn!.Value, false));
        }

        if (await db.Execute(Update, changed, ct) != changed.Count)
            throw Refused.Conflict("clock.changed", "计时刚刚被他人改动，请刷新后重试。", "A clock was changed by somebody else just now; reload and try again.");
        // A calendar moves thousands; they have a record of their own.
        if (!onlyWhatMoves)
        {
            await db.Execute(KeepOld, moved.Where(m => m.From != m.To).Select(m => new { m.ClockId, clock.Now, m.From }), ct);
            foreach (var date in moved.Take(MostOnTrail))
                trail.Changed(new($"{date.Label} {Rules.Name(date.Rule).Zh}到期日", $"{date.Label} {Rules.Name(date.Rule).En} due"), date.From, date.To);
        }

        if (moved.Count > 0) await mediator.Publish(new DueDatesMoved(moved, cause), ct);
        foreach (var late in settled) await mediator.Publish(late, ct);
        return moved;
    }

    /// <summary>A new date begins at its warning. A date that comes back unchanged from a pause is looked at again, and raises nothing that was raised.</summary>
    private static DateOnly? NextAlert(StoredClock old, Clock now, bool newVersion)
    {
        if (now.Due is null) return null;
        if (newVersion || old.DueOn is null || old.NextAlertOn == old.WarnOn) return now.WarnOn;
        return old.NextAlertOn;
    }
}
