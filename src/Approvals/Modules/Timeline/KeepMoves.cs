using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>Why a day was moved. Stored by name.</summary>
internal enum MoveCause
{
    Reported,

    /// <summary>补报: reported more than a working day after it was reached.</summary>
    ReportedLate,
    Corrected,
    Planned,
    Pause,
    Resumption,
    Extension,
    ExtensionTakenBack,
    Limit,
    Calendar,
}

internal static class MoveCauses
{
    public static Text Name(MoveCause cause) => cause switch
    {
        MoveCause.Reported => new("里程碑达到", "milestone reached"),
        MoveCause.ReportedLate => new("补报", "reported late"),
        MoveCause.Corrected => new("更正", "corrected"),
        MoveCause.Planned => new("调整计划", "planned anew"),
        MoveCause.Pause => new("暂停计时", "paused"),
        MoveCause.Resumption => new("恢复计时", "resumed"),
        MoveCause.Extension => new("延长期限", "extended"),
        MoveCause.ExtensionTakenBack => new("撤销延长", "extension taken back"),
        MoveCause.Limit => new("时限调整", "another limit"),
        MoveCause.Calendar => new("日历变动", "calendar news"),
        _ => throw new ArgumentOutOfRangeException(nameof(cause)),
    };
}

/// <summary>Keeps every day that moves, with its cause, in the transaction that moves it.</summary>
internal static class KeepMoves
{
    private const string Keep = """
        INSERT INTO timeline_move (id, project_id, what, code, limit_rule, from_on, to_on, cause, reason, moved_by, moved_at)
        VALUES (@Id, @ProjectId, @What, @Code, @Rule, @From, @To, @Cause, @Reason, @By, @At)
        """;

    private static object Row(long id, long projectId, string what, string code, string? rule, DateOnly? from, DateOnly? to, MoveCause cause, string? reason, Actor actor, ZoneClock clock) =>
        new { Id = id, ProjectId = projectId, What = what, Code = code, Rule = rule, From = from, To = to, Cause = cause.ToString(), Reason = reason, By = actor.Name, At = clock.Now };

    private sealed class OfReports(Db db, Ids ids, Actor actor, ZoneClock clock, CalendarInForce calendar) : INotificationHandler<MilestoneReached>
    {
        public async Task Handle(MilestoneReached reached, CancellationToken ct) => await db.Execute(
            Keep,
            Row(
                await ids.Next(), reached.ProjectId, "fact", ProjectPlan.Code(reached.Kind, reached.Phase), null, null, reached.On,
                LateEntry.IsLate(reached.On, clock.Today, calendar.Current) ? MoveCause.ReportedLate : MoveCause.Reported, null, actor, clock),
            ct);
    }

    private sealed class OfPlans(Db db, Ids ids, Actor actor, ZoneClock clock) : INotificationHandler<MilestonesChanged>
    {
        public async Task Handle(MilestonesChanged changed, CancellationToken ct)
        {
            foreach (var m in changed.Moves)
                await db.Execute(Keep, Row(await ids.Next(), changed.ProjectId, m.IsPlan ? "plan" : "fact", ProjectPlan.Code(m.Kind, m.Phase), null, m.From, m.To, m.IsPlan ? MoveCause.Planned : MoveCause.Corrected, m.Reason, actor, clock), ct);
        }
    }

    private sealed class OfClocks(Db db, Ids ids, Actor actor, ZoneClock clock) : INotificationHandler<DueDatesMoved>
    {
        private const string ProjectOf = """
            SELECT a.project_id FROM permits_public_case a WHERE a.id = @SubjectId AND @SubjectKind = 'case'
            UNION ALL SELECT b.project_id FROM onewindow_public_application b WHERE b.id = @SubjectId AND @SubjectKind = 'application'
            UNION ALL SELECT d.project_id FROM onewindow_public_stage d WHERE d.id = @SubjectId AND @SubjectKind = 'stage'
            UNION ALL SELECT e.project_id FROM land_public_parcel e WHERE e.id = @SubjectId AND @SubjectKind = 'parcel'
            """;

        public async Task Handle(DueDatesMoved moved, CancellationToken ct)
        {
            // The calendar moves thousands, and Deadlines keeps each.
            if (moved.Cause == DueCause.Calendar) return;
            foreach (var date in moved.Dates.Where(d => d.From != d.To))
                if (await db.Find<long?>(ProjectOf, new { date.SubjectId, date.SubjectKind }, ct) is { } project)
                    await db.Execute(Keep, Row(await ids.Next(), project, "due", date.Label, date.Rule, date.From, date.To, Enum.Parse<MoveCause>(moved.Cause.ToString()), null, actor, clock), ct);
        }
    }
}
