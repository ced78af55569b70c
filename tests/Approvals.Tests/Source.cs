namespace Approvals.Tests;

/// <summary>The folder of the repository, for tests that read the source.</summary>
internal static class Source
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Approvals.sln"))) return folder.FullName;
        throw new InvalidOperationException("The tests run inside the repository.");
    }
}
