using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>不受理: by law the matter needs no permit; the applicant is told at once (行政许可法 32).</summary>
internal static class NoPermitNeeded
{
    /// <param name="OccurredAt">When it was done; now unless said otherwise. Without an offset: the zone's own time.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    /// <param name="Seen">How it stood when it was looked at, as the application says: where it has changed since, this is refused. Null: not asked about.</param>
    [RecordAs("告知无需许可", "Say that no permit is needed", Subject.Application)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command(string Reason, string Number = "", DateTime? OccurredAt = null, string? LateReason = null, string? Seen = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/no-permit-needed", async (string number, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Tell the applicant that no permit is needed");

    private sealed class Handler(IMediator mediator, Answering answering, ZoneClock clock) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            new Check().Text(command.Reason, "reason", "无需许可的理由", "The reason", 500).Done();
            var at = Occurrence.When(command.OccurredAt, clock);
            await answering.Give(command.Number, ApplicationState.NoPermitNeeded, at, command.Reason.Trim(), null, command.Seen, ct);
            await mediator.Send(new MarkCases(command.Number, CaseStatus.NoPermitNeeded, at, command.Reason.Trim(), command.LateReason ?? ""), ct);
            return Unit.Value;
        }
    }
}
