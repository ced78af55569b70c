using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>替岗, for those who oversee it.</summary>
[Needs(Act.ArrangeSubstitution)]
internal sealed class SubstitutionsModel(IMediator mediator) : PageModel
{
    [BindProperty]
    public string? Login { get; set; }

    [BindProperty]
    public string? Substitute { get; set; }

    [BindProperty]
    public DateOnly? From { get; set; }

    [BindProperty]
    public DateOnly? To { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public long Id { get; set; }

    [TempData]
    public string? Done { get; set; }

    public bool Adding => Request.Method == "POST";

    public ListSubstitutions.Result Shown { get; private set; } = new([], [], []);

    public static string Says(ListSubstitutions.Person person) => $"{person.Name}（{string.Join(Words.T("、", ", "), person.Roles.Select(Permissions.Name))}）";

    public async Task OnGetAsync() => Shown = await mediator.Send(new ListSubstitutions.Query());

    public Task<IActionResult> OnPostArrangeAsync() => this.Do(async () =>
    {
        await mediator.Send(new ArrangeSubstitution.Command(Login!, Substitute!, From, To, Reason!));
        Done = Words.T("替岗已安排，双方都收到消息。", "The substitution is arranged, and both are told.");
        return RedirectToPage();
    }, OnGetAsync);

    public Task<IActionResult> OnPostEndAsync() => this.Do(async () =>
    {
        await mediator.Send(new EndSubstitution.Command(Id));
        Done = Words.T("替岗已结束。", "The substitution is over.");
        return RedirectToPage();
    }, OnGetAsync);
}
