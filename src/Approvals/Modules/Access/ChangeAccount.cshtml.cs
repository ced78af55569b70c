using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Approvals.Modules.Access;

/// <summary>One account: its roles, its password, closing it.</summary>
[Needs(Act.ManageAccounts)]
internal sealed class ChangeAccountModel(IMediator mediator, Actor actor, Sessions sessions, Settings site, SignInSettings signIn, IOptionsMonitor<OpenIdConnectOptions> provider) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Login { get; set; } = "";

    [BindProperty]
    public List<Role> Roles { get; set; } = [];

    [BindProperty]
    public string? Department { get; set; }

    /// <summary>What the form showed.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    [BindProperty]
    public long? Window { get; set; }

    public IReadOnlyList<WindowFacts> Windows { get; private set; } = [];

    public IReadOnlyList<DepartmentName> Departments { get; private set; } = [];

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? New { get; set; }

    [BindProperty]
    public string? Issuer { get; set; }

    [BindProperty]
    public string? Subject { get; set; }

    [BindProperty]
    public long Ended { get; set; }

    /// <summary>People sign in at an identity provider.</summary>
    public bool HasProvider => signIn.Provider is not null;

    /// <summary>Where the account is signed in.</summary>
    public IReadOnlyList<ListSessions.Row> Sessions { get; private set; } = [];

    /// <summary>The reader's own session, where the account is the reader's.</summary>
    public long Current => base.User.Facts()?.Session ?? 0;

    /// <summary>What may be done to it stands on the page of the own account, or is another's to do.</summary>
    public bool IsOwn => User.Login == actor.Login;

    public string At(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, site.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    [TempData]
    public string? Done { get; set; }

    public IReadOnlyList<Role> AllRoles { get; } = Enum.GetValues<Role>();

    [NotNull]
    public new ShowUser.Result? User { get; private set; } = null!;

    public async Task OnGetAsync()
    {
        await Load();
        (Roles, Department, Email, Window) = ([.. User.Roles], User.Department, User.Email, User.WindowId);
        await ShowIdentity();
    }

    public Task<IActionResult> OnPostRolesAsync() => Change(
        () => mediator.Send(new ChangeRoles.Command(Department, Roles, Login, Seen)),
        Words.T("已保存。", "Saved."));

    public Task<IActionResult> OnPostWindowAsync() => Change(
        () => mediator.Send(new SeatUser.Command(Window, Login)),
        Words.T("已保存。", "Saved."));

    public Task<IActionResult> OnPostEmailAsync() => Change(
        () => mediator.Send(new ChangeEmail.Command(Email, Login)),
        Words.T("已保存。", "Saved."));

    public Task<IActionResult> OnPostPasswordAsync() => Change(
        () => mediator.Send(new ResetPassword.Command(New!, Login)),
        Words.T("密码已重设，请当面告诉本人；首次登录须更改。", "The password is set; tell the person face to face. The first sign-in changes it."));

    public Task<IActionResult> OnPostLinkAsync() => Change(
        () => mediator.Send(new LinkUser.Command(Login, Issuer ?? "", Subject ?? "")),
        Words.T("已关联统一身份。", "The account is linked to the identity provider."));

    public Task<IActionResult> OnPostFactorAsync() => Change(
        () => mediator.Send(new ResetFactor.Command(Login)),
        Words.T("第二验证已重置。", "The second factor is reset."));

    public Task<IActionResult> OnPostEndAsync() => Change(
        () => End(new EndSession.Of(Login, Ended)),
        Words.T("该登录已结束。", "That session has ended."));

    public Task<IActionResult> OnPostEndAllAsync() => Change(
        () => End(new EndSession.AllOf(Login)),
        Words.T("此人的所有登录已结束。", "All sessions of the person have ended."));

    public Task<IActionResult> OnPostDeactivateAsync() => Change(
        () => mediator.Send(new DeactivateUser.Command(Login)),
        Words.T("账号已停用。", "The account is closed."));

    public Task<IActionResult> OnPostReactivateAsync() => Change(
        () => mediator.Send(new ReactivateUser.Command(Login)),
        Words.T("账号已启用。", "The account is open again."));

    private async Task End(ICommand<Unit> command)
    {
        await mediator.Send(command);
        sessions.Forget(await mediator.Send(new ShowUser.IdOf(Login)));
    }

    private Task<IActionResult> Change(Func<Task> act, string done) => this.Do(async () =>
    {
        await act();
        Done = done;
        return RedirectToPage(new { Login });
    }, Load);

    private async Task Load()
    {
        User = await mediator.Send(new ShowUser.Query(Login));
        Departments = await mediator.Send(new KnownDepartments());
        // An account from before may have one that is in no catalogue: it is shown as it is.
        if (User.Department is { } own && Departments.All(d => d.Code != own)) Departments = [.. Departments, new(own, new("（目录中没有此部门）", "(not in the catalogue)"))];
        Windows = User.Roles.Contains(Role.WindowClerk) ? await mediator.Send(new OpenWindows()) : [];
        Sessions = await mediator.Send(new ListSessions.Of(Login));
        if (Request.Method == "POST" && Request.Query["handler"] != "Roles") (Roles, Department) = ([.. User.Roles], User.Department);
        if (Request.Method == "POST" && Request.Query["handler"] != "Window") Window = User.WindowId;
        if (Request.Method == "POST" && Request.Query["handler"] != "Email") Email = User.Email;
        if (Request.Method == "POST" && Request.Query["handler"] != "Link") await ShowIdentity();
    }

    private async Task ShowIdentity() =>
        (Issuer, Subject) = (User.Issuer ?? (HasProvider ? await Provider.Issuer(provider, HttpContext.RequestAborted) : null), User.Subject);
}
