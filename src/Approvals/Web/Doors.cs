using System.Reflection;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;

namespace Approvals.Web;

/// <summary>Small words for endpoints.</summary>
internal static class Doors
{
    /// <summary>The endpoint needs what its request needs: said once, on the request.</summary>
    public static RouteHandlerBuilder Needs<TRequest>(this RouteHandlerBuilder endpoint)
    {
        var needs = typeof(TRequest).GetCustomAttribute<NeedsAttribute>()
            ?? throw new InvalidOperationException($"{typeof(TRequest).FullName} does not say what it needs.");
        endpoint.WithMetadata(needs);
        if (typeof(TRequest).GetCustomAttribute<TakesTwoAttribute>() is { } two) endpoint.WithMetadata(two);
        return endpoint;
    }

    public static bool IsHtmx(this HttpRequest request) => request.Headers.ContainsKey("HX-Request");
}
