using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>One's own account: password, tokens, and the way out.</summary>
[Needs(Act.UseOwnAccount)]
internal sealed class AccountModel(IMediator mediator, Actor actor, Sessions sessions, SignInSettings settings, Settings site) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public int Days { get; set; } = 90;

    [BindProperty]
    public List<Scope> Scopes { get; set; } = [Scope.Read];

    [BindProperty]
    public string? Revoked { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Current { get; set; }

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

    public MySubstitutions.Result Substitutions { get; private set; } = new([], [], []);

    [BindProperty]
    public string? New { get; set; }

    [TempData]
    public string? Done { get; set; }

    public string? Created { get; private set; }

    public Actor Who => actor;

    public bool MaySubstitute => actor.May(Act.SeeWork);

    public bool HasFactor { get; private set; }

    public SignInSettings Settings => settings;

    /// <summary>The sign-in before this one, which its owner ought to remember.</summary>
    public DateTime? Before => User.Facts()?.Before;

    public bool ByProvider => User.Facts()?.ByProvider == true;

    public static string Uses(string scopes) => string.Join(Words.T("、", ", "), Access.Contract.Scopes.Parse(scopes).Order().Select(s => s.Name()));

    public IReadOnlyList<ListTokens.Row> Tokens { get; private set; } = [];

    public async Task OnGetAsync()
    {
        Tokens = await mediator.Send(new ListTokens.Query());
        Substitutions = await mediator.Send(new MySubstitutions.Query());
        var account = await mediator.Send(new ShowAccount.Query());
        HasFactor = account.HasFactor;
        if (Request.Query["handler"] != "Email") Email = account.Email;
    }

    public Task<IActionResult> OnPostCreateAsync() => this.Do(async () =>
    {
        // Shown in this answer and nowhere else: a redirect would have to keep it.
        Created = (await mediator.Send(new CreateToken.Command(Name!, Days, Scopes))).Token;
        Response.Headers.CacheControl = "no-store";
        await OnGetAsync();
        Name = null;
        return Page();
    }, OnGetAsync);

    public Task<IActionResult> OnPostRevokeAsync() => this.Do(async () =>
    {
        await mediator.Send(new RevokeToken.Command(Revoked!));
        Done = Words.T($"令牌「{Revoked}」已撤销。", $"The token “{Revoked}” is revoked.");
        return RedirectToPage();
    }, OnGetAsync);

    public Task<IActionResult> OnPostEmailAsync() => this.Do(async () =>
    {
        await mediator.Send(new ChangeOwnEmail.Command(Email));
        Done = string.IsNullOrWhiteSpace(Email) ? Words.T("不再寄邮件给您。", "Nothing is mailed to you any more.") : Words.T($"邮件将寄到 {Email.Trim()}。", $"Mail goes to {Email.Trim()}.");
        return RedirectToPage();
    }, OnGetAsync);

    public Task<IActionResult> OnPostPasswordAsync() => this.Do(async () =>
    {
        await mediator.Send(new ChangePassword.Command(Current!, New!));
        await sessions.Renew(HttpContext, actor.UserId);
        Done = Words.T("密码已修改，其他地方的登录和日历订阅地址已失效。", "The password is changed; sessions elsewhere and the address of the calendar have ended.");
        return RedirectToPage();
    }, OnGetAsync);

    public Task<IActionResult> OnPostSubstituteAsync() => this.Do(async () =>
    {
        await mediator.Send(new NameSubstitute.Command(Substitute!, From, To, Reason!));
        Done = Words.T($"已指定替岗人，{Words.Day(From)} 至 {Words.Day(To)}。", $"The substitute is named, {Words.Day(From)} to {Words.Day(To)}.");
        return RedirectToPage();
    }, OnGetAsync);

    public Task<IActionResult> OnPostEndAsync() => this.Do(async () =>
    {
        await mediator.Send(new EndSubstitution.Command(Id));
        Done = Words.T("替岗已结束。", "The substitution is over.");
        return RedirectToPage();
    }, OnGetAsync);

    /// <summary>The switch on the screen.</summary>
    public Task<IActionResult> OnPostStandInAsync() => this.Do(async () =>
    {
        await mediator.Send(new StandInFor.Command(Id));
        await sessions.ActFor(HttpContext, Id);
        return LocalRedirect("/");
    }, OnGetAsync);

    public Task<IActionResult> OnPostStandDownAsync() => this.Do(async () =>
    {
        await mediator.Send(new StandInFor.Leave());
        await sessions.ActFor(HttpContext, null);
        return LocalRedirect("/account");
    }, OnGetAsync);

    public async Task<IActionResult> OnPostSignOutAsync()
    {
        if (User.Facts() is { Session: > 0 and var session })
        {
            try
            {
                await mediator.Send(new EndSession.Command(session));
            }
            catch (Refused over) when (over.Problems[0].Code == EndSession.OverCode)
            {
                // Somebody has ended it just now; all the better.
            }

            sessions.Forget(actor.UserId);
        }

        if (User.Facts() is { ByProvider: true } && settings.Provider is not null)
            return SignOut(new AuthenticationProperties { RedirectUri = Sessions.SignInPage }, Sessions.Scheme, Provider.Scheme);
        await HttpContext.SignOutAsync(Sessions.Scheme);
        return LocalRedirect(Sessions.SignInPage);
    }

    public async Task<IActionResult> OnPostEverywhereAsync()
    {
        await mediator.Send(new SignOutEverywhere.Command());
        sessions.Forget(actor.UserId);
        await HttpContext.SignOutAsync(Sessions.Scheme);
        return LocalRedirect(Sessions.SignInPage);
    }

    public string Local(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, site.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
