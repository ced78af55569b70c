using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>What due dates a change would give, by the same rule that would store them; nothing is written.</summary>
internal static class PreviewingClocks
{
    private sealed class OfOne(Db db, CalendarInForce calendar) : IRequestHandler<PreviewClocks, IReadOnlyList<ClockPreview>>
    {
        private const string Running = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND stopped_on IS NULL AND limit_rule IN ('promised', 'statutory', 'stage')
             ORDER BY limit_rule
            """;

        public async Task<IReadOnlyList<ClockPreview>> Handle(PreviewClocks query, CancellationToken ct)
        {
            var clocks = await db.Query<StoredClock>(Running, query, ct);
            var pauses = await PausesOfSubjects.Read(db, clocks, ct);
            return [.. clocks.Select(c => Preview(c, pauses.Of(c), query))];
        }

        private ClockPreview Preview(StoredClock stored, IReadOnlyList<Pause> pauses, PreviewClocks query)
        {
            // An extension is in working days and moves only limits in working days, as when it is given.
            var extension = stored.Limit.Unit == Catalogue.Contract.Limit.WorkingDays ? query.Extension ?? stored.ExtensionDays : stored.ExtensionDays;
            if (query.PauseFrom is { } from) pauses = [.. pauses, new Pause(from, query.PauseTo)];
            if (query.ResumeFrom is { } open && query.ResumeTo is { } to) pauses = Resumed(pauses, open, to);
            var then = Clock.Start(calendar.Current, stored.AcceptedOn, stored.Limit, extension > 0 ? [extension] : [], pauses, stored.WarningDays);
            return new(stored.Rule, stored.Limit, stored.DueOn, then.Due?.Date, then.Due?.IsProvisional ?? false);
        }

        private static List<Pause> Resumed(IReadOnlyList<Pause> pauses, DateOnly from, DateOnly to)
        {
            var all = pauses.ToList();
            var open = all.FindIndex(p => p.To is null && p.From == from);
            if (open >= 0) all[open] = new(from, to);
            return all;
        }
    }

    private sealed class OfLimits(Db db, CalendarInForce calendar) : IRequestHandler<PreviewChangedLimits, IReadOnlyList<MovedDate>>
    {
        private const string Running = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE subject_id IN @ids AND subject_kind IN @kinds AND stopped_on IS NULL
            """;

        public async Task<IReadOnlyList<MovedDate>> Handle(PreviewChangedLimits query, CancellationToken ct)
        {
            var wanted = query.Limits.ToDictionary(l => (l.SubjectKind, l.SubjectId, l.Rule), l => l.Limit);
            var kinds = query.Limits.Select(l => l.SubjectKind).Distinct().ToList();
            var clocks = new List<StoredClock>();
            foreach (var ids in query.Limits.Select(l => l.SubjectId).Distinct().Chunk(1000))
                clocks.AddRange((await db.Query<StoredClock>(Running, new { ids, kinds }, ct)).Where(c => wanted.ContainsKey((c.SubjectKind, c.SubjectId, c.Rule))));
            var pauses = await PausesOfSubjects.Read(db, clocks, ct);
            return [.. clocks.Select(c =>
            {
                var limit = wanted[(c.SubjectKind, c.SubjectId, c.Rule)];
                var then = (c with { LimitValue = limit.Value, LimitUnit = limit.Unit }).Recount(calendar.Current, pauses);
                return new MovedDate(c.Id, c.SubjectKind, c.SubjectId, c.Rule, c.Label, c.Department, c.DueOn, then.Due?.Date, then.Due?.IsProvisional ?? false);
            })];
        }
    }
}
