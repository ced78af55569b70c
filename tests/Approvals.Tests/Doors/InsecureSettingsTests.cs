using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Approvals.Tests.Doors;

/// <summary>Outside Development the program does not start with settings that leave a door open, and says which.</summary>
[Parallelizable]
internal sealed class InsecureSettingsTests
{
    private static readonly (string, string)[] Sound = [("Urls", "https://0.0.0.0:443"), ("AllowedHosts", "approvals.example"), ("Site:Address", "https://approvals.example")];

    private static IConfigurationRoot Chosen(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.GroupBy(s => s.Name).Select(s => KeyValuePair.Create(s.Key, (string?)s.Last().Value))).Build();

    private static string[] Codes(params (string Name, string Value)[] settings) => [.. InsecureSettings.Find(Chosen(settings), "").Select(f => f.Code)];

    private static string[] Sql(string connection) => Codes([.. Sound, ("Database:Engine", "sqlserver"), ("ConnectionStrings:Approvals", connection)]);

    [TestCase("http://localhost:5080")]
    [TestCase("http://127.0.0.1:0")]
    [TestCase("http://[::1]:5080")]
    public void This_machine_alone_may_be_reached_as_it_is(string urls) => Assert.That(Codes(("Urls", urls)), Is.Empty);

    [TestCase("http://*:5080")]
    [TestCase("http://+:80")]
    [TestCase("http://0.0.0.0:80")]
    [TestCase("http://10.1.2.3:80")]
    [TestCase("https://*:443;http://*:80")]
    public void Plain_HTTP_for_others_needs_a_declared_proxy(string urls)
    {
        var named = new[] { ("Urls", urls), ("AllowedHosts", "approvals.example"), ("Site:Address", "https://approvals.example") };
        Assert.That(Codes(named), Is.EqualTo(new[] { "http" }));
        Assert.That(Codes([.. named, ("Proxy:Networks", "10.0.0.5")]), Is.Empty);
    }

    [Test]
    public void Ports_and_endpoints_of_the_server_are_looked_at_as_addresses_are()
    {
        Assert.That(Codes(("HTTP_PORTS", "8080"), ("AllowedHosts", "a.example"), ("Site:Address", "https://a.example")), Is.EqualTo(new[] { "http" }));
        Assert.That(Codes(("Urls", "http://localhost:1"), ("Kestrel:Endpoints:Web:Url", "http://*:80"), ("AllowedHosts", "a.example"), ("Site:Address", "https://a.example")), Is.EqualTo(new[] { "http" }));
    }

    [TestCase("true", 1)]
    [TestCase("1", 1)]
    [TestCase("false", 0)]
    public void Addresses_that_are_preferred_to_endpoints_are_the_ones_that_are_looked_at(string preferred, int findings) =>
        Assert.That(
            Codes(("PreferHostingUrls", preferred), ("Urls", "http://0.0.0.0:80"), ("Kestrel:Endpoints:Web:Url", "http://localhost:1"), ("AllowedHosts", "a.example"), ("Site:Address", "https://a.example")),
            Is.EqualTo(Enumerable.Repeat("http", findings)));

    [TestCase("http://localhost:1", "http://127.0.0.1:1 http://localhost:1 https://[::1]:1 http://unix:/run/a.sock", "")]
    [TestCase("http://localhost:1", "http://127.0.0.1:1 http://[::]:2 https://10.0.0.1:443", "http://[::]:2 https://10.0.0.1:443")]
    [TestCase("https://*:443", "https://[::]:443 http://[::]:80", "http://[::]:80")]
    [TestCase("http://*:80", "http://[::]:80", "")]
    public void What_the_server_listens_on_is_held_against_the_settings(string urls, string bound, string unforeseen)
    {
        Assert.That(Exposure.Read(Chosen(("Urls", urls))).Unforeseen(bound.Split(' ')), Is.EqualTo(unforeseen.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That(Exposure.Read(Chosen(("Urls", urls), ("Proxy:Networks", "10.0.0.5"))).Unforeseen(bound.Split(' ')), Is.Empty, "a proxy has HTTPS for all of them");
    }

    /// <summary>Made by whatever: here by what the program itself asks of the server.</summary>
    [Test]
    public async Task A_server_that_listens_for_others_against_the_settings_is_stopped()
    {
        var (exit, isStopped) = await Alone(services => services.Configure<KestrelServerOptions>(kestrel => kestrel.ListenAnyIP(0)));
        Assert.That((exit, isStopped), Is.EqualTo((1, true)));
    }

    [Test]
    public async Task A_site_that_is_stopped_while_it_begins_ends_without_a_fault() =>
        Assert.That((await Alone(services => services.AddHostedService<StopsAtOnce>())).Exit, Is.Zero);

    private static async Task<(int? Exit, bool IsStopped)> Alone(Action<IServiceCollection> more)
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        await using var site = Site.Build(["--environment", "Production"], builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("data", folder), new("Jobs:Run", "false"), new("Urls", "http://127.0.0.1:0")]);
            builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
            more(builder.Services);
        });
        var exit = await Site.Listen(site);
        Directory.Delete(folder, true);
        return (exit, site.Lifetime.ApplicationStopped.IsCancellationRequested);
    }

    private sealed class StopsAtOnce(IHostApplicationLifetime site) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            site.StopApplication();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Test]
    public void Two_names_of_the_environment_that_differ_stop_the_start()
    {
        (string, string)[] differ = [("ASPNETCORE_ENVIRONMENT", "Production"), ("DOTNET_ENVIRONMENT", "Development")];
        (string, string)[] agree = [("ASPNETCORE_ENVIRONMENT", "Production"), ("DOTNET_ENVIRONMENT", "production")];

        Assert.That(Codes([.. Sound, .. differ]), Is.EqualTo(new[] { "environment" }));
        Assert.That(InsecureSettings.FindInDevelopment(Chosen([("Urls", "http://localhost:1"), .. differ])).Select(f => (f.Code, f.IsHard)), Is.EqualTo(new[] { ("environment", true) }));
        Assert.That(Codes([.. Sound, .. agree]), Is.Empty);
        Assert.That(Codes([.. Sound, differ[1]]), Is.Empty, "one alone says it");
    }

    [Test]
    public async Task The_demonstration_listens_on_its_own_machine_unless_somebody_accepts_that_it_does_not()
    {
        var site = new Dictionary<string, string?> { ["Urls"] = "http://0.0.0.0:0" };
        var refused = Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(environment: "Development", chosen: site));
        await using var trial = await App.Start(environment: "Development", chosen: new Dictionary<string, string?>(site) { ["Trial:Accept"] = "development" });

        Assert.That(refused.Message, Does.Contain("[development]").And.Contain("public password"));
        Assert.That(trial.Address.Port, Is.Not.Zero, "it listens");
        Assert.That(InsecureSettings.FindInDevelopment(Chosen(("Urls", "http://localhost:1"), ("Proxy:Networks", "10.0.0.5"))).Select(f => f.Code), Is.EqualTo(new[] { "development" }), "behind a proxy others come too");
        Assert.That(InsecureSettings.FindInDevelopment(Chosen(("Urls", "http://127.0.0.1:1;http://localhost:2"))), Is.Empty);
    }

    [TestCase("*")]
    [TestCase("")]
    [TestCase("approvals.example;*")]
    public void Any_host_name_is_not_taken(string hosts) => Assert.That(Codes([.. Sound, ("AllowedHosts", hosts)]), Is.EqualTo(new[] { "hosts" }));

    [Test]
    public void Links_in_mail_lead_to_HTTPS() => Assert.That(Codes([.. Sound, ("Site:Address", "http://approvals.example")]), Is.EqualTo(new[] { "site" }));

    [TestCase("false", "", 1)]
    [TestCase("false", "glass", 0)]
    [TestCase("true", "", 0)]
    public void Passwords_are_not_left_to_the_provider_alone_without_a_login_for_the_day_it_is_away(string local, string login, int findings) =>
        Assert.That(Codes([.. Sound, ("SignIn:Local", local), ("SignIn:BreakGlass", login)]), Is.EqualTo(Enumerable.Repeat("break-glass", findings)));

    [TestCase("Server=db.example;User ID=approvals;Password=x;Encrypt=false", 1)]
    [TestCase("Server=tcp:db.example,1433;Integrated Security=true;TrustServerCertificate=true", 1)]
    [TestCase("Server=db.example;User ID=sa;Password=x;Encrypt=false;TrustServerCertificate=true", 3)]
    [TestCase("Server=db.example;User ID=approvals;Password=x", 0)]
    [TestCase("Server=localhost;User ID=sa;Password=x;Encrypt=false;TrustServerCertificate=true", 0)]
    [TestCase("Server=127.0.0.1,1433;User ID=sa;Password=x;TrustServerCertificate=true", 0)]
    public void The_way_to_the_database_server_is_encrypted_and_certain(string connection, int findings) => Assert.That(Sql(connection), Is.EqualTo(Enumerable.Repeat("database", findings)));

    [TestCase("none", 1)]
    [TestCase("auto", 1)]
    [TestCase("starttls", 0)]
    [TestCase("tls", 0)]
    public void The_password_of_the_mail_server_is_not_sent_in_the_clear(string security, int findings)
    {
        (string, string)[] mail = [.. Sound, ("Smtp:Host", "mail.example"), ("Smtp:From", "approvals@approvals.example"), ("Smtp:Security", security)];
        Assert.That(Codes([.. mail, ("Smtp:User", "approvals"), ("Smtp:Password", "x")]), Is.EqualTo(Enumerable.Repeat("smtp", findings)));
        Assert.That(Codes(mail), Is.Empty, "without a password there is none to lose");
    }

    [Test]
    public void Nobody_is_believed_wholesale_about_who_asks()
    {
        foreach (var all in new[] { "0.0.0.0/0", "0.0.0.0/1,128.0.0.0/1", "10.0.0.5 128.0.0.0/1", "10.0.0.0/7", "::/0", "::/1;8000::/1", "2000::/15", "::ffff:0:0/96", "::/80", "10.0.0.0/8,11.0.0.0/8", "fd00::/16,fd01::/16", "10.0.0.0/8 ::ffff:11.0.0.0/104", string.Join(',', Enumerable.Range(0, 256).Select(n => $"{n}.0.0.0/8")), string.Join(',', Enumerable.Range(0, 512).Select(n => $"{n / 2}.{n % 2 * 128}.0.0/9")) })
            Assert.That(Codes([.. Sound, ("Proxy:Networks", all)]), Is.EqualTo(new[] { "proxy" }), all);
        foreach (var own in new[] { "10.0.0.0/8", "10.0.0.0/8,10.0.0.0/8;10.1.0.0/16", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/16", "172.16.0.0/12,192.168.1.7", "fd00::/16", "fd00:1::7" }) Assert.That(Codes([.. Sound, ("Proxy:Networks", own)]), Is.Empty, own);
        Assert.That(Codes([.. Sound, ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true")]), Is.EqualTo(new[] { "proxy" }));
        Assert.That(() => Codes([.. Sound, ("Proxy:Networks", "the proxy")]), Throws.InvalidOperationException.With.Message.Contains("Proxy:Networks"));
    }

    [Test]
    public void The_data_is_not_served_with_the_files_of_the_site()
    {
        var root = Path.Combine(Path.GetTempPath(), "site", "wwwroot");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Urls", "http://localhost:1"), new("data", Path.Combine(root, "data"))]).Build();
        Assert.That(InsecureSettings.Find(configuration, root).Select(f => f.Code), Is.EqualTo(new[] { "data" }));
    }

    /// <summary>The real program: it ends before it listens, names all that is wrong, and starts when a trial accepts it.</summary>
    [Test]
    public async Task It_does_not_start_and_names_everything_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        try
        {
            (string, string)[] settings = [("Smtp__Host", "mail.example"), ("Smtp__From", "a@approvals.example"), ("Smtp__User", "a"), ("Smtp__Password", "s3cret-of-mail")];
            using var process = OwnProcess.Start(folder, settings, "--environment", "Production", "--urls", "http://0.0.0.0:0");
            process.StandardInput.Close();
            var (exit, output, error) = await process.End();

            Assert.That(exit, Is.EqualTo(1));
            Assert.That(error, Does.Contain("[http]").And.Contain("[hosts]").And.Contain("[smtp]").And.Contain("[site]").And.Contain("Trial:Accept"));
            Assert.That(error + output, Does.Not.Contain("s3cret-of-mail").And.Not.Contain("   at "));
            Assert.That(Directory.EnumerateFiles(folder, "approvals.db*", SearchOption.AllDirectories), Is.Empty, "nothing was opened");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Test]
    public async Task A_trial_may_accept_what_it_names_and_nothing_else()
    {
        var site = new Dictionary<string, string?> { ["Urls"] = "http://0.0.0.0:0", ["AllowedHosts"] = "", ["Site:Address"] = "https://a.example" };
        var refused = Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(chosen: site));
        Assert.That(refused.Message, Does.Contain("[http]").And.Contain("[hosts]"));

        var half = Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(chosen: new Dictionary<string, string?>(site) { ["Trial:Accept"] = "http" }));
        Assert.That(half.Message, Does.Not.Contain("[http]").And.Contain("[hosts]"));

        await using var trial = await App.Start(chosen: new Dictionary<string, string?>(site) { ["Trial:Accept"] = "http, hosts" });
        Assert.That(trial.Address.Port, Is.Not.Zero, "it listens");
    }

    [Test]
    public async Task No_trial_accepts_that_everybody_is_a_proxy_or_that_the_passwords_are_public()
    {
        var trial = new Dictionary<string, string?> { ["AllowedHosts"] = "a.example", ["Site:Address"] = "https://a.example", ["Trial:Accept"] = "proxy, accounts, data" };
        var proxy = Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(chosen: new Dictionary<string, string?>(trial) { ["Proxy:Networks"] = "0.0.0.0/0" }));
        await using var app = await App.Start(chosen: trial);
        await app.Send(new AddDemonstrationAccounts.Command([new("demo.clerk", "示例", null, Role.WindowClerk)], "a public password"));
        var accounts = Assert.ThrowsAsync<InvalidOperationException>(() => Site.Prepare(app.Services));

        Assert.That(proxy.Message, Does.Contain("[proxy]"));
        Assert.That(accounts.Message, Does.Contain("[accounts]"));
    }
}
