using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Modules.Portfolio.Contract;

/// <summary>写意见 or 登记风险 on a milestone.</summary>
/// <param name="Kind">The milestone.</param>
/// <param name="Phase">0 for the project as a whole.</param>
/// <param name="Text">What is said; of a risk, what may go wrong.</param>
/// <param name="Owner">Of a risk, the account of whoever sees to it; with the day it makes the remark a risk.</param>
/// <param name="DueOn">Of a risk, the day by which it is to be settled.</param>
/// <param name="ProjectCode">The project.</param>
[RecordAs("写意见、登记风险", "Write a comment or a risk", Subject.Project, "ProjectCode")]
[Needs(Act.Remark)]
internal sealed record WriteRemark(MilestoneKind? Kind, int Phase, string? Text, string? Owner = null, DateOnly? DueOn = null, string ProjectCode = "") : ICommand<long>;

/// <summary>关闭风险: its owner, whoever wrote it, or whoever answers for the project says how it was settled.</summary>
/// <param name="Id">The risk.</param>
/// <param name="Word">How it was settled.</param>
/// <param name="ProjectCode">The project.</param>
[RecordAs("关闭风险", "Close a risk", Subject.Project, "ProjectCode")]
[Needs(Act.Remark)]
internal sealed record CloseRisk(long Id, string? Word, string ProjectCode = "") : ICommand<Unit>;

/// <summary>What was said of a project's milestones: open risks first, by their day, then the rest, the newest first.</summary>
internal sealed record RemarksOf(ProjectFacts Project) : IRequest<IReadOnlyList<Remark>>, IInside;

/// <summary>Who can own a risk of the project: its people, and those of the centre and the departments.</summary>
internal sealed record OwnersOf(ProjectFacts Project) : IRequest<IReadOnlyList<UserFacts>>, IInside;

/// <param name="IsOverdue">Open, and its day has passed.</param>
/// <param name="MayClose">The reader may close it.</param>
internal sealed record Remark(
    long Id, MilestoneKind Kind, int Phase, bool IsRisk, string Text, string? Owner, DateOnly? DueOn, string WrittenBy, DateTime WrittenAt, string? ClosedBy, DateTime? ClosedAt, string? Closing,
    bool IsOverdue, bool MayClose)
{
    public bool IsOpen => IsRisk && ClosedAt is null;
}
