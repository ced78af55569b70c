using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Supervision;

/// <summary>移交: whose, what of it, to whom.</summary>
[Needs(Act.HandOverWork)]
internal sealed class HandOverModel(IMediator mediator, CatalogueInForce catalogue) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty]
    public string? To { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>What is ticked; all that is shown until somebody has said otherwise.</summary>
    [BindProperty]
    public List<string> Numbers { get; set; } = [];

    [TempData]
    public string? Done { get; set; }

    public HandOverWork.Result? Shown { get; private set; }

    public IReadOnlyList<ListOwners.Owner> People { get; private set; } = [];

    public bool IsTicked(string number) => Request.Method != "POST" || Numbers.Contains(number);

    public Text Item(string code, long id) => catalogue.Current.Item(id)?.Name ?? new(code, code);

    public async Task OnGetAsync()
    {
        People = await mediator.Send(new ListOwners.Query());
        if (string.IsNullOrWhiteSpace(From)) return;
        try
        {
            Shown = await mediator.Send(new HandOverWork.Query(From));
        }
        catch (Refused refused)
        {
            foreach (var problem in refused.Problems) ModelState.AddModelError(problem.Field, problem.Message.ToString());
            Response.StatusCode = (int)refused.Status;
        }
    }

    public Task<IActionResult> OnPostAsync() => this.Do(
        async () =>
        {
            var moved = await mediator.Send(new HandOverWork.Command(From!, To!, Reason!, Numbers));
            Done = Words.T($"已移交：办理件 {moved.Cases} 件，申请 {moved.Applications} 件。", $"Handed over: {moved.Cases} cases, {moved.Applications} applications.");
            return Redirect($"/hand-over?from={Uri.EscapeDataString(From!)}");
        },
        OnGetAsync);
}
