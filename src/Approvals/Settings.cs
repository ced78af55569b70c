using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;

namespace Approvals;

/// <summary>What a deployment chooses, read once at start; a wrong value stops the start with a message that names it.</summary>
/// <param name="Closing">After this time of the day what comes counts as the next working day's.</param>
/// <param name="Address">The address people open, before every link that leaves the process or is printed; no slash at its end.</param>
internal sealed record Settings(string DataFolder, string Engine, string ConnectionString, string JobStore, bool RunJobs, TimeZoneInfo Zone, TimeOnly Closing, string Address)
{
    private string EmbeddedFile => Path.Combine(DataFolder, "approvals.db");

    /// <summary>False where the embedded database has not been made yet.</summary>
    public bool HasDatabase => Engine == "sqlserver" || File.Exists(EmbeddedFile);

    /// <summary>The day it is in the zone.</summary>
    public DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), Zone).DateTime);

    public static Settings Read(IConfiguration configuration)
    {
        var data = Path.GetFullPath(First(configuration["data"], configuration["APPROVALS_DATA"]) ?? "data");
        var engine = (First(configuration["Database:Engine"]) ?? "sqlite").ToLowerInvariant();
        var connection = configuration.GetConnectionString("Approvals") ?? "";
        var store = First(configuration["Jobs:Store"]) ?? "InMemory";
        if (engine is not ("sqlite" or "sqlserver"))
            throw new InvalidOperationException($"Database:Engine is “{engine}”; it must be sqlite or sqlserver.");
        if (engine == "sqlserver" && connection.Length == 0)
            throw new InvalidOperationException("Database:Engine is sqlserver, but ConnectionStrings:Approvals is empty.");
        if (store is not ("InMemory" or "SqlServer"))
            throw new InvalidOperationException($"Jobs:Store is “{store}”; it must be InMemory or SqlServer.");
        if (store == "SqlServer" && engine != "sqlserver")
            throw new InvalidOperationException("Jobs:Store is SqlServer, but Database:Engine is not: the jobs have no server to be kept on.");
        var closing = First(configuration["OfficeHours:Closing"]) ?? "17:00";
        if (!TimeOnly.TryParseExact(closing, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var closes))
            throw new InvalidOperationException($"OfficeHours:Closing is “{closing}”; it must be a time of the day such as 17:00.");
        return new(data, engine, connection, store, configuration.GetValue("Jobs:Run", true), TimeZone(First(configuration["Zone:TimeZone"]) ?? "Asia/Shanghai"), closes, SiteAddress(configuration));
    }

    private static TimeZoneInfo TimeZone(string given)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(given);
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new InvalidOperationException($"Zone:TimeZone 为「{given}」，本机没有这个时区，请写如 Asia/Shanghai。 Zone:TimeZone is “{given}”; it must be a time zone that this machine knows, such as Asia/Shanghai.");
        }
    }

    /// <summary>The clock, the engine and what rests on them: for the site and for the command line alike.</summary>
    public void Register(IServiceCollection services)
    {
        Types.Register();
        services.AddSingleton(this);
        services.AddSingleton(p => new ZoneClock(p.GetRequiredService<TimeProvider>(), Zone));
        services.AddSingleton<IdBlock>();
        services.AddSingleton<Engine>(p => Engine == "sqlserver"
            ? new SqlServerEngine(ConnectionString)
            : new SqliteEngine(EmbeddedFile, p.GetRequiredService<IdBlock>()));
        services.AddScoped<Db>();
        services.AddScoped<Ids>();
    }

    public static string SiteAddress(IConfiguration configuration)
    {
        var said = First(configuration["Site:Address"]);
        var site = (said ?? First(configuration["Urls"]?.Split(';')[0]))?.Trim() ?? "http://localhost:5080";
        return Uri.TryCreate(site, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
            ? site.TrimEnd('/')
            : throw new InvalidOperationException($"{(said is null ? "Site:Address is not set, and Urls" : "Site:Address")} is “{site}”; it must be the http(s) address people open.");
    }

    private static string? First(params string?[] values) => values.FirstOrDefault(v => !string.IsNullOrWhiteSpace(v));
}
