using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>A case has ended: its open pauses close, and no clock of it runs any more.</summary>
internal static class EndTimers
{
    internal sealed record Command(long CaseId, DateOnly On) : ICommand<Unit>, IInside;

    private sealed record Row
    {
        public string Number { get; init; } = "";
        public string ApplicationNumber { get; init; } = "";
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
    }

    private sealed class Handler(Db db, IMediator mediator) : IRequestHandler<Command, Unit>
    {
        private const string Find = "SELECT number, application_number, project_id, item_code, department FROM permits_case WHERE id = @CaseId";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var open = (await mediator.Send(new PausesOf("case", command.CaseId), ct)).Where(p => p.To is null).ToList();
            foreach (var pause in open) await mediator.Send(new ResumeClocks("case", command.CaseId, pause.Kind, Last(pause)), ct);
            await mediator.Send(new StopClocks("case", command.CaseId, command.On), ct);
            if (open.Count == 0) return Unit.Value;
            var c = (await db.Find<Row>(Find, new { command.CaseId }, ct))!;
            await mediator.Publish(
                new CaseResumed(command.CaseId, c.Number, c.ApplicationNumber, c.ProjectId, c.ItemCode, c.Department, open[^1].Kind, open.Max(Last)), ct);
            return Unit.Value;

            DateOnly Last(PauseFact pause) => command.On > pause.From ? command.On : pause.From;
        }
    }
}
