using Microsoft.AspNetCore.Localization;

namespace Approvals.Modules.Access;

/// <summary>Chinese or English, kept in a cookie of the browser. Open to everyone: the sign-in page has both languages too.</summary>
internal static class SwitchLanguage
{
    internal static void Map(IEndpointRouteBuilder app) => app
        .MapGet("/language/{code:regex(^(zh|en)$)}", (string code, string? returnUrl, HttpContext context, TimeProvider time) =>
        {
            var culture = new RequestCulture(code == "en" ? "en" : "zh-CN");
            context.Response.Cookies.Append(CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(culture), new CookieOptions
            {
                Expires = time.GetUtcNow().AddYears(1),
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                IsEssential = true,
            });
            return Results.LocalRedirect(Steps.IsLocal(returnUrl) ? returnUrl! : "/");
        })
        .AllowAnonymous().ExcludeFromDescription();
}
