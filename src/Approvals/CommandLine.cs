using System.CommandLine;
using System.Data.Common;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Calendar;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Messages;
using Approvals.Modules.Reports;
using Approvals.Web;
using MediatR;

namespace Approvals;

/// <summary>The commands that run and end: <c>dotnet run --project src/Approvals -- calendar due --from 2026-09-30 --days 20</c>.</summary>
internal static class CommandLine
{
    /// <summary>The exit code of what another person must approve first.</summary>
    private const int Waits = 4;

    private static readonly Option<string?> Data = new("--data") { Description = "数据文件夹 the data folder (default: ./data)", Recursive = true };

    private static RootCommand Root()
    {
        var root = new RootCommand("一窗通 Approvals. 不带命令即启动网站 without a command it starts the site.") { Data };
        root.Add(CalendarModule.Command());
        foreach (var command in DeadlinesModule.Commands()) root.Add(command);
        root.Add(CatalogueModule.PlanCommand());
        root.Add(CatalogueModule.Command());
        foreach (var command in AccessModule.Commands()) root.Add(command);
        root.Add(MessagesModule.Command());
        root.Add(AuditModule.Command());
        root.Add(ReportsModule.Command());
        root.Add(Demonstration.DemoCommand.Command());
        return root;
    }

    /// <summary>A word is a command, and one that is mistyped is told so rather than starting the site; settings begin with a dash or hold an equals sign.</summary>
    /// <remarks>The data folder may be named before the command.</remarks>
    public static bool Wants(string[] args) => args switch
    {
        ["--data", _, .. var rest] => Wants(rest),
        [var first, .. var rest] when first.StartsWith("--data=", StringComparison.Ordinal) => Wants(rest),
        ["-h" or "--help" or "-?" or "--version", ..] => true,
        [{ Length: > 0 } word, ..] => char.IsLetter(word[0]) && !word.Contains('=', StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>0 done, 1 refused or failed, with the reason on the error stream, 4 asked for and waiting for another person.</summary>
    public static async Task<int> Run(string[] args)
    {
        try
        {
            return await Root().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Asked asked)
        {
            Console.WriteLine(Words.T($"已提请 {asked.Number}，须由{asked.Who.Zh}在网站「待我批准」中批准后生效；现在什么也没有改变。", $"Asked for as {asked.Number}: it takes effect when {asked.Who.En} has approved it on the site (For my approval); nothing has changed yet."));
            return Waits;
        }
        catch (Refused refused)
        {
            foreach (var problem in refused.Problems) await Console.Error.WriteLineAsync($"{problem.Message.Zh} {problem.Message.En}");
            return 1;
        }
        catch (DbException error)
        {
            await Console.Error.WriteLineAsync($"数据库不能读写：{error.Message} The database cannot be read or written: {error.Message}");
            return 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or System.Data.DataException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    /// <summary>Runs the work against the prepared database, as the system.</summary>
    /// <param name="needs">The table that is there already, or nothing is done and nothing made.</param>
    public static async Task<int> WithServices(ParseResult parsed, Func<IServiceProvider, IMediator, Task<int>> work, (string Table, Text Otherwise)? needs = null)
    {
        var builder = Parts(parsed);
        using var host = builder.Build();
        if (needs is var (table, otherwise) && !await host.Services.GetRequiredService<Engine>().Holds(table, default)) throw new Refused(RefusedAs.NotFound, [new("data.none", "data", otherwise)]);
        await Site.PrepareForCommands(host.Services);
        await using var scope = host.Services.CreateAsyncScope();
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        actor.BecomeSystem();
        actor.ComesFrom("cli", $"{Environment.MachineName} {Environment.UserName}");
        return await work(scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<IMediator>());
    }

    /// <summary>The program's parts with the settings of the deployment; nothing is opened or created yet.</summary>
    public static HostApplicationBuilder Parts(ParseResult parsed)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        if (parsed.GetValue(Data) is { } data) builder.Configuration["data"] = data;
        builder.Services.AddSingleton(SystemClock());
        Site.AddServices(builder.Services, builder.Configuration);
        return builder;
    }

#pragma warning disable RS0030 // Here, once, the clock is chosen.
    public static TimeProvider SystemClock() => TimeProvider.System;
#pragma warning restore RS0030
}
