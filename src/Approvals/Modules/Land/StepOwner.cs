using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Land;

/// <summary>Whose step of the land it is: the department that the catalogue names for it.</summary>
internal sealed class StepOwner(CatalogueInForce catalogue, Actor actor)
{
    /// <summary>净地核查: whoever clears the land registers the parcel, and what is paid for it.</summary>
    public const string Land = "L04";
    public const string Contract = "L08";
    public const string Levelling = "L10";
    public const string Handover = "L11";
    public const string ParcelSurvey = "L12";
    public const string Title = "L13";

    /// <param name="act">What is to be done.</param>
    /// <param name="steps">The step, or the steps that are one act together: the department of either may enter it.</param>
    public bool May(Act act, params string[] steps) => steps.Any(step => actor.May(act, new Place(Step(step)?.Who)));

    /// <exception cref="Refused">Where the step is another department's.</exception>
    public void Demand(Act act, params string[] steps)
    {
        if (May(act, steps)) return;
        var names = steps.Select(step => (Step(step)?.Name ?? new Text(step, step), catalogue.Current.Department(Step(step)?.Who ?? "")?.Name ?? new Text(step, step))).ToList();
        throw Refused.Forbidden(
            "land.otherDepartment",
            string.Join("；", names.Select(n => $"「{n.Item1.Zh}」由{n.Item2.Zh}办理")) + "，请联系该部门。",
            string.Join("; ", names.Select(n => $"“{n.Item1.En}” is done by {n.Item2.En}")) + "; ask that department.");
    }

    /// <summary>Who approves what of these steps is entered late: the head of the department of the step, or of either.</summary>
    public IReadOnlyList<Post> Heads(params string[] steps) => [.. steps.Select(step => new Post(Role.DepartmentHead, Step(step)?.Who))];

    private LandStep? Step(string code) => catalogue.Current.LandSteps.FirstOrDefault(s => s.Code == code);
}
