using Approvals.Modules.Projects.Contract;
using Approvals.Web;

namespace Approvals.Modules.Projects;

/// <summary>When a milestone is planned for.</summary>
/// <param name="Kind">Which milestone.</param>
/// <param name="On">The day; none takes the plan away.</param>
/// <param name="Phase">0 for the project as a whole.</param>
/// <param name="Seen">The plan as its author saw it, which another has not changed since; none: whatever it is.</param>
internal sealed record PlannedMilestone(MilestoneKind Kind, DateOnly? On, int Phase = 0, PlannedMilestone.Plan? Seen = null)
{
    internal sealed record Plan(DateOnly? On);

    private static readonly DateOnly First = new(2000, 1, 1);
    private static readonly DateOnly Last = new(2099, 12, 31);

    public static void Check(Check check, IReadOnlyList<PlannedMilestone>? milestones, int phases)
    {
        var seen = new HashSet<(int, MilestoneKind)>();
        for (var i = 0; i < (milestones?.Count ?? 0); i++)
        {
            if (milestones![i] is not { } milestone)
            {
                check.Add("field.required", $"milestones[{i}]", "里程碑列表中有空项，请删除。", "The list of milestones has an empty entry; remove it.");
                continue;
            }

            var name = Milestones.Name(milestone.Kind);
            check.That(
                milestone.Phase >= 0 && milestone.Phase <= phases, "project.unknownPhase", $"milestones[{i}].phase",
                $"「{name.Zh}」所属的第 {milestone.Phase} 期不存在。", $"“{name.En}” is planned for phase {milestone.Phase}, which does not exist.");
            check.That(
                milestone.On is not { } on || (on >= First && on <= Last), "project.planOutOfRange", $"milestones[{i}].on",
                $"「{name.Zh}」的计划日期应在 2000 年至 2099 年之间。", $"The planned day of “{name.En}” must be between 2000 and 2099.");
            check.That(
                seen.Add((milestone.Phase, milestone.Kind)), "project.milestoneTwice", $"milestones[{i}].kind",
                $"「{name.Zh}」重复填写。", $"“{name.En}” is planned twice.");
        }
    }
}
