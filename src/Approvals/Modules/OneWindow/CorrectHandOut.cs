using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>更正出件: the recipient or the day of a hand-out was entered wrongly. The time of the delivery ends on the right day, and the log of the case keeps what it said.</summary>
internal static class CorrectHandOut
{
    /// <param name="Recipient">Who took it.</param>
    /// <param name="HandedOutOn">The right day; the one entered where none is given.</param>
    /// <param name="Reason">Why it was wrong.</param>
    /// <param name="CaseNumber">The case.</param>
    /// <param name="Number">The application it must belong to, where one is named.</param>
    /// <param name="Seen">Recipient and day as they were when this was asked for: refused where they are others by now.</param>
    [RecordAs("更正出件", "Correct a hand-out", Subject.Case, nameof(Command.CaseNumber))]
    [Needs(Act.HandOut)]
    [TakesTwo]
    internal sealed record Command([property: Masked(IsName = true)] string Recipient, DateOnly? HandedOutOn, string? Reason, string CaseNumber = "", string Number = "", [property: Masked(IsName = true)] string? Seen = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/results/{caseNumber}/hand-out/correct", async (string number, string caseNumber, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { CaseNumber = caseNumber, Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Correct whom a result was handed to, and on which day");

    /// <summary>How a hand-out stands, as a correction of it may say back.</summary>
    public static string Stands(string? recipient, DateOnly? on) => $"{recipient} {Words.Day(on)}";

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, Actor actor, CorrectedEntry corrected) : IRequestHandler<Command, Unit>
    {
        private const string Find = """
            SELECT r.case_id, r.decided_on, r.handed_out_on, r.handed_out_at, r.recipient, r.application_number, a.window_id, w.name AS window_name
              FROM onewindow_result r
              JOIN onewindow_application a ON a.number = r.application_number
              LEFT JOIN access_public_window w ON w.id = a.window_id
             WHERE r.case_number = @CaseNumber
            """;

        private const string Correct = """
            UPDATE onewindow_result
               SET recipient = @now, handed_out_on = @on
             WHERE case_id = @CaseId AND recipient = @was AND handed_out_on = @wasOn AND decided_on <= @on
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var row = await db.Find<Row>(Find, new { command.CaseNumber }, ct);
            if (row is null || (command.Number.Length > 0 && row.ApplicationNumber != command.Number))
                throw Refused.NotFound("result.unknown", "caseNumber", $"该申请的办理件「{command.CaseNumber}」没有结果，请核对编号。", $"Case “{command.CaseNumber}” has no result in this application; check the number.");
            if (!actor.May(Act.HandOut, new Place(Window: row.WindowId))) throw WindowScope.Other(row.ApplicationNumber, row.WindowName!);
            if (row.HandedOutOn is not { } wasOn)
                throw Refused.Conflict("result.notHandedOut", $"{command.CaseNumber} 的结果还没有出件，无需更正。", $"The result of {command.CaseNumber} has not been handed out; there is nothing to correct.");
            CorrectedEntry.Demand(command.Seen, Stands(row.Recipient, wasOn), Stands(row.Recipient, wasOn));
            var (was, now, on) = (row.Recipient ?? "", (command.Recipient ?? "").Trim(), command.HandedOutOn ?? wasOn);
            CorrectedEntry.Change recipient = new(new("领取人", "Recipient"), was, now), day = new(new("出件日", "Handed out on"), Words.Day(wasOn), Words.Day(on));
            var check = new Check()
                .Text(command.Recipient, "recipient", "领取人", "Recipient", 80)
                .That(on <= clock.Today, "result.inFuture", "handedOutOn", "出件日期不能晚于今天。", "A result cannot be handed out in the future.")
                .That(on >= row.DecidedOn, "result.beforeDecision", "handedOutOn",
                    $"决定于 {Words.Day(row.DecidedOn)} 作出，出件日期不能更早。", $"The decision is of {Words.Day(row.DecidedOn)}; it cannot be handed out earlier.");
            CorrectedEntry.Check(check, command.Reason, "recipient", recipient, day);
            check.Done();
            if (await db.Execute(Correct, new { row.CaseId, was, wasOn, now, on }, ct) == 0)
                throw Refused.Conflict("correction.moved", "刚刚已由他人更正，请刷新页面查看。", "Somebody has just corrected it; reload the page.");
            var says = corrected.Of(command.Reason, row.HandedOutAt, on == wasOn ? null : on, LateEntry.OfTheCentre, command with { Seen = Stands(was, wasOn) }, recipient, day);
            await mediator.Send(new CorrectStop("case", row.CaseId, Rules.Delivery, wasOn, on), ct);
            await mediator.Send(new NoteOnCase(row.CaseId, $"更正出件：{says.Zh}"), ct);
            return Unit.Value;
        }

        private sealed record Row
        {
            public long CaseId { get; init; }
            public DateOnly DecidedOn { get; init; }
            public DateOnly? HandedOutOn { get; init; }
            public DateTime? HandedOutAt { get; init; }
            public string? Recipient { get; init; }
            public string ApplicationNumber { get; init; } = "";
            public long? WindowId { get; init; }
            public string? WindowName { get; init; }
        }
    }
}
