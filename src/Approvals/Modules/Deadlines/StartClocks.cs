using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>Starts the clocks of accepted subjects: due date, first day of warning, and the arithmetic, stored as they were on that day.</summary>
internal static class StartsClocks
{
    /// <summary>Most clocks of a day are alike, and the words take longer than the counting. What was worked out goes with its calendar.</summary>
    private static readonly ConditionalWeakTable<WorkingDays, ConcurrentDictionary<(DateOnly AcceptedOn, Limit Limit, int? WarningDays), (Clock Clock, string Explanation)>> Known = [];

    private const int MostKnown = 10_000;

    private static (Clock Clock, string Explanation) Work(ClockStart start, WorkingDays days)
    {
        if (start.CarriedFrom is { } day) start = start with { AcceptedOn = days.Add(day, 1).Date };
        var known = Known.GetOrCreateValue(days);
        if (known.TryGetValue((start.AcceptedOn, start.Limit, start.WarningDays), out var worked)) return worked;
        var clock = Clock.Start(days, start.AcceptedOn, start.Limit, warningDays: start.WarningDays);
        if (known.Count >= MostKnown) known.Clear();
        return known[(start.AcceptedOn, start.Limit, start.WarningDays)] = (clock, Arithmetic.Of(clock, days));
    }

    private sealed class Handler(Db db, Ids ids, CalendarOfCommand calendar) : IRequestHandler<StartClocks, IReadOnlyList<DueDay>>
    {
        private const string Insert = """
            INSERT INTO deadlines_clock (id, subject_kind, subject_id, limit_rule, label, department, item, accepted_on, carried_from, limit_value, limit_unit,
                   extension_days, has_pauses, warning_days, due_on, last_due_on, due_version, is_provisional, warn_on, next_alert_on, calendar_edition, explanation)
            VALUES (@Id, @SubjectKind, @SubjectId, @Rule, @Label, @Department, @Item, @AcceptedOn, @CarriedFrom, @LimitValue, @LimitUnit,
                   0, 0, @WarningDays, @DueOn, @DueOn, 1, @IsProvisional, @WarnOn, @WarnOn, @Edition, @Explanation)
            """;

        public async Task<IReadOnlyList<DueDay>> Handle(StartClocks command, CancellationToken ct)
        {
            if (command.Clocks.Count == 0) return [];
            var days = await calendar.Read(ct);
            var id = await ids.Next(command.Clocks.Count);
            // Without a pause there is always a due date.
            var clocks = command.Clocks.Select(start => (Start: start, Worked: Work(start, days))).ToList();
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
                    c.Worked.Clock.AcceptedOn,
                    c.Start.CarriedFrom,
                    LimitValue = c.Start.Limit.Value,
                    LimitUnit = c.Start.Limit.Unit,
                    c.Start.WarningDays,
                    DueOn = c.Worked.Clock.Due!.Value.Date,
                    c.Worked.Clock.Due.Value.IsProvisional,
                    c.Worked.Clock.WarnOn,
                    days.Edition,
                    c.Worked.Explanation,
                }).ToList(),
                ct);
            return clocks.ConvertAll(c => c.Worked.Clock.Due!.Value);
        }
    }
}
