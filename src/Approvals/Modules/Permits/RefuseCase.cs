using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>13: refused. The reason goes to the applicant (行政许可法 38).</summary>
internal static class RefuseCase
{
    [RecordAs("不予许可", "Refuse the case", Subject.Case)]
    [Needs(Act.DecideCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string? Reason = null, DateTime? OccurredAt = null, string? LateReason = null) : ICommand<Decide.Result>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/refuse", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Refuse a case, with the reason").WithTags("Permits");

    private sealed class Handler(IMediator mediator) : IRequestHandler<Command, Decide.Result>
    {
        public async Task<Decide.Result> Handle(Command command, CancellationToken ct)
        {
            var found = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            new Check().Text(command.Reason, "reason", "不通过的理由", "The reason of the refusal", GiveOpinion.Longest).Done();
            return await mediator.Send(new Decide.Command(found, CaseStatus.Refused, command.OccurredAt, command.LateReason, command.Reason, null), ct);
        }
    }
}
