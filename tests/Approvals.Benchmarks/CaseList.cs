using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Approvals.Database;
using Approvals.Demonstration;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Dapper;
using MediatR;

namespace Approvals.Benchmarks;

/// <summary>
/// The page of cases at a million: its first and its thousandth page, and the same page with fixed rows, whose
/// difference is the query. <c>APPROVALS_BENCH_CASES</c> makes it smaller.
/// </summary>
internal static partial class CaseList
{
    private const int PerRound = 400;
    private const int Rounds = 7;
    private const int Connections = 4;
    internal const string Password = "measured-words-1";

    public static async Task Run()
    {
        var cases = int.Parse(Environment.GetEnvironmentVariable("APPROVALS_BENCH_CASES") ?? "1000000", CultureInfo.InvariantCulture);
        await using var lab = await Lab.Open(0, builder => builder.Services.AddTransient<IRequestHandler<ListCases.Query, ListCases.Result>, FixedRows>());
        await using (var scope = lab.App.Services.CreateAsyncScope())
        {
            var p = scope.ServiceProvider;
            p.GetRequiredService<Actor>().BecomeSystem();
            var history = new History(p.GetRequiredService<Engine>(), p.GetRequiredService<Db>(), p.GetRequiredService<Ids>(), p.GetRequiredService<CalendarInForce>().Current, lab.Catalogue, p.GetRequiredService<ZoneClock>());
            var started = Stopwatch.GetTimestamp();
            await history.Load(cases, 7, p.GetRequiredService<ZoneClock>().Today, done => Console.Error.Write($"\r{done:#,0} cases"), default);
            Console.Error.WriteLine($" in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        }

        await lab.Send(new AddUser.Command("bench", "bench", null, [Role.Auditor], Password) { IsOwnPassword = true }, null, Role.SecurityAdministrator);
        await lab.App.StartAsync();
        var address = new Uri(lab.App.Urls.First());
        var cookie = await SignIn(address);
        var pages = Math.Min(1000, cases / ListCases.PageSize - 1);
        var deep = await FixedRows.NumberAfterPages(lab, pages - 1);

        FixedRows.Rows = null;
        var (first, last, depth) = await Paired.Rates(Rounds, () => Load(address, cookie, "/cases"), () => Load(address, cookie, "/cases?after=" + deep));
        Paired.Row($"page 1 against page {pages:#,0} of {cases:#,0} cases", Paired.PerSecond(first), Paired.PerSecond(last), depth, "equal");

        var rows = await FixedRows.First(lab);
        var (ours, limit, ratio) = await Paired.Rates(
            Rounds,
            () => With(null, () => Load(address, cookie, "/cases")),
            () => With(rows, () => Load(address, cookie, "/cases")));
        Paired.Row($"the page of cases at {cases:#,0}", Paired.PerSecond(ours), $"the same page, fixed rows {Paired.PerSecond(limit)}", ratio, "≥ 0.35");
        await lab.App.StopAsync();
        await AtOneWindow(lab, cases);
    }

    /// <summary>A clerk at one window of fifty, beside a clerk who serves all of them: the list and the desk are no longer to read.</summary>
    private static async Task AtOneWindow(Lab lab, int cases)
    {
        const int asked = 200;
        await using (var connection = lab.Bare()) await connection.ExecuteAsync("UPDATE onewindow_application SET window_id = CASE WHEN (id / 11) % 50 = 0 THEN 1 ELSE 2 END; UPDATE onewindow_result SET window_id = (SELECT a.window_id FROM onewindow_application a WHERE a.number = application_number) WHERE handed_out_on IS NULL");
        async Task<double> As<T>(long? window, IRequest<T> query)
        {
            lab.Window = window;
            for (var i = 0; i < asked; i++) await lab.Send(query, null, Role.WindowClerk);
            return asked;
        }

        var (one, all, list) = await Paired.Rates(Rounds, () => As(1, new ListApplications.Query()), () => As(null, new ListApplications.Query()));
        Paired.Row($"the applications of a window with one in fifty, of {cases:#,0} cases", Paired.PerSecond(one), $"of all windows {Paired.PerSecond(all)}", list, "≥ 0.7");
        (one, all, var desk) = await Paired.Rates(Rounds, () => As(1, new ShowDesk.Query()), () => As(null, new ShowDesk.Query()));
        Paired.Row("the desk of that window", Paired.PerSecond(one), $"of a clerk of all {Paired.PerSecond(all)}", desk, "≥ 0.7");
        lab.Window = null;
    }

    private static Task<double> With(ListCases.Result? rows, Func<Task<double>> load)
    {
        FixedRows.Rows = rows;
        return load();
    }

    /// <summary>Requests over kept connections, by a client that costs little: it looks for the end of the answer and no more.</summary>
    internal static async Task<double> Load(Uri address, string cookie, string path)
    {
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\nCookie: {cookie}\r\n\r\n");
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, address.Port);
            var stream = client.GetStream();
            var buffer = new byte[256 * 1024];
            for (var i = 0; i < PerRound / Connections; i++)
            {
                await stream.WriteAsync(request);
                var length = 0;
                do length += await stream.ReadAsync(buffer.AsMemory(length));
                while (!buffer.AsSpan(0, length).EndsWith("\r\n0\r\n\r\n"u8));
                if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, Math.Min(length, 200)));
            }
        })));
        return PerRound;
    }

    internal static async Task<string> SignIn(Uri address)
    {
        var cookies = new CookieContainer();
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = address };
        var token = Token().Match(await client.GetStringAsync("/sign-in")).Groups[1].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Login"] = "bench", ["Password"] = Password, ["__RequestVerificationToken"] = token });
        using var answer = await client.PostAsync("/sign-in", form);
        if (answer.StatusCode != HttpStatusCode.Redirect) throw new InvalidOperationException($"Signing in answered {answer.StatusCode}.");
        return cookies.GetCookieHeader(address);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();

    /// <summary>In the place of the query: the real one, or rows it once gave.</summary>
    private sealed class FixedRows(IServiceProvider services) : IRequestHandler<ListCases.Query, ListCases.Result>
    {
        private static readonly Type Real = typeof(ListCases).GetNestedType("Handler", System.Reflection.BindingFlags.NonPublic)!;

        public static ListCases.Result? Rows { get; set; }

        public Task<ListCases.Result> Handle(ListCases.Query query, CancellationToken ct) => Rows is { } rows
            ? Task.FromResult(rows)
            : ((IRequestHandler<ListCases.Query, ListCases.Result>)ActivatorUtilities.CreateInstance(services, Real)).Handle(query, ct);

        public static Task<ListCases.Result> First(Lab lab) => lab.Send(new ListCases.Query(), null, Role.Auditor);

        public static async Task<string> NumberAfterPages(Lab lab, int pages)
        {
            string? after = null;
            while (pages > 0)
            {
                var size = Math.Min(pages * ListCases.PageSize, ListCases.LargestPage / ListCases.PageSize * ListCases.PageSize);
                after = (await lab.Send(new ListCases.Query(After: after, Rows: size), null, Role.Auditor)).Next;
                pages -= size / ListCases.PageSize;
            }

            return after!;
        }
    }
}
