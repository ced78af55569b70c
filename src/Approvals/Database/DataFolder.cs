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

    /// <summary>At the start, or it would be found out by whoever hands in the first file, or not at all.</summary>
    /// <param name="setting">Which names the folder.</param>
    /// <param name="folder">As the deployment has set it.</param>
    /// <param name="isOwn">The program makes it where it is missing.</param>
    /// <exception cref="InvalidOperationException">Nothing can be written there.</exception>
    public static void Demand(string setting, string folder, bool isOwn = true)
    {
        try
        {
            if (isOwn) Make(folder);
            new FileStream(Path.Combine(folder, $".{Guid.NewGuid():n}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidOperationException(
                $"{setting} 的文件夹 {folder} 不能写入，请建好并授权给运行程序的账号，或另设文件夹。 Nothing can be written to the folder {folder} of {setting}: make it and give it to the account of the program, or set another. {error.Message}");
        }
    }
}
