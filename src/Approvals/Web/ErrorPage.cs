using System.Text.Encodings.Web;
using Approvals.Modules.Access.Contract;
using Microsoft.AspNetCore.Diagnostics;

namespace Approvals.Web;

/// <summary>What is shown when a request ends without its page: problem details under <c>/api</c>, a plain page elsewhere.</summary>
internal static class ErrorPage
{
    public static async Task Answer(HttpContext context)
    {
        var error = Problems.Of(context);
        if (error is Messaging.Asked asked)
        {
            await Problems.Write(context, asked);
            return;
        }

        var (status, problems) = Problems.Read(error);
        await Write(context, status, problems);
    }

    public static Task Status(StatusCodeContext status)
    {
        var context = status.HttpContext;
        if (context.Response.ContentType is not null) return Task.CompletedTask;
        var code = context.Response.StatusCode;
        Problem problem = code switch
        {
            401 => new("access.signInNeeded", "", new("请先登录，或在请求中带上有效的令牌。", "Sign in first, or send a valid token.")),
            403 => new("access.notAllowed", "", new("您的角色不能打开此页或进行此操作。", "Your role may not open this page or do this.")),
            404 => new("notFound", "", new("没有找到您要的页面或资料，请检查地址或编号。", "The page or record was not found; check the address or number.")),
            405 => new("method.notAllowed", "", new("此地址不接受这种请求方法。", "This address does not take that method.")),
            429 => new("rate.exceeded", "", new($"请求过于频繁，请在 {context.Response.Headers.RetryAfter} 秒后再试。", $"Too many requests; try again in {context.Response.Headers.RetryAfter} s.")),
            413 => new("body.tooLarge", "", new("发送的内容过大，请缩小后重试。", "What was sent is too large; make it smaller.")),
            415 => new("body.wrongType", "", new("请求内容类型应为 application/json。", "The content type must be application/json.")),
            400 => new("request.refused", "", new("此页面可能已经过期，请返回、刷新后再试一次。", "The page may be out of date: go back, reload it and try again.")),
            _ => new("request.refused", "", new("请求没有被接受，请检查后重试。", "The request was not accepted; check it and try again.")),
        };
        return Write(context, code, [problem]);
    }

    public static async Task Write(HttpContext context, int status, IReadOnlyList<Problem> problems)
    {
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            await Problems.Write(context, status, problems);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        var encode = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);
        var messages = string.Concat(problems.Select(p => $"<p>{encode.Encode(p.Message.ToString())}</p>"));
        var reference = status < 500 ? "" : $"""<p class="small">{Words.T("编号", "Reference")} <span class="code">{encode.Encode(context.TraceIdentifier)}</span></p>""";
        var actor = context.RequestServices.GetRequiredService<Actor>();
        var known = actor.Login.Length > 0;
        var way = status == StatusCodes.Status401Unauthorized
            ? $"""<a class="btn btn-primary" href="/sign-in" target="_blank" rel="noopener">{Words.T("在新标签页登录", "Sign in in a new tab")}</a>"""
            : $"""<a class="btn btn-primary" href="{(known ? actor.Home : "/sign-in")}">{(known ? Words.T("回首页", "Back to the start") : Words.T("登录", "Sign in"))}</a>""";
        await context.Response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="{Words.T("zh-CN", "en")}">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>{Words.T("没有办成", "Not done")} · {Words.T("一窗通", "Approvals")}</title>
              <link rel="icon" href="/favicon.svg" type="image/svg+xml">
              <link rel="stylesheet" href="/lib/bootstrap/bootstrap.min.css">
              <link rel="stylesheet" href="/app.css">
            </head>
            <body>
              <header class="topbar"><div class="wrap"><a class="brand" href="{(known ? actor.Home : "/sign-in")}">{Words.T("一窗通", "Approvals")}<small>{Words.T("工程建设项目审批", "Construction project approvals")}</small></a></div></header>
              <main class="page" id="content"><div class="wrap"><section class="panel"><div class="empty">
                <h1>{Title(status)}</h1>{messages}{reference}
                {way}
              </div></section></div></main>
            </body>
            </html>
            """);
    }

    private static string Title(int status) => status switch
    {
        401 => Words.T("登录已结束，没有保存", "Your session has ended, nothing was saved"),
        403 => Words.T("没有权限", "Not for your role"),
        404 => Words.T("没有找到", "Not found"),
        _ => Words.T("这一步没有办成", "This was not done"),
    };
}
