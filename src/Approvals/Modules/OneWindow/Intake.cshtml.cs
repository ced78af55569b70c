using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>收件: first the project, then one form.</summary>
[Needs(Act.TakeIn)]
internal sealed class IntakeModel(IMediator mediator, Actor actor) : PageModel
{
    /// <summary>The project chosen; without it the page asks for one.</summary>
    [BindProperty(SupportsGet = true, Name = "project")]
    public string? ProjectCode { get; set; }

    /// <summary>What is looked for among the projects.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Search { get; set; }

    [BindProperty]
    public string? RequestKey { get; set; }

    [BindProperty]
    public List<string> Items { get; set; } = [];

    [BindProperty]
    public List<string> GivenDocuments { get; set; } = [];

    [BindProperty]
    public string? Applicant { get; set; }

    [BindProperty]
    public string? ApplicantPhone { get; set; }

    [BindProperty]
    public DateTime? ReceivedAt { get; set; }

    [BindProperty]
    public string? LateReason { get; set; }

    public IReadOnlyList<FindProjects.Row> Projects { get; private set; } = [];

    public ShowIntake.Result? Form { get; private set; }

    public bool MayRegister => actor.May(Act.RegisterProject);

    public async Task OnGet()
    {
        RequestKey = Guid.CreateVersion7().ToString(); // ascending, so that its index grows at one end
        await Load();
        Applicant = Form?.Project.Enterprise;
    }

    /// <summary>The checklist of what is ticked now; nothing is kept yet.</summary>
    public async Task OnPostChecklist()
    {
        ModelState.Clear();
        await Load();
    }

    /// <summary>Ticks every item that can still be taken in.</summary>
    public async Task OnPostAll()
    {
        ModelState.Clear();
        await Load();
        if (Form is null) return;
        Items = [.. Form.Stages.SelectMany(s => s.Items).Where(i => i.Standing is null).Select(i => i.Item.Item.Code)];
        await Load();
    }

    /// <summary>Ticks every document of the checklist.</summary>
    public async Task OnPostAllGiven()
    {
        ModelState.Clear();
        await Load();
        GivenDocuments = [.. Form?.Checklist.Where(l => l.ComesFrom is null).Select(l => l.Document.Code) ?? []];
    }

    public Task<IActionResult> OnPost() => this.Do(
        async () =>
        {
            // What is ticked on a list that has since changed is not handed in.
            await Load();
            if (Form is null) throw Refused.Invalid("field.required", "project", "请先选择项目。", "Choose a project first.");
            var listed = Form.Checklist.Select(l => l.Document.Code).ToHashSet();
            var result = await mediator.Send(new TakeIn.Command(
                RequestKey ?? "", ProjectCode ?? "", Items, [.. GivenDocuments.Where(listed.Contains)], Applicant ?? "", ApplicantPhone ?? "", ReceivedAt, LateReason));
            return Redirect($"/applications/{result.Number}/receipt");
        },
        Load);

    public string Error(string field) => ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0 ? entry.Errors[0].ErrorMessage : "";

    private async Task Load()
    {
        if (string.IsNullOrWhiteSpace(ProjectCode)) Projects = await mediator.Send(new FindProjects.Query(Search));
        else Form = await mediator.Send(new ShowIntake.Query(ProjectCode, Items));
    }
}
