using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Approvals.Web;

/// <summary>A method or a form that a page does not have is said to be none: the page would else be shown without what its handlers read.</summary>
internal sealed class KnownHandlers : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var (http, method) = (context.HttpContext, context.HttpContext.Request.Method);
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) return; // a page that was left after a form is opened again by the form's address
        // The form without a name would take every name that the page does not have.
        var named = http.Request.RouteValues["handler"] as string ?? http.Request.Query["handler"].FirstOrDefault();
        if (context.HandlerMethod is { } chosen && (string.IsNullOrEmpty(named) || named.Equals(chosen.Name, StringComparison.OrdinalIgnoreCase))) return;
        var known = context.ActionDescriptor.HandlerMethods.Select(h => h.HttpMethod.ToUpperInvariant()).Append(HttpMethods.Get).Append(HttpMethods.Head).Distinct();
        if (known.Contains(method))
        {
            context.Result = new NotFoundResult();
            return;
        }

        http.Response.Headers.Allow = string.Join(", ", known.Order(StringComparer.Ordinal));
        context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
