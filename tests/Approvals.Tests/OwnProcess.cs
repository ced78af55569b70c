using System.Diagnostics;
using System.Text;

namespace Approvals.Tests;

/// <summary>The real program as a process of its own, in a folder of its own.</summary>
internal static class OwnProcess
{
    private static readonly string[] Settings = ["APPROVALS_DATA", "Database__Engine", "ConnectionStrings__Approvals"];

    /// <summary>Started, to be read, waited for or killed.</summary>
    public static Process Start(string folder, params string[] arguments) => Start(folder, [], arguments);

    /// <param name="folder">Its current folder.</param>
    /// <param name="settings">Settings of the deployment, as it takes them from its environment.</param>
    /// <param name="arguments">What stands on its command line.</param>
    public static Process Start(string folder, IEnumerable<(string Name, string Value)> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Approvals.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in Settings) start.Environment.Remove(name);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Run to its end.</summary>
    public static Task<(int Exit, string Output, string Error)> Run(string folder, params string[] arguments) => Run(folder, [], arguments);

    public static async Task<(int Exit, string Output, string Error)> Run(string folder, IEnumerable<(string Name, string Value)> settings, params string[] arguments)
    {
        using var process = Start(folder, settings, arguments);
        process.StandardInput.Close();
        return await process.End();
    }

    /// <summary>What it wrote, and how it ended.</summary>
    /// <exception cref="TimeoutException">It has not ended after three minutes: a site that should have refused to start.</exception>
    public static async Task<(int Exit, string Output, string Error)> End(this Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(true);
            throw new TimeoutException($"It goes on instead of ending. It said: {await output}{await error}");
        }

        return (process.ExitCode, (await output).ReplaceLineEndings("\n"), await error);
    }
}
