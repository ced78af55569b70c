using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>不予受理: the matter is not in this authority's power; the applicant is told who has it (行政许可法 32).</summary>
internal static class NotAccept
{
    /// <param name="OccurredAt">When it was done; now unless said otherwise. Without an offset: the zone's own time.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    /// <param name="Seen">How it stood when it was looked at, as the application says: where it has changed since, this is refused. Null: not asked about.</param>
    [RecordAs("不予受理", "Not accept the application", Subject.Application)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command(string Reason, string RightAuthority, string Number = "", DateTime? OccurredAt = null, string? LateReason = null, string? Seen = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/not-accept", async (string number, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Do not accept: say why, and name the right authority");

    private sealed class Handler(IMediator mediator, Answering answering, ZoneClock clock) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            new Check()
                .Text(command.Reason, "reason", "不予受理的理由", "The reason", 500)
                .Text(command.RightAuthority, "rightAuthority", "应当向其申请的行政机关", "The right authority", 100)
                .Done();
            var (reason, authority) = (command.Reason.Trim(), command.RightAuthority.Trim());
            var at = Occurrence.When(command.OccurredAt, clock);
            await answering.Give(command.Number, ApplicationState.NotAccepted, at, reason, authority, command.Seen, ct);
            await mediator.Send(new MarkCases(command.Number, CaseStatus.NotAccepted, at, $"{reason} → {authority}", command.LateReason ?? ""), ct);
            return Unit.Value;
        }
    }
}
