using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Approvals.Tests.Doors;

/// <summary>Secrets come from configuration or environment: none lies in the repository, and none is written to a log.</summary>
[Parallelizable]
internal sealed partial class SecretsTests
{
    /// <summary>What looks like one and is none. A new line here is a decision.</summary>
    private static readonly string[] Known =
    [
        "Demo-Zone-2026", // of the demonstration accounts, which exist in Development only and stop the start elsewhere
    ];

    [Test]
    public void No_file_of_the_repository_holds_a_key_a_token_or_a_password()
    {
        var found = new List<string>();
        var files = Files().Where(f => !f.Contains("/lib/", StringComparison.Ordinal) && !f.StartsWith("tests/", StringComparison.Ordinal) && !f.EndsWith("packages.lock.json", StringComparison.Ordinal)).ToList();
        foreach (var file in files)
        {
            foreach (var line in File.ReadLines(Path.Combine(Source.Root, file)))
            {
                foreach (Match match in Secret().Matches(line))
                    if (!Known.Any(k => match.Value.Contains(k, StringComparison.Ordinal))) found.Add($"{file}: {match.Value}");
            }
        }

        Assert.That(files, Has.Count.GreaterThan(200));
        Assert.That(found, Is.Empty);
    }

    [TestCase("-----BEGIN PRIVATE KEY-----")]
    [TestCase("Password=hunter2!x;")]
    [TestCase("\"Password\": \"hunter2!x\"")]
    [TestCase("apv_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg")]
    [TestCase("ClientSecret = \"0123456789abcdef\"")]
    public void What_is_a_secret_would_be_found(string line) => Assert.That(Secret().IsMatch(line), Is.True);

    [Test]
    public void The_settings_that_ship_hold_no_secret()
    {
        var text = File.ReadAllText(Path.Combine(Source.Root, "src", "Approvals", "appsettings.json"));
        Assert.That(text, Does.Not.Match("(?i)password|secret|token"));
    }

    /// <summary>The program by itself, told everything to log, with a secret in every setting that takes one; people sign in wrongly and rightly, programs bring tokens, a calendar comes by its secret address.</summary>
    [Test]
    public async Task A_run_that_logs_everything_logs_no_secret()
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        Process? process = null;
        try
        {
            using (var adding = OwnProcess.Start(folder, "user", "add", "--login", "wang.li", "--name", "王丽（示例）", "--role", "Auditor", "--own-password"))
            {
                await adding.StandardInput.WriteLineAsync("Secret-of-wang-1");
                await adding.End();
            }

            var (_, token, _) = await OwnProcess.Run(folder, "token", "create", "--user", "wang.li", "--name", "log");
            var given = Regex.Match(token, "apv_[A-Za-z0-9_-]+").Value;
            Assert.That(given, Is.Not.Empty);
            var port = Free();
            (string, string)[] settings =
            [
                ("Smtp__Host", "localhost"), ("Smtp__From", "a@approvals.example"), ("Smtp__User", "a"), ("Smtp__Password", "Secret-of-mail-1"),
                ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Approvals", "Trace"), ("Logging__LogLevel__Microsoft", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore.DataProtection", "Information"),
                ("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"), ("Logging__Console__LogLevel__Microsoft.AspNetCore", "Trace"), ("Logging__Console__FormatterName", "simple"), ("Logging__Console__FormatterOptions__IncludeScopes", "true"),
            ];
            process = OwnProcess.Start(folder, settings, "--environment", "Production", "--urls", $"http://127.0.0.1:{port}");
            var (output, opened) = (new System.Text.StringBuilder(), new List<int>());
            process.OutputDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
            process.ErrorDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new($"http://127.0.0.1:{port}") };
            await Up(client);

            var form = await client.GetStringAsync("/sign-in");
            var hidden = Regex.Match(form, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
            foreach (var password in new[] { "Secret-that-is-wrong-1", "Secret-of-wang-1" })
                await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("Login", "wang.li"), new("Password", password), new("__RequestVerificationToken", hidden)]));
            client.DefaultRequestHeaders.Authorization = new("Bearer", given);
            Assert.That((await client.GetAsync("/api/account")).IsSuccessStatusCode, Is.True);
            await client.PostAsync("/api/public/progress", new StringContent("""{"number":"20260302-AAAAA","code":"SECRETCD"}""", System.Text.Encoding.UTF8, "application/json"));
            using var subscribed = await client.PostAsync("/api/feed", null);
            var feed = Regex.Match(await subscribed.Content.ReadAsStringAsync(), "/feed/([A-Za-z0-9_-]{40,})[.]ics").Groups[1].Value;
            foreach (var address in new[] { $"/api/public/feed/{feed}.ics", $"/API/Public/Feed/{feed}.ics", $"/api/public/feed/{feed}", $"/api/public/feed/{feed}.ics/more" })
                opened.Add((int)(await client.GetAsync(address)).StatusCode);
            process.Kill(true);
            await process.WaitForExitAsync();

            string log;
            lock (output) log = output.ToString();
            Assert.That(log, Does.Contain("/sign-in").And.Contain("RequestPath:/api/account"), "it did log");
            Assert.That(opened, Is.EqualTo(new[] { 200, 200, 404, 404 }));
            foreach (var secret in new[] { "Secret-of-wang-1", "Secret-that-is-wrong-1", "Secret-of-mail-1", given, "SECRETCD", hidden, feed })
                Assert.That(log, Does.Not.Contain(secret));
        }
        finally
        {
            if (process is { HasExited: false }) process.Kill(true);
            process?.Dispose();
            Directory.Delete(folder, true);
        }
    }

    private static async Task Up(HttpClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                if ((await client.GetAsync("/sign-in", patience.Token)).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                await Task.Yield(); // not listening yet
            }
        }
    }

    private static int Free()
    {
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }

    private static IEnumerable<string> Files()
    {
        string[] kinds = [".cs", ".cshtml", ".json", ".sql", ".md", ".js", ".props", ".csproj", ".cake", ".yml", ".config", ".editorconfig"];
        return Directory.EnumerateFiles(Source.Root, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Source.Root, f).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(f => kinds.Contains(Path.GetExtension(f)) && !f.Split('/').Any(p => p is "bin" or "obj" or ".git" or "artifacts" or "data" or "tools"));
    }

    [GeneratedRegex("""-----BEGIN [A-Z ]*PRIVATE KEY-----|apv_[A-Za-z0-9_-]{32,}|(?i:password|pwd|secret|clientsecret|apikey)"?\s*[:=]\s*"?(?=[^\s"'();]*[0-9])[A-Za-z0-9!@#$%^&*+/_-]{6,}|"Demo-Zone[^"]*"|AKIA[0-9A-Z]{16}|eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}""")]
    private static partial Regex Secret();
}
