using Approvals.Database;
using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>A case that others were let go on without, by 超时默认, ends without approval: their logs say so.</summary>
internal static class TellDeemed
{
    /// <param name="How">How it ended, as the log says it.</param>
    internal sealed record Command(long CaseId, string Number, string ItemCode, Text How) : ICommand<Unit>, IInside;

    private sealed class Handler(Db db, IMediator mediator) : IRequestHandler<Command, Unit>
    {
        private const string WentOn = """
            SELECT w.id, w.number, w.department
              FROM permits_case c
              JOIN permits_case w ON w.project_id = c.project_id
              JOIN permits_need n ON n.case_id = w.id AND n.item_code = c.item_code AND n.met_by_case_id = c.id AND n.deemed_at IS NOT NULL
             WHERE c.id = @CaseId AND w.status NOT IN (2, 4, 5, 13, 14, 15)
             ORDER BY w.id
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            foreach (var other in await db.Query<TellWentOn.Other>(WentOn, new { command.CaseId }, ct))
                await mediator.Send(new TellWentOn.Command(other, command.ItemCode, command.Number, command.How, "；本件此前按超时默认未等待其结果，请核查"), ct);
            return Unit.Value;
        }
    }
}
