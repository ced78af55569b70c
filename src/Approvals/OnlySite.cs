using Approvals.Database;

namespace Approvals;

/// <summary>
/// One site for a data folder of the embedded engine: a second would run every job twice and wait for the first at each
/// command. The mark is a file held open, so that it goes with the process however it ends. Commands of the command line
/// do not take it.
/// </summary>
internal static class OnlySite
{
    private const string Name = "site.lock";

    /// <returns>Null where another site holds the folder; on a database server nothing is held, several sites may share it.</returns>
    public static IDisposable? Hold(Settings settings)
    {
        if (settings.Engine == "sqlserver") return new MemoryStream();
        DataFolder.Demand("--data", settings.DataFolder);
        var file = Path.Combine(settings.DataFolder, Name);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
    }
}
