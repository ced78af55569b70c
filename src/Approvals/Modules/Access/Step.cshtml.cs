using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>Between the password and the session: the second factor, the first password of one's own, or setting up the factor.</summary>
[AllowAnonymous]
internal sealed class StepModel(IMediator mediator, Steps steps, Devices devices, Factors factors, IWebHostEnvironment environment) : PageModel
{
    private (Account User, Steps.Way Way)? who;

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? New { get; set; }

    [BindProperty]
    public string? Again { get; set; }

    [BindProperty]
    public string? Offered { get; set; }

    public Step Step => who is { } known ? Steps.Next(known.User, known.Way) : Step.None;

    public string? Login => who?.User.Login;

    public Factors.Offer? Offer { get; private set; }

    public IReadOnlyList<string>? RecoveryCodes { get; private set; }

    /// <summary>Where the last step leads.</summary>
    public string Onward { get; private set; } = "/";

    public string? DemonstrationCode { get; private set; }

    public string Heading => RecoveryCodes is not null ? Words.T("恢复码", "Recovery codes") : Step switch
    {
        Step.Code => Words.T("第二验证", "Second factor"),
        Step.Password => Words.T("设定您自己的密码", "Choose your own password"),
        Step.Factor => Words.T("设置第二验证", "Set up the second factor"),
        _ => Words.T("请重新登录", "Sign in again"),
    };

    public async Task OnGetAsync()
    {
        who ??= await steps.Read(HttpContext);
        Response.Headers.CacheControl = "no-store";
        if (who is not { } known) return;
        if (Step == Step.Factor) Offer = factors.Again(known.User, Offered) ?? factors.New(known.User);
        // Outside Development there are no such accounts: the program does not start with one.
        if (environment.IsDevelopment() && known.User.IsDemonstration)
        {
            if (Offer is not null) DemonstrationCode = factors.CodeAfter(Offer.Secret, 0);
            else if (Step == Step.Code) DemonstrationCode = await steps.DemonstrationCode(known.User);
        }
    }

    public Task<IActionResult> OnPostCodeAsync() => Take(Step.Code, async (user, way) =>
    {
        await steps.As(user, () => mediator.Send(new CheckCode.Query(Code, devices.Of(HttpContext, user.Login))));
        return LocalRedirect(await steps.Go(HttpContext, user, way with { HasFactor = true }));
    });

    public Task<IActionResult> OnPostPasswordAsync() => Take(Step.Password, async (user, way) =>
    {
        await steps.As(user, () => mediator.Send(new FirstPassword.Command(New!, Again!)));
        return LocalRedirect(await steps.GoOn(HttpContext, way));
    });

    public Task<IActionResult> OnPostFactorAsync() => Take(Step.Factor, async (user, way) =>
    {
        // Shown in this answer and nowhere else: a redirect would have to keep them.
        RecoveryCodes = (await steps.As(user, () => mediator.Send(new SetUpFactor.AtSignIn(Offered, Code)))).RecoveryCodes;
        Response.Headers.CacheControl = "no-store";
        Onward = await steps.GoOn(HttpContext, way with { HasFactor = true });
        return Page();
    });

    /// <summary>Only the step that is due: a form for another one is out of date, or forged.</summary>
    private async Task<IActionResult> Take(Step step, Func<Account, Steps.Way, Task<IActionResult>> act)
    {
        who = await steps.Read(HttpContext);
        if (who is not { } known || Step != step) return LocalRedirect(who is null ? Sessions.SignInPage : Steps.Page);
        return await this.Do(() => act(known.User, known.Way), OnGetAsync);
    }
}
