using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Approvals.Database;
using Approvals.Demonstration;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Dapper;
using MediatR;
using Microsoft.AspNetCore.Localization;
using OtpNet;

namespace Approvals.Tests.Access;

/// <summary>What a browser does, without one: cookies are kept, redirects are not followed, forms carry their hidden fields.</summary>
internal static class Browsing
{
    private static readonly HtmlParser Parser = new();

    /// <summary>A client with a cookie jar, signed in by nobody.</summary>
    public static HttpClient Browser(this App app, bool english = false)
    {
        var cookies = new CookieContainer();
        if (english) cookies.Add(app.Address, new Cookie(CookieRequestCultureProvider.DefaultCookieName, "c%3Den%7Cuic%3Den"));
        var handler = new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false };
        return new HttpClient(handler) { BaseAddress = app.Address };
    }

    /// <summary>The secret of every second factor in these tests.</summary>
    private const string Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    /// <summary>A code is good once, and the clock of a test stands still: one takes it after the other.</summary>
    private static readonly SemaphoreSlim OneAfterTheOther = new(1, 1);

    /// <summary>Signed in through the sign-in page, with the second factor where the roles demand it; by default as an account of the demonstration zone.</summary>
    public static async Task<HttpClient> SignedIn(this App app, string login, string password = Zone.Password, bool english = false)
    {
        var browser = app.Browser(english);
        using var answer = await browser.SignIn(login, password);
        if (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString == Steps.Page)
        {
            await OneAfterTheOther.WaitAsync();
            try
            {
                await app.HasFactor(login);
                using var again = await browser.SignIn(login, password);
                using var code = await browser.Submit(Steps.Page, "form[action*=Code]", ("Code", app.Code()));
                if (code.StatusCode == HttpStatusCode.Redirect) return browser;
            }
            finally
            {
                OneAfterTheOther.Release();
            }
        }

        if (answer.StatusCode != HttpStatusCode.Redirect) throw new InvalidOperationException($"{login} was not let in: {answer.StatusCode}");
        return answer.Headers.Location!.OriginalString == Steps.Page ? throw new InvalidOperationException($"{login} was not let in: the code was refused") : browser;
    }

    /// <summary>As somebody who set up the second factor long ago.</summary>
    public static async Task HasFactor(this App app, string login)
    {
        var sealedSecret = app.Services.GetRequiredService<Factors>().Seal(Secret);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await db.Transact(async () =>
        {
            var to = new { login = login.Trim().ToLowerInvariant(), secret = sealedSecret, now = app.Zone.Now };
            await db.Execute("DELETE FROM access_factor WHERE user_id = (SELECT id FROM access_user WHERE login = @login)", to);
            return await db.Execute("INSERT INTO access_factor (user_id, secret, last_step, created_at) SELECT id, @secret, 0, @now FROM access_user WHERE login = @login", to);
        }, default);
    }

    /// <summary>The embedded engine tells texts apart letter by letter. A server does not (Chinese_PRC_CI_AS): here this one column does not either.</summary>
    /// <param name="column">As the table declares it.</param>
    public static async Task ComparesLoosely(this App app, string column)
    {
        if (App.Server is not null) return;
        await using var database = app.Writing();
        await database.OpenAsync();
        await database.ExecuteAsync("PRAGMA writable_schema = ON");
        var changed = await database.ExecuteAsync("UPDATE sqlite_schema SET sql = replace(sql, @column, @loosely) WHERE name = 'access_user' AND sql LIKE '%' || @column || '%'", new { column, loosely = column + " COLLATE NOCASE" });
        var version = await database.QuerySingleAsync<long>("PRAGMA schema_version");
        await database.ExecuteAsync($"PRAGMA schema_version = {version + 1}; PRAGMA writable_schema = RESET; REINDEX");
        Assert.That(changed, Is.EqualTo(1), column);
    }

    public static string Hash(this App app, string password) => app.Services.GetRequiredService<Passwords>().Hash(password);

    /// <summary>A token as its owner makes it: an administrator after the second factor.</summary>
    public static async Task<string> Token(this App app, string login, string name, IReadOnlyList<Scope>? scopes = null, bool hasFactor = true, int days = 90)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var (actor, mediator) = (scope.ServiceProvider.GetRequiredService<Actor>(), scope.ServiceProvider.GetRequiredService<IMediator>());
        var user = await Account.Get(scope.ServiceProvider.GetRequiredService<Db>(), login, default);
        actor.Become(user.Id, user.Login, user.Name, user.Department, user.RoleList);
        actor.HasShownSecondFactor = hasFactor;
        return (await mediator.Send(new CreateToken.Command(name, days, scopes))).Token;
    }

    /// <summary>What the app on the phone shows now, or so many steps of half a minute later.</summary>
    public static string Code(this App app, int later = 0, string secret = Secret) =>
        new Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(app.Clock.GetUtcNow().UtcDateTime.AddSeconds(30 * later));

    public static Task<HttpResponseMessage> SignIn(this HttpClient browser, string login, string password, string returnUrl = "") =>
        browser.Submit("/sign-in", "main form[method=post]", ("Login", login), ("Password", password), ("ReturnUrl", returnUrl));

    public static async Task<IHtmlDocument> Page(this HttpClient browser, string url)
    {
        using var answer = await browser.GetAsync(url);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{url} answered {(int)answer.StatusCode}");
        return await answer.Html();
    }

    public static async Task<IHtmlDocument> Html(this HttpResponseMessage answer) => await Parser.ParseDocumentAsync(await answer.Content.ReadAsStringAsync());

    /// <summary>Opens the page, fills in the form and sends it as a browser would.</summary>
    /// <param name="form">Which form, as a CSS selector; the first it finds.</param>
    public static async Task<HttpResponseMessage> Submit(this HttpClient browser, string url, string form, params (string Name, string Value)[] fields)
    {
        var page = await browser.Page(url);
        var found = page.QuerySelector(form) as IHtmlFormElement ?? throw new InvalidOperationException($"{url} has no {form}");
        var given = fields.Select(f => f.Name).ToHashSet();
        var kept = found.Elements.OfType<IHtmlInputElement>()
            .Where(i => i.Name is { Length: > 0 } name && !given.Contains(name) && !(i.Type is "checkbox" or "radio" && !i.IsChecked))
            .Select(i => KeyValuePair.Create(i.Name!, i.Value));
        using var content = new FormUrlEncodedContent(kept.Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));
        return await browser.PostAsync(found.GetAttribute("action") is { Length: > 0 } action ? action : url, content);
    }
}
