using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>The accounts, and opening one.</summary>
[Needs(Act.ManageAccounts)]
internal sealed class AccountsModel(IMediator mediator) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    [BindProperty]
    public string? Login { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Department { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public List<Role> Roles { get; set; } = [];

    [BindProperty]
    public string? Password { get; set; }

    [TempData]
    public string? Done { get; set; }

    public bool Adding => Request.Method == "POST";

    public IReadOnlyList<Role> AllRoles { get; } = Enum.GetValues<Role>();

    public IReadOnlyList<ListUsers.User> Users { get; private set; } = [];

    public IReadOnlyList<DepartmentName> Departments { get; private set; } = [];

    public string? Next { get; private set; }

    public async Task OnGetAsync()
    {
        var page = await mediator.Send(new ListUsers.Query(After));
        (Users, Next) = (page.Users, page.Next);
        Departments = await mediator.Send(new KnownDepartments());
    }

    public Task<IActionResult> OnPostAddAsync() => this.Do(async () =>
    {
        var added = await mediator.Send(new AddUser.Command(Login!, Name!, Department, Roles, Password!, Email));
        Done = Words.T($"账号 {added.Login} 已建好。", $"The account {added.Login} is open.");
        return RedirectToPage();
    }, OnGetAsync);
}
