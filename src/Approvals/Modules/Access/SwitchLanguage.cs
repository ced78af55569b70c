using Microsoft.AspNetCore.Localization;

namespace Approvals.Modules.Access;

/// <summary>Chinese or English, kept in a cookie of the browser. Open to everyone: the sign-in page has both languages too.</summary>
internal static class SwitchLanguage
{
    /// <remarks>Sent as a form it keeps what was sent with it: the page that it leads back to gets it again.</remarks>
    internal static void Map(IEndpointRouteBuilder app) => app
        .MapMethods("/language/{code:regex(^(zh|en)$)}", ["GET", "POST"], (string code, string? returnUrl, HttpContext context, TimeProvider time) =>
        {
            var culture = new RequestCulture(code == "en" ? "en" : "zh-CN");
            context.Response.Cookies.Append(CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(culture), new CookieOptions
            {
                Expires = time.GetUtcNow().AddYears(1),
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                IsEssential = true,
            });
            return Results.LocalRedirect(Steps.IsLocal(returnUrl) ? returnUrl! : "/", preserveMethod: HttpMethods.IsPost(context.Request.Method));
        })
        .AllowAnonymous().ExcludeFromDescription();
}
