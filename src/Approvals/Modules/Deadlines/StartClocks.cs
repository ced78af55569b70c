using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>Starts the clocks of accepted subjects: due date, first day of warning, and the edition of the calendar they were counted by.</summary>
internal static class StartsClocks
{
    private sealed class Handler(Db db, Ids ids, CalendarOfCommand calendar) : IRequestHandler<StartClocks, IReadOnlyList<DueDay>>
    {
        private const string Insert = """
            INSERT INTO deadlines_clock (id, subject_kind, subject_id, limit_rule, label, department, item, accepted_on, carried_from, limit_value, limit_unit,
                   extension_days, has_pauses, warning_days, due_on, last_due_on, due_version, is_provisional, warn_on, next_alert_on, calendar_edition)
            VALUES (@Id, @SubjectKind, @SubjectId, @Rule, @Label, @Department, @Item, @AcceptedOn, @CarriedFrom, @LimitValue, @LimitUnit,
                   0, 0, @WarningDays, @DueOn, @DueOn, 1, @IsProvisional, @WarnOn, @WarnOn, @Edition)
            """;

        public async Task<IReadOnlyList<DueDay>> Handle(StartClocks command, CancellationToken ct)
        {
            if (command.Clocks.Count == 0) return [];
            var days = await calendar.Read(ct);
            var id = await ids.Next(command.Clocks.Count);
            // Without a pause there is always a due date.
            var clocks = command.Clocks.Select(start => (Start: start, Clock: Clock.Start(days, Begins(start, days), start.Limit, warningDays: start.WarningDays))).ToList();
            await db.Execute(
                Insert,
                clocks.Select((c, i) => new
                {
                    Id = id + i,
                    c.Start.SubjectKind,
                    c.Start.SubjectId,
                    c.Start.Rule,
                    c.Start.Label,
                    c.Start.Department,
                    c.Start.Item,
                    c.Clock.AcceptedOn,
                    c.Start.CarriedFrom,
                    LimitValue = c.Start.Limit.Value,
                    LimitUnit = c.Start.Limit.Unit,
                    c.Start.WarningDays,
                    DueOn = c.Clock.Due!.Value.Date,
                    c.Clock.Due.Value.IsProvisional,
                    c.Clock.WarnOn,
                    days.Edition,
                }).ToList(),
                ct);
            return clocks.ConvertAll(c => c.Clock.Due!.Value);
        }

        private static DateOnly Begins(ClockStart start, WorkingDays days) => start.CarriedFrom is { } day ? days.Add(day, 1).Date : start.AcceptedOn;
    }
}
