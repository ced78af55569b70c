using Approvals.Modules.Access.Contract;
using Approvals.Web;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Approvals.Modules.Audit;

/// <summary>A form that holds no longer, out of date or opened in another capacity, never becomes a request; it is recorded here.</summary>
/// <remarks>Not where nobody is signed in: strangers could fill the record.</remarks>
internal sealed class RefusedForms(Actor actor) : IAsyncAlwaysRunResultFilter
{
    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        if (context.Result is not IAntiforgeryValidationFailedResult)
        {
            await next();
            return;
        }

        await DemandReadable(context.HttpContext.Request);
        var refused = context.HttpContext.Features.Get<Refused>()
            ?? Refused.Invalid("request.refused", "", "此页面可能已经过期，本次操作没有保存。请返回、刷新后再试一次。", "The page may be out of date, and nothing was saved: go back, reload it and try again.");
        if (actor.Login.Length > 0) await RefusedAtTheDoor.Keep(context.HttpContext, refused);
        throw refused;
    }

    /// <summary>Where its token was not found because the form is too large, that is said: it is out of date no more than any other.</summary>
    private static async Task DemandReadable(HttpRequest request)
    {
        if (!request.HasFormContentType) return;
        try
        {
            await request.ReadFormAsync(); // it says again why it could not be read
        }
        catch (Exception error) when (error is InvalidDataException or (IOException and not BadHttpRequestException))
        {
        }
    }
}
