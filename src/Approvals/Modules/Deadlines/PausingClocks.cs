using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>Opens and closes pauses (行政许可法 45), and counts the decision clocks of the subject again.</summary>
internal static class PausingClocks
{
    private const string Running = $"""
        SELECT {StoredClock.Columns}
          FROM deadlines_clock
         WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND stopped_on IS NULL AND limit_rule IN ('promised', 'statutory', 'stage')
        """;

    private sealed class Opening(Db db, Ids ids, ZoneClock clock, Actor actor, IMediator mediator, Recounting recounting) : IRequestHandler<PauseClocks, long>
    {
        private const string Insert = """
            INSERT INTO deadlines_pause (id, subject_kind, subject_id, kind, name, ground, from_on, planned_days, most_days, notice_number, approved_by, opened_by, opened_at)
            VALUES (@Id, @SubjectKind, @SubjectId, @Kind, @Name, @Ground, @From, @PlannedDays, @MostDays, @NoticeNumber, @ApprovedBy, @OpenedBy, @Now)
            """;

        public async Task<long> Handle(PauseClocks command, CancellationToken ct)
        {
            var today = clock.Today;
            var clocks = await db.Query<StoredClock>(Running, new { command.SubjectId, command.SubjectKind }, ct);
            if (clocks.Count == 0)
                throw Refused.Conflict("pause.notRunning", $"{command.Label} 没有正在计时的时限，不能暂停。", $"No limit of {command.Label} is running; there is nothing to pause.");
            var accepted = clocks.Min(c => c.AcceptedOn);
            new Check()
                .That(command.From <= today, "pause.inFuture", "from", $"暂停首日 {Words.Day(command.From)} 在今天之后，请填写今天或更早的日期。", $"The first day of the pause, {Words.Day(command.From)}, lies in the future; give today or an earlier day.")
                .That(command.From >= accepted, "pause.beforeAcceptance", "from", $"暂停首日 {Words.Day(command.From)} 早于受理日 {Words.Day(accepted)}，请更正。", $"The first day of the pause, {Words.Day(command.From)}, lies before acceptance on {Words.Day(accepted)}; correct it.")
                .Done();
            var id = await ids.Next();
            var pause = new
            {
                Id = id,
                command.SubjectKind,
                command.SubjectId,
                command.Kind,
                Name = $"{command.Name.Zh}\n{command.Name.En}",
                command.Ground,
                command.From,
                command.PlannedDays,
                command.MostDays,
                command.NoticeNumber,
                command.ApprovedBy,
                OpenedBy = actor.Name,
                clock.Now,
            };
            if (!await db.TryInsert(Insert, pause, ct))
                throw Refused.Conflict("pause.alreadyOpen", $"{command.Label} 已有同类暂停尚未恢复，请先恢复。", $"A pause of this kind is already open on {command.Label}; resume it first.");
            await recounting.Apply([.. clocks.Select(c => c with { HasPauses = true })], DueCause.Pause, ct);
            if (command.MostDays is { } most)
                await mediator.Send(new StartClocks([new("pause", id, Rules.Pause, command.Label, command.Department, command.From, new Limit(most, Limit.WorkingDays))]), ct);
            return id;
        }
    }

    private sealed class Closing(Db db, ZoneClock clock, Actor actor, IMediator mediator, Recounting recounting) : IRequestHandler<ResumeClocks, Unit>
    {
        private const string FindOpen = """
            SELECT id, from_on
              FROM deadlines_pause
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND kind = @Kind AND to_on IS NULL
            """;

        private const string Close = """
            UPDATE deadlines_pause
               SET to_on = @To, closed_by = @Name, closed_at = @Now
             WHERE id = @Id AND to_on IS NULL
            """;

        public async Task<Unit> Handle(ResumeClocks command, CancellationToken ct)
        {
            var open = await db.Find<Open>(FindOpen, new { command.SubjectId, command.SubjectKind, command.Kind }, ct);
            if (open is null) throw Refused.Conflict("pause.notOpen", "没有可以恢复的暂停，可能已由他人恢复，请刷新查看。", "There is no open pause to resume; somebody may have resumed it. Reload.");
            new Check()
                .That(command.To >= open.FromOn, "pause.resumedBefore", "to", $"恢复日 {Words.Day(command.To)} 早于暂停首日 {Words.Day(open.FromOn)}，请更正。", $"The pause began on {Words.Day(open.FromOn)}; it cannot end on {Words.Day(command.To)}, before it. Correct the day.")
                .That(command.To <= clock.Today, "pause.resumedInFuture", "to", $"恢复日 {Words.Day(command.To)} 在今天之后，请到时再恢复。", $"The day of resuming, {Words.Day(command.To)}, lies in the future; resume on that day.")
                .Done();
            if (await db.Execute(Close, new { open.Id, command.To, actor.Name, clock.Now }, ct) == 0)
                throw Refused.Conflict("pause.notOpen", "暂停刚刚由他人恢复，请刷新查看。", "Somebody has just resumed the pause; reload.");
            await mediator.Send(new StopClocks("pause", open.Id, command.To), ct);
            await recounting.Apply(await db.Query<StoredClock>(Running, new { command.SubjectId, command.SubjectKind }, ct), DueCause.Resumption, ct);
            return Unit.Value;
        }

        private sealed record Open
        {
            public long Id { get; init; }
            public DateOnly FromOn { get; init; }
        }
    }

    private sealed class Reading(Db db) : IRequestHandler<PausesOf, IReadOnlyList<PauseFact>>
    {
        private const string Find = """
            SELECT id, kind, name, ground, from_on, to_on, planned_days, most_days, notice_number, approved_by, opened_by, closed_by
              FROM deadlines_pause
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind
             ORDER BY from_on, id
            """;

        public async Task<IReadOnlyList<PauseFact>> Handle(PausesOf query, CancellationToken ct)
        {
            var rows = await db.Query<Row>(Find, query, ct);
            return [.. rows.Select(r => new PauseFact(
                r.Id, r.Kind, new(r.Name.Split('\n')[0], r.Name.Split('\n')[^1]), r.Ground, r.FromOn, r.ToOn, r.PlannedDays, r.MostDays, r.NoticeNumber, r.ApprovedBy, r.OpenedBy, r.ClosedBy))];
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Kind { get; init; } = "";
            public string Name { get; init; } = "";
            public string Ground { get; init; } = "";
            public DateOnly FromOn { get; init; }
            public DateOnly? ToOn { get; init; }
            public int? PlannedDays { get; init; }
            public int? MostDays { get; init; }
            public string NoticeNumber { get; init; } = "";
            public string ApprovedBy { get; init; } = "";
            public string OpenedBy { get; init; } = "";
            public string? ClosedBy { get; init; }
        }
    }
}
