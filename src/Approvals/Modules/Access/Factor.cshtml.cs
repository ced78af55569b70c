using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>One's own second factor: set it up, change the phone, new recovery codes, take it away.</summary>
[Needs(Act.UseOwnAccount)]
internal sealed class FactorModel(IMediator mediator, Actor actor, Sessions sessions, Factors factors) : PageModel
{
    [BindProperty]
    public string? Offered { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [TempData]
    public string? Done { get; set; }

    public string Login => actor.Login;

    public bool HasFactor { get; private set; }

    public bool IsNeeded { get; private set; }

    public int CodesLeft { get; private set; }

    public Factors.Offer Offer { get; private set; } = null!;

    public IReadOnlyList<string>? RecoveryCodes { get; private set; }

    public async Task OnGetAsync()
    {
        var own = await mediator.Send(new ShowFactor.Query());
        (HasFactor, IsNeeded, CodesLeft) = (own.Account.HasFactor, own.Account.NeedsFactor, own.CodesLeft);
        Offer = factors.Again(own.Account, Offered) ?? factors.New(own.Account);
        Response.Headers.CacheControl = "no-store";
    }

    public Task<IActionResult> OnPostSetUpAsync() => this.Do(async () =>
    {
        RecoveryCodes = (await mediator.Send(new SetUpFactor.Command(Offered, Code, Password))).RecoveryCodes;
        await sessions.Renew(HttpContext, actor.UserId, hasFactor: true);
        Offered = null;
        await OnGetAsync();
        return Page();
    }, OnGetAsync);

    public Task<IActionResult> OnPostCodesAsync() => this.Do(async () =>
    {
        RecoveryCodes = (await mediator.Send(new NewRecoveryCodes.Command(Password))).RecoveryCodes;
        await OnGetAsync();
        return Page();
    }, OnGetAsync);

    public Task<IActionResult> OnPostRemoveAsync() => this.Do(async () =>
    {
        await mediator.Send(new ResetFactor.Own(Password));
        await sessions.Renew(HttpContext, actor.UserId);
        Done = Words.T("第二验证已停用。", "The second factor is taken away.");
        return RedirectToPage();
    }, OnGetAsync);
}
