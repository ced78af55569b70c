using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>The one page for people who are not signed in.</summary>
[AllowAnonymous]
internal sealed class SignInModel(IMediator mediator, Steps steps, Devices devices, SignInSettings settings) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty]
    public string? Login { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public string? Wrong { get; private set; }

    public SignInSettings Settings => settings;

    public void OnGet(string? problem) => Wrong = Provider.Problem(problem)?.ToString();

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        try
        {
            var user = await mediator.Send(new SignIn.Query(Login, Password, devices.Of(HttpContext, Login)), ct);
            return LocalRedirect(await steps.Go(HttpContext, user, steps.Begin(user, ReturnUrl)));
        }
        catch (Refused refused)
        {
            Response.StatusCode = (int)refused.Status;
            Wrong = refused.Problems[0].Message.ToString();
            return Page();
        }
    }
}
