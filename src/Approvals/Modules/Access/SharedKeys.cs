using System.Xml.Linq;
using Approvals.Database;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Approvals.Modules.Access;

/// <summary>
/// The keys of cookies and of what is sealed, in the database: several sites on one server open each other's. On the embedded
/// engine they lie beside the database file, as that is all the data there is.
/// </summary>
internal sealed class SharedKeys(IServiceProvider services) : IXmlRepository
{
    private const int Longest = 4000;

    private const string All = "SELECT xml FROM access_key ORDER BY id";
    private const string Insert = "INSERT INTO access_key (id, xml, kept_at) VALUES (@id, @xml, @now)";

    /// <remarks>The framework asks from its own thread and without waiting.</remarks>
    public IReadOnlyCollection<XElement> GetAllElements() => [.. Run(async (db, _) => await db.Query<string>(All)).Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName)
    {
        var xml = element.ToString(SaveOptions.DisableFormatting);
        if (xml.Length > Longest) throw new InvalidOperationException($"The key {friendlyName} is longer than {Longest} characters.");
        Run(async (db, time) => await db.Transact(() => db.Execute(Insert, new { id = friendlyName, xml, now = time.GetUtcNow().UtcDateTime }), CancellationToken.None));
    }

    private T Run<T>(Func<Db, TimeProvider, Task<T>> work) => Task.Run(async () =>
    {
        await using var scope = services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<TimeProvider>());
    }).GetAwaiter().GetResult();
}
