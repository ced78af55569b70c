using System.Text.Json.Serialization;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Demonstration;

/// <summary>写入演示历史数据: made up, and told from real work by nobody afterwards. So it goes only where there is none, and is on record.</summary>
internal static class LoadHistory
{
    /// <summary>Its rows are written past the commands, in transactions of their own.</summary>
    [RecordAs("写入演示历史数据", "Load the demonstration's history")]
    [Needs(Act.Operate)]
    internal sealed record Command(int Cases, int Seed, DateOnly Until, [property: JsonIgnore] Action<int>? Progress = null) : IRequest<int>, IRecorded;

    private sealed class Handler(Engine engine, Db db, Ids ids, CalendarInForce calendar, CatalogueInForce catalogue, ZoneClock clock, IMediator mediator, Actor actor, Trail trail) : IRequestHandler<Command, int>
    {
        /// <summary>In the name of every project of the demonstration.</summary>
        private const string Mark = "%示例%";

        private const string RealProjects = "SELECT COUNT(*) FROM projects_public_project WHERE name NOT LIKE @mark";

        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            if (!actor.IsSystem) throw Refused.Forbidden("demo.commandLine", "演示数据只能用命令行写入。", "The demonstration's data is loaded on the command line alone.");
            new Check()
                .That(command.Cases is >= 1 and <= 10_000_000, "demo.cases", "cases", "件数应在 1 至 10000000 之间。", "The number of cases must lie between 1 and 10,000,000.")
                .That(command.Seed is >= 0 and < 1000, "demo.seed", "seed", "种子应在 0 至 999 之间。", "The seed must lie between 0 and 999.")
                .Done();
            var (accounts, projects) = (await mediator.Send(new FindDemonstrationAccounts.CountReal(), ct), await db.Find<int>(RealProjects, new { mark = Mark }, ct));
            if (accounts + projects > 0)
            {
                throw Refused.Conflict("demo.realData",
                    $"此数据库已有真实数据（账号 {accounts} 个、项目 {projects} 个），不能写入演示数据；请用 --data 另指一个空文件夹，或另一个数据库。",
                    $"This database holds real data ({accounts} accounts, {projects} projects): the demonstration's is not loaded into it. Name an empty folder with --data, or another database.");
            }

            trail.Changed(new("演示办理件", "Demonstration cases"), null, (int?)command.Cases);
            return await new History(engine, db, ids, calendar.Current, catalogue.Current, clock).Load(command.Cases, command.Seed, command.Until, command.Progress ?? (static _ => { }), ct);
        }
    }
}
