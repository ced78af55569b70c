using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using Microsoft.AspNetCore.Antiforgery;

namespace Approvals.Modules.Access;

/// <summary>
/// Each form says for whom it was opened: what somebody opened while standing in (替岗) is not sent as their own once that
/// is over, nor the other way round, whatever other pages were opened meanwhile.
/// </summary>
internal sealed class OpenedFor : IAntiforgeryAdditionalDataProvider
{
    public string GetAdditionalData(HttpContext context) => For(context);

    /// <remarks>Why is left with the request, for whoever answers a form that does not hold and records it.</remarks>
    public bool ValidateAdditionalData(HttpContext context, string additionalData)
    {
        var why = Sessions.WhatIsOver(context) ?? (additionalData == For(context) ? null : Refused.Forbidden(
            "form.openedForAnother",
            "此页是以另一身份（本人或代岗）打开的，本次操作没有保存。请重新打开页面，核对页面上方的身份后再办理。",
            "This page was opened in another capacity (your own, or standing in), and nothing was saved. Open it anew, look at the top in whose name you act, and try again."));
        context.Features.Set(why);
        return why is null;
    }

    private static string For(HttpContext context) =>
        context.RequestServices.GetRequiredService<Actor>().For?.Id.ToString(CultureInfo.InvariantCulture) ?? "";
}
