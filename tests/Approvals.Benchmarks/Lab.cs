using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.OneWindow;
using MediatR;
using Microsoft.Data.Sqlite;

namespace Approvals.Benchmarks;

/// <summary>The real program on a fresh database with projects to submit for; and the same database again for the bare rows.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string folder;
    private int next;

    private Lab(WebApplication app, string folder) => (this.app, this.folder) = (app, folder);

    public WebApplication App => app;

    public string File => Path.Combine(folder, "approvals.db");

    public CatalogueSnapshot Catalogue => app.Services.GetRequiredService<CatalogueInForce>().Current;

    public Process Reform => Catalogue.Processes.Single(p => p.Code == "IND-REFORM");

    public static async Task<Lab> Open(int projects, Action<WebApplicationBuilder>? adjust = null)
    {
        var folder = Directory.CreateTempSubdirectory("approvals-bench-").FullName;
        var app = Site.Build(["--environment", "Production"], builder =>
        {
            builder.Services.AddSingleton(CommandLine.SystemClock());
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["data"] = folder, ["Jobs:Run"] = "false", ["Urls"] = "http://127.0.0.1:0", ["Rates:Account"] = "1000000", ["Rates:Address"] = "1000000", ["Rates:SignIn"] = "1000000" });
            adjust?.Invoke(builder);
        });
        await Site.Prepare(app.Services);
        var lab = new Lab(app, folder);
        await lab.AddProjects(projects);
        return lab;
    }

    public static string Code(int n) => $"2603-510300-04-01-{n:000000}";

    /// <summary>Where a clerk sits.</summary>
    public long? Window { get; set; }

    /// <summary>A scope with somebody of the roles, as a request has one; without a role the system itself, as a job has.</summary>
    public async Task<T> Send<T>(IRequest<T> request, string? department = null, params Role[] roles)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        if (roles.Length == 0) actor.BecomeSystem();
        else actor.Become(1, "bench", "窗口", department, roles, window: Window);
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>One form of ten items, all documents given, for a project that has none yet.</summary>
    public Task<TakeIn.Result> Submit()
    {
        var project = Code(Interlocked.Increment(ref next));
        return Send(new TakeIn.Command(Guid.CreateVersion7().ToString(), project, Items, Documents, "示例申请人", "0813-0000000"), null, Role.WindowClerk);
    }

    private IReadOnlyList<string>? items;
    private IReadOnlyList<string>? documents;

    public IReadOnlyList<string> Items => items ??= [.. Reform.Items.Select(i => i.Item.Code)];

    public IReadOnlyList<string> Documents =>
        documents ??= [.. Reform.Items.SelectMany(i => i.Item.Documents).Select(d => d.Code).Distinct()];

    /// <summary>A connection as a careful hand would open it: WAL, every commit on the disk.</summary>
    public SqliteConnection Bare()
    {
        var connection = new SqliteConnection($"Data Source={File};Foreign Keys=True");
        connection.Open();
        using var pragma = connection.CreateCommand();
        pragma.CommandText = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -16000";
        pragma.ExecuteNonQuery();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, true);
    }

    private async Task AddProjects(int count)
    {
        var engine = app.Services.GetRequiredService<Engine>();
        await engine.BulkInsert("projects_enterprise", ["id", "credit_code", "name"], [[1L, "91510300000000000X", "示例企业"]], default);
        await engine.BulkInsert(
            "projects_project",
            ["id", "code", "name", "enterprise_id", "process_id", "investment_fen", "land_area_dm2", "place", "search_text", "registered_at", "registered_by"],
            Enumerable.Range(1, count).Select(n => new object?[] { (long)n, Code(n), $"示例项目 {n}", 1L, Reform.Id, 10_000_000_000L, 8_000_000L, "示例园区", Code(n), "2026-03-02 01:00:00", 1L }),
            default);
    }
}
