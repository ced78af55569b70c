using System.Text;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Audit;

/// <summary>The roots, to be kept where nobody who can write the database can write.</summary>
internal static class ExportRoots
{
    [RecordAs("导出审计根", "Export the roots of the record")]
    [Needs(Act.ReadAudit)]
    internal sealed record Query : IRequest<RootFile>, IRecorded;

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/audit/roots", async (IMediator mediator, CancellationToken ct) =>
            Results.File(Encoding.UTF8.GetBytes((await mediator.Send(new Query(), ct)).Write()), "application/json", "audit-roots.json"))
        .Needs<Query>().WithTags("Audit").WithSummary("The roots of the record, to be kept elsewhere");

    private sealed class Handler(Db db, ZoneClock clock) : IRequestHandler<Query, RootFile>
    {
        public async Task<RootFile> Handle(Query query, CancellationToken ct)
        {
            var roots = await Roots.Read(db, clock, ct)
                ?? throw Refused.Conflict("audit.rootsGone", "存放每日根的表（audit_root）不见了，没有可导出的：请从备份恢复，并核对审计记录。", "The table of the roots (audit_root) is gone, and there is nothing to export: restore it from a backup, and verify the record.");
            if (roots.Odd is not null)
                throw Refused.Conflict("audit.rootAltered", "有一天的根被改动，读不出来，不能导出；请先核对审计记录。", "The root of a day was altered and cannot be read: nothing is exported; verify the record first.");
            var end = await Chain.Read(db, ct);
            return new(RootFile.Name, clock.Now, end.Id, end.Hash, roots.Days);
        }
    }
}
