using Approvals.Messaging;
using Approvals.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Approvals.Modules.Audit;

/// <summary>Who is turned away at a page or an interface never makes a request; it is recorded here. So is a token that is not, or no longer, valid.</summary>
internal sealed class RefusedAtTheDoor : IAuthorizationMiddlewareResultHandler
{
    private const int LongestPath = 300;

    private readonly AuthorizationMiddlewareResultHandler answer = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden)
            await Keep(context, Refused.Forbidden("access.notAllowed", "角色没有此项权限。", "The role does not allow it."));
        else if (authorizeResult.Challenged && context.Request.Headers.Authorization.Count > 0)
            await Keep(context, context.Features.Get<Refused>() ?? Refused.Forbidden("access.badToken", "令牌无效、已过期或已撤销。", "The token is unknown, expired or revoked."));
        await answer.HandleAsync(next, context, policy, authorizeResult);
    }

    public static Task Keep(HttpContext context, Refused refused)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.Length > LongestPath) path = path[..LongestPath];
        return context.RequestServices.GetRequiredService<Recorder>().KeepRefused(Commands.Door, SubjectOf(path), new { context.Request.Method, path }, refused);
    }

    /// <summary>The matter an address is about.</summary>
    private static string SubjectOf(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["api", .. var rest] => SubjectOf(rest),
        var parts => SubjectOf(parts),
    };

    private static string SubjectOf(string[] parts) => parts switch
    {
        ["cases", var number, ..] => Subject.Of(Subject.Case, number),
        ["applications", var number, ..] => Subject.Of(Subject.Application, number),
        ["land", "parcels", var number, ..] => Subject.Of(Subject.Parcel, number),
        ["land", var number, ..] => Subject.Of(Subject.Parcel, number),
        ["projects", "new"] => "",
        ["projects", var code, ..] => Subject.Of(Subject.Project, code),
        ["orders", var number, ..] => Subject.Of(Subject.Order, number),
        ["accounts", var login, ..] => Subject.Of(Subject.Account, login),
        _ => "",
    };
}
