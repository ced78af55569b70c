using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>The one page for people who are not signed in.</summary>
[AllowAnonymous]
internal sealed class SignInModel(IMediator mediator, Sessions sessions, Actor actor) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty]
    public string? Login { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public string? Wrong { get; private set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        try
        {
            var user = await mediator.Send(new SignIn.Query(Login, Password), ct);
            await sessions.Start(HttpContext, user);
            actor.Become(user.Id, user.Login, user.Name, user.Department, user.RoleList);
            return LocalRedirect(ReturnUrl is not null and not "/" && Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : actor.Home);
        }
        catch (Refused refused)
        {
            Response.StatusCode = (int)refused.Status;
            Wrong = refused.Problems[0].Message.ToString();
            return Page();
        }
    }
}
