using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Approvals.Web;

/// <summary>What every answer carries and every request must pass, whoever asks and whatever for.</summary>
internal static class Shields
{
    /// <summary>A form with all its fields, or a catalogue file, is far smaller. A door that takes more says so itself.</summary>
    public const int LargestBody = 2 * 1024 * 1024;

    private const string Host = "__Host-";

    public static void AddShields(this IServiceCollection services, Exposure exposure)
    {
        services.AddSingleton(exposure);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(new Carried()));
        if (exposure.IsSecure) BindCookies(services);
        services.AddAntiforgery(form =>
        {
            form.Cookie.Name = (exposure.IsSecure ? Host : "") + "approvals-form";
            form.Cookie.SecurePolicy = exposure.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            form.SuppressXFrameOptionsHeader = true; // frame-ancestors says it for every answer
        });
        services.Configure<CookieTempDataProviderOptions>(said =>
        {
            said.Cookie.Name = (exposure.IsSecure ? Host : "") + "approvals-said";
            said.Cookie.SecurePolicy = exposure.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        });
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            // No host: the proxy passes on the one it was asked for, and AllowedHosts holds it.
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = 1;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in exposure.Proxies) forwarded.KnownIPNetworks.Add(network);
        });
    }

    /// <summary>First of all: who really asks, and over HTTPS or not.</summary>
    public static void UseShields(this WebApplication app)
    {
        var exposure = app.Services.GetRequiredService<Exposure>();
        if (exposure.Proxies.Count > 0) app.UseForwardedHeaders();
        app.UseCookiePolicy(new CookiePolicyOptions
        {
            HttpOnly = Microsoft.AspNetCore.CookiePolicy.HttpOnlyPolicy.Always,
            Secure = exposure.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest,
        });
    }

    /// <summary>People are led to HTTPS; a program that sent its token in the clear is told so, or it would go on.</summary>
    public static void UseHttpsOnly(this WebApplication app)
    {
        var exposure = app.Services.GetRequiredService<Exposure>();
        if (!exposure.IsSecure) return;
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.IsHttps || request.Path.StartsWithSegments(Exposure.Health)) return next(context);
            if (request.Path.StartsWithSegments("/api") || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            {
                return ErrorPage.Write(context, StatusCodes.Status403Forbidden, [new("https.needed", "", new(
                    "请使用 HTTPS 访问。此前明文发送的口令或令牌请立即更换。", "Use HTTPS. Replace any password or token that was sent in the clear."))]);
            }

            // As it was sent: what is no name at all cannot be written as one.
            var host = (exposure.SecurePort is { } port ? new HostString(request.Host.Host, port) : new HostString(request.Host.Host)).Value;
            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            context.Response.Headers.Location = $"https://{host}{request.PathBase}{request.Path}{request.QueryString}";
            return Task.CompletedTask;
        });
    }

    /// <remarks>Files of the program carry its version in their address or change with a release only; what a page shows is kept by no browser and no proxy.</remarks>
    public static StaticFileOptions Files { get; } = new()
    {
        OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
            file.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "public, max-age=3600",
    };

    /// <summary>Set after whoever named them, whichever schemes there are.</summary>
    private static void BindCookies(IServiceCollection services) => services.PostConfigureAll<CookieAuthenticationOptions>(options =>
    {
        if (options.Cookie.Path is null or "/" && options.Cookie.Name is { } name && !name.StartsWith(Host, StringComparison.Ordinal))
            (options.Cookie.Name, options.Cookie.Path) = (Host + name, "/");
        options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
    });

    private static void Carry(HttpContext context, string policy, bool isDevelopment)
    {
        var headers = context.Response.Headers;
        // Browsers keep none for an address in digits; one for localhost would shut out every other program of the machine.
        if (!isDevelopment && context.Request is { IsHttps: true, Host.Host: not "localhost" }) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        // An answer may be stricter with itself: a file that somebody handed in.
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (headers.CacheControl.ToString() is not ['p', 'u', 'b', 'l', 'i', 'c', ..]) headers.CacheControl = "no-store";
    }

    private static string? Origin(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null;

    /// <summary>What every answer carries, a refusal's, a fault's and that to a host name that is none of the site's: it stands before all others, also before what looks at the name.</summary>
    private sealed class Carried : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            var isDevelopment = app.ApplicationServices.GetRequiredService<IHostEnvironment>().IsDevelopment();
            var policies = new ContentPolicies(isDevelopment, Origin(app.ApplicationServices.GetRequiredService<IConfiguration>()["Oidc:Authority"]));
            app.Use((context, then) =>
            {
                // The path as it was asked for: within the jobs page it is what stands behind /jobs.
                var path = context.Request.Path;
                // As it starts: what answers for a refusal or a fault begins by clearing what was said before.
                context.Response.OnStarting(() =>
                {
                    Carry(context, policies.For(path), isDevelopment);
                    return Task.CompletedTask;
                });
                return then(context);
            });
            next(app);
        };
    }

    /// <summary>What a page may load and do. No script and no style stands in a page itself, so none that somebody smuggles in runs.</summary>
    private sealed class ContentPolicies(bool isDevelopment, string? provider)
    {
        private readonly string pages = Policy("script-src 'self'", "style-src 'self'", provider);

        // Hangfire writes widths and colours of its bars into style attributes; its scripts are files.
        private readonly string jobs = Policy("script-src 'self'", "style-src 'self' 'unsafe-inline'", null);

        // The browser of the API configures itself in the page. In Development only, where nothing is worth stealing.
        private readonly string api = Policy("script-src 'self' 'unsafe-inline' 'unsafe-eval'", "style-src 'self' 'unsafe-inline'", null);

        public string For(PathString path) =>
            path.StartsWithSegments("/jobs") ? jobs
            : isDevelopment && path.StartsWithSegments("/openapi") ? api
            : pages;

        /// <remarks>Signing out sends a form here that is answered with the way to the provider: browsers hold that to form-action.</remarks>
        private static string Policy(string scripts, string styles, string? formsTo) =>
            $"default-src 'none'; {scripts}; {styles}; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
            + $"form-action 'self'{(formsTo is null ? "" : " " + formsTo)}; base-uri 'none'; frame-ancestors 'none'";
    }
}
