namespace Approvals.Database;

/// <summary>Where the database, the keys and the files lie.</summary>
internal static class DataFolder
{
    /// <summary>Made where it is missing, with what is missing above it, for the account of the program alone. What is there already is the deployment's, and stays as it is.</summary>
    public static DirectoryInfo Make(string folder)
    {
        if (OperatingSystem.IsWindows()) return Directory.CreateDirectory(folder);
        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } above && !Directory.Exists(above)) Make(above);
        return Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
