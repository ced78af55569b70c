namespace Approvals.Database;

/// <summary>Where the database, the keys and the files lie.</summary>
internal static class DataFolder
{
    /// <summary>Made where it is missing, for the account of the program alone. One that is there already is the deployment's, and stays as it is.</summary>
    public static void Make(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
