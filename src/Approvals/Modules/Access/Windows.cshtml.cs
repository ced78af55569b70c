using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>窗口: the windows of the hall and who sits at each.</summary>
[Needs(Act.ManageAccounts)]
internal sealed class WindowsModel(IMediator mediator) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>The window a form is on; 0 where it opens another.</summary>
    [BindProperty]
    public long Id { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ManageWindows.Result Shown { get; private set; } = null!;

    /// <summary>What was typed for a window and refused.</summary>
    public string? Typed(long id, string? otherwise = null) => Request.Method == "POST" && Id == id ? Name : otherwise;

    public string Error(long id) => Request.Method == "POST" && Id == id && ModelState.TryGetValue("Name", out var entry) && entry.Errors.Count > 0 ? entry.Errors[0].ErrorMessage : "";

    public async Task OnGetAsync() => Shown = await mediator.Send(new ManageWindows.Query());

    public Task<IActionResult> OnPostOpenAsync() => Change(() => mediator.Send(new ManageWindows.Open(Name)), Words.T("窗口已开设，请在账号页安排人员。", "The window is open; seat its clerks on the pages of their accounts."));

    public Task<IActionResult> OnPostRenameAsync() => Change(() => mediator.Send(new ManageWindows.Rename(Name, Id)), Words.T("已改名。", "Renamed."));

    public Task<IActionResult> OnPostCloseAsync() => Change(() => mediator.Send(new ManageWindows.Close(Id)), Words.T("窗口已关闭。", "The window is closed."));

    private Task<IActionResult> Change(Func<Task> act, string done) => this.Do(async () =>
    {
        await act();
        Done = done;
        return RedirectToPage();
    }, OnGetAsync);
}
