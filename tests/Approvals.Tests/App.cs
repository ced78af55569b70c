using System.Collections.Concurrent;
using System.Data.Common;
using System.Net.Http.Headers;
using Approvals.Database;
using Approvals.Demonstration;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Approvals.Tests;

/// <summary>
/// The real program on a database of its own, with a clock the test holds. On SQLite; on SQL Server where
/// <c>APPROVALS_TEST_SQLSERVER</c> holds a connection string to a server on which databases may be made.
/// </summary>
internal sealed class App : IAsyncDisposable
{
    public static readonly string? Server = Environment.GetEnvironmentVariable("APPROVALS_TEST_SQLSERVER") is { Length: > 0 } given ? given : null;

    /// <summary>Of a hash of a password. What is right for keeping them is most of what the tests would do.</summary>
    public const int Rounds = 100;

    /// <summary>When most tests begin: a Monday.</summary>
    private const string Morning = "2026-03-02 09:00";

    /// <summary>The embedded database of such a beginning, made once and copied: to make it takes longer than most tests.</summary>
    private static readonly ConcurrentDictionary<(string Now, string Environment), Lazy<Task<string>>> Prepared = new();

    /// <summary>An embedded database with its tables and nothing in them: the scripts are the longest part of a beginning, and the same for all.</summary>
    private static readonly Lazy<Task<string>> Migrated = new(async () =>
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        var (app, _, _) = await Build(folder, Morning, "Production", null, null);
        await Migrator.Migrate(app.Services.GetRequiredService<Engine>());
        await app.DisposeAsync();
        // What lies beside the database each makes for itself, as a new site does.
        foreach (var inner in Directory.EnumerateDirectories(folder)) Directory.Delete(inner, true);
        return folder;
    });

    private readonly string folder;
    private readonly string? database;

    /// <summary>Where it listens. It opens its doors when somebody asks where: most tests never do, and to open them is half of a beginning.</summary>
    private readonly Lazy<Uri> address;

    private WebApplication? app;

    private App(WebApplication app, string folder, string? database, FakeTimeProvider clock)
    {
        (this.app, this.folder, this.database) = (app, folder, database);
        Clock = clock;
        address = new(() =>
        {
            Task.Run(() => this.app!.StartAsync()).GetAwaiter().GetResult();
            return new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        });
    }

    public FakeTimeProvider Clock { get; private set; }

    public IServiceProvider Services => app!.Services;

    /// <summary>What another process is to be told, beside the data folder, so that it works on this database.</summary>
    public IReadOnlyList<(string Name, string Value)> Deployment => database is null ? [] :
        [("Database__Engine", "sqlserver"), ("ConnectionStrings__Approvals", On(database)), ("Trial__Accept", "database")];

    public ZoneClock Zone => Services.GetRequiredService<ZoneClock>();

    public Uri Address => address.Value;

    /// <summary>Opens the doors, and starts what runs beside them: what watches for other processes, and the jobs where they are chosen.</summary>
    public void OpenDoors() => _ = Address;

    /// <summary>The program's own list of its doors, which is there once they are open.</summary>
    public IEnumerable<RouteEndpoint> Doors
    {
        get
        {
            OpenDoors();
            return Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        }
    }

    /// <param name="now">The zone's own date and time, such as <c>2026-03-02 09:00</c>.</param>
    /// <param name="environment">Development loads the demonstration zone.</param>
    /// <param name="listen">Adds who else listens to events.</param>
    /// <param name="chosen">What a deployment would set.</param>
    public static async Task<App> Start(string now = Morning, string environment = "Production", Action<IServiceCollection>? listen = null, IReadOnlyDictionary<string, string?>? chosen = null)
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        // Whoever listens hears the beginning too, and a setting may change it: those begin for themselves.
        if (Server is null) Copy(listen is null && chosen is null ? await Begun(now, environment) : await Migrated.Value, folder);
        var (app, database, clock) = await Build(folder, now, environment, listen, chosen);
        await Site.Prepare(app.Services);
        await app.Services.TellStories();
        return new App(app, folder, database, clock);
    }

    private static Task<string> Begun(string now, string environment) => Prepared.GetOrAdd((now, environment), key => new(async () =>
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        if (Server is null) Copy(await Migrated.Value, folder);
        var (app, _, _) = await Build(folder, key.Now, key.Environment, null, null);
        await Site.Prepare(app.Services);
        await app.Services.TellStories();
        await app.DisposeAsync();
        return folder;
    })).Value;

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var inner in Directory.EnumerateDirectories(from)) Copy(inner, Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(inner))).FullName);
    }

    private static async Task<(WebApplication App, string? Database, FakeTimeProvider Clock)> Build(
        string folder, string now, string environment, Action<IServiceCollection>? listen, IReadOnlyDictionary<string, string?>? chosen)
    {
        // Who is told of a database works on it and leaves it to whoever made it.
        var database = Server is null || chosen?.ContainsKey("ConnectionStrings:Approvals") == true ? null : "approvals_test_" + Guid.NewGuid().ToString("n")[..12];
        if (database is not null) await OnServer($"CREATE DATABASE {database}");
        var local = DateTime.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        var clock = new FakeTimeProvider(new DateTimeOffset(local, TimeSpan.FromHours(8)));
        var app = Site.Build(["--environment", environment], builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton<TimeProvider>(clock);
            // Hangfire keeps the logger factory of whichever site of the process began last; one that is never disposed suits all.
            builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
            builder.Host.ConfigureContainer<IServiceCollection>((_, services) => services
                .AddTransient(typeof(IPipelineBehavior<,>), typeof(SaysWhatItChanges<,>))
                .PostConfigure<PasswordHasherOptions>(options => options.IterationCount = Rounds));
            listen?.Invoke(builder.Services);
            var settings = new Dictionary<string, string?> { ["data"] = folder, ["Jobs:Run"] = "false", ["Urls"] = "http://127.0.0.1:0" };
            foreach (var rate in typeof(Rates).GetProperties()) settings[$"Rates:{rate.Name}"] = "1000000"; // a test asks faster than people do
            foreach (var (name, value) in chosen ?? new Dictionary<string, string?>()) settings[name] = value;
            if (database is not null)
            {
                settings["Database:Engine"] = "sqlserver";
                settings["ConnectionStrings:Approvals"] = On(database);
                settings["Trial:Accept"] = $"{settings.GetValueOrDefault("Trial:Accept")},database"; // a server of the tests has the certificate it made itself
            }

            builder.Configuration.AddInMemoryCollection(settings);
        });
        return (app, database, clock);
    }

    /// <summary>Sends what a page, the API or a job would send, as a person of these roles.</summary>
    /// <remarks>An account that is opened here has its owner's own password; <see cref="SendAsIs"/> leaves it to be changed at the first sign-in.</remarks>
    public Task<T> Send<T>(IRequest<T> request, Person who) =>
        SendAsIs(request is AddUser.Command account ? (IRequest<T>)(object)(account with { IsOwnPassword = true }) : request, who);

    public async Task<T> SendAsIs<T>(IRequest<T> request, Person who)
    {
        await using var scope = Services.CreateAsyncScope();
        who.Sit(scope.ServiceProvider.GetRequiredService<Actor>());
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>Sends as the system itself: jobs and the command line.</summary>
    public Task<T> Send<T>(IRequest<T> request) => Send(request, Person.System);

    /// <summary>What the database holds, for assertions no query slice answers.</summary>
    public async Task<IReadOnlyList<T>> Rows<T>(string sql, object? parameters = null)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Db>().Query<T>(sql, parameters);
    }

    public async Task<T> Value<T>(string sql, object? parameters = null) => (await Rows<T>(sql, parameters)).Single();

    /// <summary>To the database past the program, for looking at all of it.</summary>
    public DbConnection Connection() => database is null ? new SqliteConnection($"Data Source={Path.Combine(folder, "approvals.db")};Mode=ReadOnly;Pooling=False") : new SqlConnection(On(database));

    /// <summary>As another process that writes.</summary>
    public DbConnection Writing() => database is null ? new SqliteConnection($"Data Source={Path.Combine(folder, "approvals.db")};Pooling=False") : new SqlConnection(On(database));

    public HttpClient Http(string? token = null)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await app!.DisposeAsync();
        (app, Clock) = (null, null!); // a fixture is kept to the end of the run: let it not keep a site
        Directory.Delete(folder, true);
        if (database is null) return;
        SqlConnection.ClearAllPools();
        await OnServer($"DROP DATABASE {database}");
    }

    private static string On(string database) => new SqlConnectionStringBuilder(Server) { InitialCatalog = database }.ToString();

    private static async Task OnServer(string sql)
    {
        await using var connection = new SqlConnection(Server);
        await connection.ExecuteAsync(sql);
    }
}

/// <summary>Somebody of a role, and for departments, of a department.</summary>
internal sealed record Person(long Id, string Name, string? Department, params Role[] Roles)
{
    public static readonly Person System = new(0, "system", null);
    public static readonly Person Clerk = new(1, "窗口", null, Role.WindowClerk);
    public static readonly Person OtherClerk = new(2, "另一窗口", null, Role.WindowClerk);
    public static readonly Person Agent = new(3, "代办", null, Role.Agent);
    public static readonly Person Manager = new(4, "项目经理", null, Role.ProjectManager);
    public static readonly Person Supervisor = new(5, "督办", null, Role.Supervisor);
    public static readonly Person Leader = new(6, "领导", null, Role.ZoneLeader);
    public static readonly Person Auditor = new(7, "审计", null, Role.Auditor);
    public static readonly Person SystemAdministrator = new(8, "系统管理员", null, Role.SystemAdministrator);
    public static readonly Person SecurityAdministrator = new(9, "安全管理员", null, Role.SecurityAdministrator);
    public static readonly Person AuditAdministrator = new(10, "审计管理员", null, Role.AuditAdministrator);

    public static Person Reviewer(string department) => new(20, "经办人", department, Role.Reviewer);

    public static Person Head(string department) => new(21, "负责人", department, Role.DepartmentHead);

    /// <summary>Whom they stand in for.</summary>
    public StoodInFor? For { get; init; }

    /// <summary>Where a clerk sits.</summary>
    public long? Window { get; init; }

    public void Sit(Actor actor)
    {
        if (this == System) actor.BecomeSystem();
        else actor.Become(Id, Name, Name, Department, Roles, For, Window);
    }
}
