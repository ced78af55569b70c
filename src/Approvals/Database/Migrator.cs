using System.Data.Common;
using System.Reflection;
using DbUp.Engine;

namespace Approvals.Database;

/// <summary>Runs the scripts of <c>db/</c> that this database has not seen, in order, each once.</summary>
internal static class Migrator
{
    private const string Prefix = "db.";

    public static async Task Migrate(Engine engine, CancellationToken ct = default)
    {
        await using var locked = await Reach(engine, ct);
        var result = engine.Upgrades()
            .WithScripts(Scripts(engine.Name).Select(s => new SqlScript(s.Name, s.Text)))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"Script {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }

    /// <summary>The first that asks anything of the database: a wrong address, name or password is a setting to be put right, no fault of the program.</summary>
    private static async Task<IAsyncDisposable> Reach(Engine engine, CancellationToken ct)
    {
        try
        {
            return await engine.LockForMigration(ct);
        }
        catch (DbException error)
        {
            throw new InvalidOperationException($"数据库无法使用，请核对 Database:Engine、ConnectionStrings:Approvals 或数据文件夹。 The database cannot be used; check Database:Engine, ConnectionStrings:Approvals or the data folder. {error.Message}", error);
        }
    }

    /// <summary>The scripts one engine runs: those for both, and of each pair its own.</summary>
    public static IEnumerable<(string Name, string Text)> Scripts(string engine)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return from resource in assembly.GetManifestResourceNames()
               where resource.StartsWith(Prefix, StringComparison.Ordinal)
               let parts = resource[Prefix.Length..].Split('.')
               where parts.Length == 2 || parts[1] == engine
               orderby resource
               select (parts[0], Text(assembly, resource));
    }

    private static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
