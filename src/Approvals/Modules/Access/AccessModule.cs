using System.CommandLine;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using Hangfire;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Approvals.Modules.Access;

/// <summary>Who may do what.</summary>
internal static class AccessModule
{
    private const string Scheme = "approvals";

    public static void AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(SignInSettings.Read(configuration));
        services.AddScoped<Actor>();
        services.AddScoped<Substitutions>();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = Passwords.Rounds);
        services.AddSingleton<Passwords>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<Factors>();

        // With the database, so that a restart signs nobody out and the command line opens what the site sealed.
        services.AddDataProtection().SetApplicationName("Approvals");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = provider.GetRequiredService<Settings>() is { Engine: "sqlserver" }
                ? new SharedKeys(provider)
                : new FileSystemXmlRepository(KeyFolder(provider.GetRequiredService<Settings>()), NullLoggerFactory.Instance)));
    }

    /// <summary>The doors of the site: a cookie for people, a token for programs under <c>/api</c>, and nothing open that does not say so.</summary>
    public static void AddAccessDoors(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<Devices>();
        services.AddScoped<Steps>();
        services.AddOptions<CookieAuthenticationOptions>(Sessions.Scheme).Configure<SignInSettings>((cookie, settings) => cookie.ExpireTimeSpan = settings.Idle);
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, OpenedFor>();
        services.AddSingleton<Menu>();
        var authentication = services.AddAuthentication(Scheme)
            .AddPolicyScheme(Scheme, null, options => options.ForwardDefaultSelector =
                context => context.Request.Path.StartsWithSegments("/api") ? TokenScheme.Name : Sessions.Scheme)
            .AddCookie(Sessions.Scheme, Sessions.Configure)
            .AddScheme<AuthenticationSchemeOptions, TokenScheme>(TokenScheme.Name, null);
        if (ProviderSettings.Read(configuration) is { } provider) authentication.AddProvider(provider);
        var authorization = services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var act in Enum.GetValues<Act>())
            authorization.AddPolicy("act." + act, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.May(act)));
    }

    /// <summary>Who the request comes from, for everything behind the doors.</summary>
    public static void UseActor(this WebApplication app) => app.Use((context, next) =>
    {
        var actor = context.RequestServices.GetRequiredService<Actor>();
        context.User.Sit(actor);
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (context.User.FindFirst(TokenScheme.TokenName) is { Value: var token }) actor.ComesFrom("token", $"{address} {token}");
        else actor.ComesFrom(context.Request.Path.StartsWithSegments("/api") ? "token" : "page", address);
        return next(context);
    });

    /// <summary>Doors outside <c>/api</c> that are no pages.</summary>
    public static void MapAccessDoors(this WebApplication app)
    {
        SwitchLanguage.Map(app);
        if (app.Services.GetRequiredService<SignInSettings>().Provider is not null) app.MapProvider();
    }

    public static void MapAccess(this RouteGroupBuilder api)
    {
        ShowAccount.Map(api);
        ChangePassword.Map(api);
        ChangeOwnEmail.Map(api);
        ListTokens.Map(api);
        MySubstitutions.Map(api);
        EndSubstitution.Map(api);
        ListSubstitutions.Map(api);
        RevokeToken.Map(api);
        ListUsers.Map(api);
        AddUser.Map(api);
        ChangeRoles.Map(api);
        ChangeEmail.Map(api);
        ResetPassword.Map(api);
        ResetFactor.Map(api);
        DeactivateUser.Map(api);
        ReactivateUser.Map(api);
        ManageWindows.Map(api);
        SeatUser.Map(api);
    }

    /// <summary>For the account that runs the program alone: whoever reads a key signs himself in as anybody.</summary>
    private static DirectoryInfo KeyFolder(Settings settings)
    {
        var folder = Path.Combine(settings.DataFolder, "keys");
        DataFolder.Demand("--data", folder);
        return new(folder);
    }

    /// <remarks>Just after midnight, and again for a midnight at which nothing ran.</remarks>
    public static void ScheduleAccess(this IRecurringJobManager jobs, RecurringJobOptions zone) =>
        jobs.AddOrUpdate<TurnSubstitutions.Job>("access.turn-substitutions", job => job.Run(CancellationToken.None), "5 * * * *", zone);

    public static IEnumerable<Command> Commands() => [UserCommand.Command(), TokenCommand.Command()];
}
