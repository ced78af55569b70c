using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects.Contract;

/// <summary>The points of a project's life that people plan by. Stored by name.</summary>
internal enum MilestoneKind
{
    Signed,
    LandAcquired,
    HandedOver,
    Titled,
    LandUsePermit,
    DesignApproved,
    WorksPermit,
    ConstructionPermit,
    ConstructionStarted,
    MainStructure,
    ToppedOut,
    Completed,

    /// <summary>竣工验收: the completed works have passed the joint acceptance.</summary>
    Accepted,
    Production,
}

internal static class Milestones
{
    public static Text Name(MilestoneKind kind) => kind switch
    {
        MilestoneKind.Signed => new("签约", "Signed"),
        MilestoneKind.LandAcquired => new("取得土地", "Land acquired"),
        MilestoneKind.HandedOver => new("土地交付", "Land handed over"),
        MilestoneKind.Titled => new("取得不动产权证书", "Titled"),
        MilestoneKind.LandUsePermit => new("取得用地规划许可", "Land-use permit"),
        MilestoneKind.DesignApproved => new("方案通过", "Design approved"),
        MilestoneKind.WorksPermit => new("取得工程规划许可", "Works planning permit"),
        MilestoneKind.ConstructionPermit => new("取得施工许可", "Construction permit"),
        MilestoneKind.ConstructionStarted => new("正式开工", "Construction started"),
        MilestoneKind.MainStructure => new("主体施工", "Main structure begun"),
        MilestoneKind.ToppedOut => new("主体封顶", "Topped out"),
        MilestoneKind.Completed => new("竣工", "Completed"),
        MilestoneKind.Accepted => new("竣工验收", "Accepted"),
        MilestoneKind.Production => new("投产", "In production"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>What the other modules may know of a project.</summary>
internal sealed record ProjectFacts
{
    public long Id { get; init; }
    public string Code { get; init; } = "";
    public string Name { get; init; } = "";
    public string Enterprise { get; init; } = "";
    public string CreditCode { get; init; } = "";
    public long ProcessId { get; init; }
    public long InvestmentFen { get; init; }
    public long LandAreaDm2 { get; init; }
    public string Place { get; init; } = "";
    public long? ManagerId { get; init; }
    public long? AgentId { get; init; }
}

/// <summary>A project as somebody who reaches only some of them may see it and act on it.</summary>
internal static class ProjectScope
{
    public static Place Place(this ProjectFacts project) => new(ManagerId: project.ManagerId, AgentId: project.AgentId);

    /// <exception cref="Refused">Where the project is not the actor's own and needs to be.</exception>
    public static ProjectFacts Within(this ProjectFacts project, Actor actor, Act act) => actor.May(act, project.Place())
        ? project
        : throw Refused.Forbidden(
            "project.notYours",
            $"项目 {project.Code} 由其项目经理和代办员查看和办理，您不在其中。",
            $"Project {project.Code} is seen and handled by its own manager and agent, and you are neither.");
}

/// <summary>The project of a code, or null.</summary>
internal sealed record FindProject(string Code) : IRequest<ProjectFacts?>, IInside;

/// <summary>The project of a code, which must be the actor's own to report on and to plan; refused where it is not.</summary>
internal sealed record DemandOwnProject(string Code) : IRequest<ProjectFacts>, IInside;

/// <summary>The project of an id; it must exist.</summary>
internal sealed record GetProject(long Id) : IRequest<ProjectFacts>, IInside;

/// <summary>A milestone of the whole project was reached on a day; the first report stands, a repeat changes nothing.</summary>
internal sealed record ReachMilestone(long ProjectId, MilestoneKind Kind, DateOnly On) : ICommand<Unit>, IInside;

/// <summary>A project has been registered.</summary>
internal sealed record ProjectRegistered(long ProjectId) : INotification;

/// <summary>A milestone was reached, and nobody had reported it before; phase 0 is the project as a whole.</summary>
internal sealed record MilestoneReached(long ProjectId, int Phase, MilestoneKind Kind, DateOnly On) : INotification;

/// <summary>Somebody looks at a report that was entered late before approving it: whoever ends a limit with that milestone says what becomes of it.</summary>
internal sealed record MilestonePreviewed(long ProjectId, MilestoneKind Kind, DateOnly On, ICollection<Text> Lines) : INotification;

/// <summary>What a project's milestones are planned for was changed, or a report of one put right or taken back.</summary>
internal sealed record MilestonesChanged(long ProjectId, IReadOnlyList<MilestoneMove> Moves) : INotification;

/// <param name="IsPlan">The planned day moved; else the reported one was put right, or taken back where <paramref name="To"/> is null.</param>
internal sealed record MilestoneMove(int Phase, MilestoneKind Kind, bool IsPlan, DateOnly? From, DateOnly? To, string? Reason = null);

/// <summary>Plan and fact of one milestone; phase 0 is the project as a whole.</summary>
internal sealed record MilestoneFact
{
    public int Phase { get; init; }
    public string Kind { get; init; } = "";
    public DateOnly? PlannedOn { get; init; }
    public DateOnly? ReachedOn { get; init; }

    /// <summary>Who reported it, and when; where a decision or a paper of the land did, whoever entered that.</summary>
    public string? ReportedBy { get; init; }
    public DateTime? ReportedAt { get; init; }
}

/// <summary>Plans milestones for these days where they are still planned for what they were; whoever asks has seen to it that they may.</summary>
internal sealed record PlanDays(long ProjectId, IReadOnlyList<((MilestoneKind Kind, int Phase) Of, DateOnly? Was, DateOnly On)> Days) : IRequest<Unit>, IInside;

internal sealed record MilestonesOf(long ProjectId) : IRequest<IReadOnlyList<MilestoneFact>>, IInside;

/// <summary>A part of a project that has milestones of its own; numbered from 1.</summary>
internal sealed record PhaseFact
{
    public int Number { get; init; }
    public string Name { get; init; } = "";
}

internal sealed record PhasesOf(long ProjectId) : IRequest<IReadOnlyList<PhaseFact>>, IInside;

/// <summary>填报里程碑 from the page of another module: what <c>ReportMilestone</c> does, by its rules.</summary>
[RecordAs("填报里程碑", "Report a milestone", Subject.Project, "ProjectCode")]
[Needs(Act.ReportMilestone)]
[TakesTwo]
internal sealed record MilestoneReport(string ProjectCode, MilestoneKind? Kind, DateOnly? On, int Phase = 0, string? LateReason = null) : ICommand<Unit>;
