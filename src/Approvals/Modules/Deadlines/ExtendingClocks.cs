using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>延长 (行政许可法 42): gives and takes back the one extension of a subject, and changes limits; the clocks are counted again from the start.</summary>
internal static class ExtendingClocks
{
    private const int Most = 10;

    /// <summary>Where the limit is the 45 days of joint handling.</summary>
    private const int MostJointly = 15;

    private const int JointLimit = 45;

    // An extension is in working days, so it moves only limits in working days; other laws have their own.
    private const string Running = $"""
        SELECT {StoredClock.Columns}
          FROM deadlines_clock
         WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND stopped_on IS NULL AND limit_unit = 'wd' AND limit_rule IN ('promised', 'statutory', 'stage')
        """;

    private sealed class Giving(Db db, Ids ids, ZoneClock clock, Actor actor, Recounting recounting) : IRequestHandler<ExtendClocks, Unit>
    {
        private const string Insert = """
            INSERT INTO deadlines_extension (id, subject_kind, subject_id, days, reason, approved_by, notice_number, granted_by, granted_at)
            VALUES (@Id, @SubjectKind, @SubjectId, @Days, @Reason, @ApprovedBy, @NoticeNumber, @By, @Now)
            """;

        public async Task<Unit> Handle(ExtendClocks command, CancellationToken ct)
        {
            var clocks = await db.Query<StoredClock>(Running, new { command.SubjectId, command.SubjectKind }, ct);
            if (clocks.Count == 0)
                throw Refused.Conflict("extension.notRunning", "没有正在计时的工作日时限，不能延长。", "No limit in working days is running; there is nothing to extend.");
            var law = clocks.FirstOrDefault(c => c.Rule == Rules.Statutory) ?? clocks[0];
            var most = law.LimitValue == JointLimit ? MostJointly : Most;
            new Check()
                .That(command.Days >= 1 && command.Days <= most, "extension.days", "days", $"延长为 1 至 {most} 个工作日（行政许可法第四十二条），请更正。", $"An extension is 1 to {most} working days (Administrative Licensing Law art. 42); correct it.")
                .That(law.DueOn is null || law.DueOn >= clock.Today, "extension.tooLate", "days", $"时限已于 {Words.Day(law.DueOn)} 届满，期满后不能再延长。", $"The limit ended on {Words.Day(law.DueOn)}; it cannot be extended afterwards.")
                .Done();
            var extension = new { Id = await ids.Next(), command.SubjectKind, command.SubjectId, command.Days, command.Reason, command.ApprovedBy, command.NoticeNumber, By = actor.Name, clock.Now };
            if (!await db.TryInsert(Insert, extension, ct))
                throw Refused.Conflict("extension.twice", "已经延长过一次，法律只允许延长一次。", "It has been extended once already; the law allows one extension only.");
            await recounting.Apply([.. clocks.Select(c => c with { ExtensionDays = command.Days })], DueCause.Extension, ct);
            return Unit.Value;
        }
    }

    private sealed class TakingBack(Db db, ZoneClock clock, Actor actor, Recounting recounting) : IRequestHandler<RemoveExtension, Unit>
    {
        private const string Remove = """
            UPDATE deadlines_extension
               SET removed_by = @Name, removed_at = @Now, removal_reason = @Reason
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND removed_at IS NULL
            """;

        public async Task<Unit> Handle(RemoveExtension command, CancellationToken ct)
        {
            if (await db.Execute(Remove, new { command.SubjectId, command.SubjectKind, command.Reason, actor.Name, clock.Now }, ct) == 0)
                throw Refused.Conflict("extension.none", "没有可以撤销的延长，可能已由他人撤销，请刷新查看。", "There is no extension to take back; somebody may have done so. Reload.");
            var clocks = await db.Query<StoredClock>(Running, new { command.SubjectId, command.SubjectKind }, ct);
            await recounting.Apply([.. clocks.Select(c => c with { ExtensionDays = 0 })], DueCause.ExtensionTakenBack, ct);
            return Unit.Value;
        }
    }

    private sealed class Reading(Db db) : IRequestHandler<ExtensionsOf, IReadOnlyList<ExtensionFact>>
    {
        private const string Find = """
            SELECT days, reason, approved_by, notice_number, granted_by, granted_at, removed_by, removed_at, removal_reason
              FROM deadlines_extension
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind
             ORDER BY id
            """;

        public async Task<IReadOnlyList<ExtensionFact>> Handle(ExtensionsOf query, CancellationToken ct)
        {
            var rows = await db.Query<Row>(Find, query, ct);
            return [.. rows.Select(r => new ExtensionFact(r.Days, r.Reason, r.ApprovedBy, r.NoticeNumber, r.GrantedBy, r.GrantedAt, r.RemovedBy, r.RemovedAt, r.RemovalReason))];
        }

        private sealed record Row
        {
            public int Days { get; init; }
            public string Reason { get; init; } = "";
            public string ApprovedBy { get; init; } = "";
            public string NoticeNumber { get; init; } = "";
            public string GrantedBy { get; init; } = "";
            public DateTime GrantedAt { get; init; }
            public string? RemovedBy { get; init; }
            public DateTime? RemovedAt { get; init; }
            public string? RemovalReason { get; init; }
        }
    }

    private sealed class Changing(Db db, Recounting recounting) : IRequestHandler<ChangeLimits, IReadOnlyList<MovedDate>>
    {
        private const string OfRule = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND limit_rule = @Rule AND stopped_on IS NULL
            """;

        public async Task<IReadOnlyList<MovedDate>> Handle(ChangeLimits command, CancellationToken ct)
        {
            var clocks = new List<StoredClock>();
            foreach (var change in command.Limits)
            {
                if (await db.Find<StoredClock>(OfRule, new { change.SubjectId, change.SubjectKind, change.Rule }, ct) is { } found)
                    clocks.Add(found with { LimitValue = change.Limit.Value, LimitUnit = change.Limit.Unit });
            }

            return await recounting.Apply(clocks, DueCause.Limit, ct);
        }
    }
}
