using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Web;

/// <summary>The one place where a refusal becomes an answer: problem details for programs, the same page with messages for people.</summary>
internal static partial class Problems
{
    /// <summary>
    /// Does what a form asks. A refusal shows the page again, with the messages beside the fields and all input kept.
    /// </summary>
    /// <param name="page">The page whose form was sent.</param>
    /// <param name="act">Sends the command and says where to go.</param>
    /// <param name="reload">Loads what the page shows.</param>
    /// <param name="prefix">Where the form names its fields under one: <c>contract</c> for <c>contract.signedOn</c>.</param>
    public static async Task<IActionResult> Do(this PageModel page, Func<Task<IActionResult>> act, Func<Task> reload, string prefix = "")
    {
        if (page.ModelState.IsValid)
        {
            try
            {
                return await act();
            }
            catch (Refused refused)
            {
                foreach (var problem in refused.Problems) page.ModelState.AddModelError(problem.Field is "" || prefix is "" ? problem.Field : $"{prefix}.{problem.Field}", problem.Message.ToString());
                page.Response.StatusCode = (int)refused.Status;
            }
            catch (Messaging.Asked asked)
            {
                return new RedirectResult(Page(asked));
            }
        }
        else
        {
            page.Response.StatusCode = StatusCodes.Status400BadRequest;
        }

        await reload();
        return page.Page();
    }

    /// <summary>What the model binder says of input it cannot read, in the reader's language.</summary>
    public static void Speak(DefaultModelBindingMessageProvider say)
    {
        say.SetAttemptedValueIsInvalidAccessor((value, field) => FieldNames.Of(field) is { } name
            ? Words.T($"「{value}」不是有效的值，请更正「{name.Zh}」。", $"“{value}” is not a valid value for “{name.En}”.")
            : Words.T($"「{value}」不是有效的值，请更正。", $"“{value}” is not a valid value."));
        say.SetNonPropertyAttemptedValueIsInvalidAccessor(value => Words.T($"「{value}」不是有效的值，请更正。", $"“{value}” is not a valid value."));
        say.SetUnknownValueIsInvalidAccessor(field => FieldNames.Of(field) is { } name
            ? Words.T($"「{name.Zh}」的值无效，请更正。", $"The value of “{name.En}” is not valid.")
            : Words.T("值无效，请更正。", "The value is not valid."));
        say.SetNonPropertyUnknownValueIsInvalidAccessor(() => Words.T("值无效，请更正。", "The value is not valid."));
        say.SetValueIsInvalidAccessor(value => Words.T($"「{value}」不是有效的值，请更正。", $"“{value}” is not valid."));
        say.SetValueMustBeANumberAccessor(field => FieldNames.Of(field) is { } name
            ? Words.T($"「{name.Zh}」必须是数字。", $"“{name.En}” must be a number.")
            : Words.T("必须是数字。", "It must be a number."));
        say.SetNonPropertyValueMustBeANumberAccessor(() => Words.T("必须是数字。", "It must be a number."));
        say.SetValueMustNotBeNullAccessor(_ => Words.T("此项不能为空。", "This may not be empty."));
        say.SetMissingBindRequiredValueAccessor(field => FieldNames.Of(field) is { } name ? Words.T($"缺少「{name.Zh}」。", $"“{name.En}” is missing.") : Words.T("缺少值。", "A value is missing."));
        say.SetMissingKeyOrValueAccessor(() => Words.T("缺少值。", "A value is missing."));
        say.SetMissingRequestBodyRequiredValueAccessor(() => Words.T("请求没有内容。", "The request has no body."));
    }

    /// <summary>For the API: every error is problem details with a stable <c>code</c> and the <c>field</c> at fault.</summary>
    public static async Task Write(HttpContext context, Exception? error)
    {
        var (status, problems) = Read(error);
        await Write(context, status, problems);
    }

    public static Task Write(HttpContext context, int status, IReadOnlyList<Problem> problems)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new
            {
                type = $"urn:approvals:problem:{problems[0].Code}",
                title = problems[0].Message.ToString(),
                status,
                code = problems[0].Code,
                field = problems[0].Field,
                errors = problems.Select(p => new { code = p.Code, field = p.Field, message = p.Message.ToString() }),
                traceId = context.TraceIdentifier,
            },
            options: null,
            contentType: "application/problem+json");
    }

    /// <summary>It takes a second person: a program is told which request it has become, a person is led to it.</summary>
    public static Task Write(HttpContext context, Messaging.Asked asked)
    {
        if (!context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.Redirect(Page(asked));
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = $"/api/requests/{asked.Number}";
        return context.Response.WriteAsJsonAsync(new
        {
            request = asked.Number,
            state = "pending",
            approver = asked.Who.ToString(),
            message = Words.T($"已提请批准，须由{asked.Who.Zh}批准后生效。", $"Asked for: it takes effect once approved by {asked.Who.En}."),
        });
    }

    private static string Page(Messaging.Asked asked) => $"/requests/{asked.Number}";

    /// <summary>What an exception means to whoever asked.</summary>
    public static (int Status, IReadOnlyList<Problem> Problems) Read(Exception? error) => error switch
    {
        Refused refused => ((int)refused.Status, refused.Problems),
        BadHttpRequestException { InnerException: JsonException json } => (400, [new("body.unreadable", Field(json.Path), new(
            $"请求内容无法读取：{Place(json).Zh}的值格式不对、字段不存在，或日期不存在。",
            $"The body cannot be read: {Place(json).En} has the wrong form, is not a known field, or is a day that does not exist."))]),
        BadHttpRequestException { Message: var text } when Parameter().Match(text) is { Success: true } at => (400, [new("request.unreadable", at.Groups[1].Value, new(
            $"参数 {at.Groups[1].Value} 的值「{at.Groups[2].Value}」不对，请更正。", $"The value “{at.Groups[2].Value}” of the parameter {at.Groups[1].Value} is not valid; correct it."))]),
        BadHttpRequestException { StatusCode: 400, Message: var text } when text.Contains("body", StringComparison.Ordinal) => (400, [new("body.missing", "", new(
            "请求没有内容，请以 JSON 对象发送。", "The request has no body; send a JSON object."))]),
        _ when IsUnreadable(error) => (415, [new("body.wrongType", "", new(
            "请求内容应为 UTF-8 编码，类型为 application/json 或网页表单。", "What is sent must be in UTF-8, as application/json or as a form."))]),
        BadHttpRequestException { StatusCode: 413 } => (413, [new("body.tooLarge", "", new(
            "发送的内容过大，请缩小后重试。", "What was sent is too large; make it smaller."))]),
        BadHttpRequestException bad => (bad.StatusCode, [new("request.unreadable", "", new(
            "请求格式不正确，请检查地址、内容类型和参数。", "The request is malformed; check address, content type and parameters."))]),
        _ => (500, [new("server.fault", "", new(
            "系统出错，本次操作没有保存。请稍后重试；仍不行时请把页面上的编号告诉管理员。",
            "The system failed and nothing was saved. Try again; if it persists, give the number shown to the administrator."))]),
    };

    public static Exception? Of(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Error;

    /// <summary>How the framework says that it reads no such encoding, or that there is no form.</summary>
    private static bool IsUnreadable(Exception? error) => error switch
    {
        NotSupportedException => error.Message.Contains("UTF-7", StringComparison.Ordinal),
        InvalidOperationException { InnerException: ArgumentException or NotSupportedException } => error.Message.Contains("content type charset", StringComparison.Ordinal),
        InvalidOperationException => error.Message.StartsWith("Incorrect Content-Type", StringComparison.Ordinal),
        _ => false,
    };

    private static string Field(string? path) => path is { Length: > 2 } ? path[2..] : "";

    private static Text Place(JsonException json) => Field(json.Path) is { Length: > 0 } field
        ? new($" {field} ", field)
        : new($"第 {json.LineNumber + 1} 行", $"line {json.LineNumber + 1}");

    /// <summary>How the framework says which parameter it could not read.</summary>
    [GeneratedRegex("^Failed to bind parameter \".*? ?(\\w+)\" from \"(.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex Parameter();
}
