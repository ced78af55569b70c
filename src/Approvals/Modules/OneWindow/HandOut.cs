using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>出件: the paper of a decision is handed to the applicant, once, within ten working days (行政许可法 44).</summary>
internal static class HandOut
{
    /// <param name="Recipient">Who took it.</param>
    /// <param name="HandedOutOn">Today unless said otherwise.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    /// <param name="CaseNumber">The case decided.</param>
    /// <param name="Number">The application it must belong to, where one is named.</param>
    [RecordAs("出件", "Hand out a result", Subject.Case, nameof(Command.CaseNumber))]
    [Needs(Act.HandOut)]
    [TakesTwo]
    internal sealed record Command([property: Masked(IsName = true)] string Recipient, DateOnly? HandedOutOn = null, string CaseNumber = "", string Number = "", string? LateReason = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/results/{caseNumber}/hand-out", async (string number, string caseNumber, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { CaseNumber = caseNumber, Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Hand out the paper of a decision");

    /// <summary>What is said of it where it is entered late.</summary>
    public static Text What(string recipient) => new($"结果交{recipient}于", $"handed to {recipient} on");

    private sealed class Handler(Db db, IMediator mediator, Answering answering, ZoneClock clock, Actor actor, Trail trail, LateEntry late) : IRequestHandler<Command, Unit>
    {
        private const string Give = """
            UPDATE onewindow_result
               SET handed_out_on = @on, handed_out_at = @now, handed_out_by = @by, recipient = @recipient
             WHERE case_number = @CaseNumber AND handed_out_on IS NULL AND decided_on <= @on
               AND EXISTS (SELECT 1 FROM permits_public_case c WHERE c.id = onewindow_result.case_id AND c.status IN (11, 12, 13))
               AND EXISTS (SELECT 1 FROM onewindow_application a WHERE a.number = onewindow_result.application_number AND (a.window_id IS NULL OR @Window IS NULL OR a.window_id = @Window))
            """;

        private const string Find = """
            SELECT r.case_id, r.decided_on, r.handed_out_on, r.handed_out_at, r.handed_out_by, r.recipient, c.status, r.application_number, a.window_id, w.name AS window_name
              FROM onewindow_result r
              JOIN permits_public_case c ON c.id = r.case_id
              JOIN onewindow_application a ON a.number = r.application_number
              LEFT JOIN access_public_window w ON w.id = a.window_id
             WHERE r.case_number = @CaseNumber
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var on = command.HandedOutOn ?? clock.Today;
            new Check()
                .Text(command.Recipient, "recipient", "领取人", "Recipient", 80)
                .That(on <= clock.Today, "result.inFuture", "handedOutOn", "出件日期不能晚于今天。", "A result cannot be handed out in the future.")
                .Done();
            var recipient = command.Recipient.Trim();
            if (command.Number.Length > 0 && !command.CaseNumber.StartsWith(command.Number + "-", StringComparison.Ordinal)) throw Unknown(command.CaseNumber);
            var given = await db.Execute(Give, new { command.CaseNumber, on, now = clock.Now, by = actor.Name, recipient, Window = actor.WindowFor(Act.HandOut) }, ct) > 0;
            var row = await db.Find<Row>(Find, new { command.CaseNumber }, ct) ?? throw Unknown(command.CaseNumber);
            if (given)
            {
                trail.Changed(new("出件日", "Handed out on"), null, (DateOnly?)on);
                late.Demand(What(recipient), on, command.LateReason, LateEntry.OfTheCentre);
                return await mediator.Send(new StopClocks("case", row.CaseId, on, Rules.Delivery), ct);
            }

            if (!actor.May(Act.HandOut, new Place(Window: row.WindowId))) throw WindowScope.Other(row.ApplicationNumber, row.WindowName!);
            if (row.HandedOutOn is null && row.Status is CaseStatus.Recalled or CaseStatus.Revoked)
            {
                throw Refused.Conflict("result.takenBack",
                    $"该决定已{row.Status.Name().Zh}，不能出件。", $"The decision has been taken back ({row.Status.Name().En}); its paper is not handed out.");
            }

            throw row.HandedOutOn is { } handedOut
                ? new Refused(RefusedAs.Conflict, [new("result.handedOut", "", new(
                    $"该结果已于 {Words.Day(handedOut)} 由{row.HandedOutBy}交给{row.Recipient}（{answering.Time(row.HandedOutAt)} 登记）。",
                    $"{row.HandedOutBy} handed it to {row.Recipient} on {Words.Day(handedOut)} (entered {answering.Time(row.HandedOutAt)})."))])
                { Persons = [row.Recipient!] }
                : Refused.Invalid("result.beforeDecision", "handedOutOn",
                    $"决定于 {Words.Day(row.DecidedOn)} 作出，出件日期不能更早。", $"The decision is of {Words.Day(row.DecidedOn)}; it cannot be handed out earlier.");
        }

        private static Refused Unknown(string caseNumber) => Refused.NotFound("result.unknown", "caseNumber",
            $"该申请的办理件「{caseNumber}」还没有结果可以出件，请核对编号。", $"Case “{caseNumber}” has no result to hand out in this application; check the number.");

        private sealed record Row
        {
            public long CaseId { get; init; }
            public DateOnly DecidedOn { get; init; }
            public DateOnly? HandedOutOn { get; init; }
            public DateTime? HandedOutAt { get; init; }
            public string? HandedOutBy { get; init; }
            public string? Recipient { get; init; }
            public CaseStatus Status { get; init; }
            public string ApplicationNumber { get; init; } = "";
            public long? WindowId { get; init; }
            public string? WindowName { get; init; }
        }
    }
}
