using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Approvals.Database;
using Approvals.Demonstration;
using Approvals.Messaging;
using Approvals.Modules.Access;
using Approvals.Modules.Audit;
using Approvals.Modules.Calendar;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Documents;
using Approvals.Modules.Land;
using Approvals.Modules.Messages;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Operations;
using Approvals.Modules.Permits;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Projects;
using Approvals.Modules.Reports;
using Approvals.Modules.Supervision;
using Approvals.Modules.Timeline;
using Approvals.Web;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.WebEncoders;

namespace Approvals;

/// <summary>The program as a whole: a table of contents.</summary>
internal static class Site
{
    public static async Task<int> Serve(string[] args)
    {
        try
        {
            return await Run(args);
        }
        catch (InvalidOperationException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message); // a setting, named: no fault of the program
            return 1;
        }
    }

    private static async Task<int> Run(string[] args)
    {
        await using var app = Build(args);
        var settings = app.Services.GetRequiredService<Settings>();
        using var hold = OnlySite.Hold(settings);
        if (hold is null)
        {
            await Console.Error.WriteLineAsync($"数据文件夹 {settings.DataFolder} 已有网站在运行，请先停止它，或用 --data 换一个文件夹。 A site is running on the data folder already; stop it, or give another folder (--data).");
            return 1;
        }

        app.Services.DemandFilesFolder();
        app.Services.DemandRootsFolder();
        await Prepare(app.Services);
        if (await Listen(app) is { } ended) return ended;
        Welcome.Print(app);
        await app.Services.TellStories();
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <returns>Null once it listens, else how the program ends.</returns>
    public static async Task<int?> Listen(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return 0; // stopped while it began
        }
        catch (Exception error) when (error is IOException or FormatException)
        {
            await Console.Error.WriteLineAsync($"不能在此地址启动，请换一个端口或地址（--urls）。 It cannot listen there; give another port or address (--urls). {error.Message}");
            return 1;
        }

        if (app.Services.GetRequiredService<Exposure>().Unforeseen(app.Urls).FirstOrDefault() is not { } address) return null;
        await app.StopAsync();
        await Console.Error.WriteLineAsync($"服务器在 {address} 对外监听，而设置中没有这个地址，已停止。请只用 Urls 或 Kestrel:Endpoints 之一写明全部地址。 The server listened for others on {address}, which the settings do not name, and was stopped. Give all addresses in Urls or in Kestrel:Endpoints alone.");
        return 1;
    }

    /// <param name="args">The command line.</param>
    /// <param name="adjust">For tests: another clock, another database.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        // Settings and static files come from the program's own folder, wherever it is started; only data/ lies under the current one.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"], // settings are read once: nothing watches their files
            ApplicationName = "Approvals",
            ContentRootPath = AppContext.BaseDirectory,
        });
        adjust?.Invoke(builder);
        var settings = AddServices(builder.Services, builder.Configuration);

        builder.Services.AddRazorPages(o => o.RootDirectory = "/Modules")
            .AddMvcOptions(o =>
            {
                Problems.Speak(o.ModelBindingMessageProvider);
                // What is required is said once, by the command, in both languages.
                o.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
                o.Filters.AddService<RefusedForms>();
                o.Filters.Add(new KnownHandlers());
            })
            .AddViewOptions(o => o.HtmlHelperOptions.ClientValidationEnabled = false); // no script reads its attributes
        builder.Services.Configure<WebEncoderOptions>(o => o.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        builder.Services.ConfigureHttpJsonOptions(o => ConfigureJson(o.SerializerOptions));
        builder.Services.Configure<RequestLocalizationOptions>(Localise);
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true); // everywhere, so that a bad body is told what is wrong with it
        builder.Services.AddOpenApi(ApiDocument.Describe);
        builder.Services.AddAccessDoors(builder.Configuration);
        builder.Services.KeepSecretAddressesOutOfLogs();
        builder.Services.AddShields(Exposure.Read(builder.Configuration));
        if (settings.RunJobs) builder.Services.RunJobs();

        var app = builder.Build();
        app.UseShields();
        app.UseRequestLocalization(); // first, so that errors too speak the reader's language
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = ErrorPage.Answer,
            SuppressDiagnosticsCallback = failed => failed.Exception is Asked || Problems.Read(failed.Exception).Status < 500, // a refusal is an answer, not a fault
        });
        app.UseStatusCodePages(ErrorPage.Status);
        app.UseHttpsOnly();
        app.UseStaticFiles(Shields.Files);
        var rates = Rates.Read(app.Configuration);
        app.UseRates(rates.OfAddresses());
        app.UseRouting();
        app.UseAuthentication();
        app.UseRates(rates.OfAccounts());
        app.UseActor();
        app.UseAuthorization();

        app.MapRazorPages();
        app.MapAccessDoors();
        app.MapJobs();
        app.MapOldAlerts();
        app.MapHealth();
        var api = app.MapGroup("/api");
        api.MapAccess();
        api.MapCalendar();
        api.MapCatalogue();
        api.MapProjects();
        api.MapOneWindow();
        api.MapPermits();
        api.MapLand();
        api.MapDeadlines();
        api.MapTimeline();
        api.MapPortfolio();
        api.MapMessages();
        api.MapOperations();
        api.MapSupervision();
        api.MapAudit();
        api.MapReports();
        api.MapCountersigning();
        app.MapApiDocument();
        if (app.Environment.IsDevelopment()) app.MapApiBrowser();
        return app;
    }

    /// <summary>What the site and the command line share: settings, engine, messages, modules.</summary>
    public static Settings AddServices(IServiceCollection services, IConfiguration configuration)
    {
        var settings = Settings.Read(configuration);
        settings.Register(services);
        services.AddAudit(configuration, settings.DataFolder);
        services.AddCountersigning();
        services.AddMessaging();
        services.AddAuditInside();
        services.AddAccess(configuration);
        services.AddCalendar();
        services.AddCatalogue();
        services.AddDeadlines();
        services.AddDocuments(configuration, settings.DataFolder);
        services.AddOneWindow();
        services.AddScoped<Modules.Land.StepOwner>();
        services.AddMessages(configuration);
        services.AddSupervision();
        services.AddReports();
        services.AddTimeline();
        services.AddPortfolio(configuration);
        services.AddJobs();
        services.AddOperations();
        return settings;
    }

    /// <summary>Migrates, then loads what the modules keep in memory. Harmless when repeated.</summary>
    public static async Task PrepareForCommands(IServiceProvider services, CancellationToken ct = default)
    {
        await Migrator.Migrate(services.GetRequiredService<Engine>(), ct);
        await services.LoadCatalogue(ct);
        await services.LoadCalendar(ct); // last: a year that comes with a new version of the program is news to every module
    }

    /// <summary>As for commands, and what only a site has: demonstration data where it is wanted, and the jobs.</summary>
    public static async Task Prepare(IServiceProvider services, CancellationToken ct = default)
    {
        await InsecureSettings.RefuseThem(services, withAccounts: false, ct);
        await PrepareForCommands(services, ct);
        await InsecureSettings.RefuseThem(services, withAccounts: true, ct);
        await services.LoadDemonstration(ct);
        await services.SealChannels(ct);
        services.Schedule();
    }

    public static void ConfigureJson(JsonSerializerOptions json)
    {
        json.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    /// <remarks>Chinese unless the reader switches; programs may ask by Accept-Language.</remarks>
    private static void Localise(RequestLocalizationOptions options)
    {
        CultureInfo[] cultures = [new("zh-CN"), new("en")];
        options.DefaultRequestCulture = new(cultures[0]);
        options.SupportedCultures = cultures;
        options.SupportedUICultures = cultures;
        var header = new AcceptLanguageHeaderRequestCultureProvider { Options = options };
        options.RequestCultureProviders =
        [
            new CookieRequestCultureProvider { Options = options },
            new CustomRequestCultureProvider(context => context.Request.Path.StartsWithSegments("/api")
                ? header.DetermineProviderCultureResult(context)
                : Task.FromResult<ProviderCultureResult?>(null)),
        ];
    }
}
