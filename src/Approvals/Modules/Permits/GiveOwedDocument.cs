using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>The window receives a document that an approval was waiting for.</summary>
internal static class GiveOwedDocument
{
    [RecordAs("补交容缺材料", "Receive an owed document", Subject.Case)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string Document = "", DateOnly? GivenOn = null, string? LateReason = null) : ICommand<Unit>;

    private sealed record Row
    {
        public long Id { get; init; }
        public string ApplicationNumber { get; init; } = "";
        public DateOnly? DecidedOn { get; init; }
        public DateOnly? GivenOn { get; init; }
    }

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/owed-documents/{document}/give", (string number, string document, Command body, IMediator mediator) =>
                mediator.Send(body with { Number = number, Document = document }))
            .Needs<Command>().WithSummary("Receive a document that was owed").WithTags("Permits");

    private sealed class Holding(Db db) : IRequestHandler<HoldOwedDocument, bool>
    {
        // Writes nothing new. Whoever receives it waits for what changes its files, and what comes after that touches no row.
        private const string Hold = "UPDATE permits_owed_document SET due_on = due_on WHERE case_id = @CaseId AND document = @Document AND given_on IS NULL";

        public async Task<bool> Handle(HoldOwedDocument command, CancellationToken ct) => await db.Execute(Hold, command, ct) > 0;
    }

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, LateEntry late, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Find = """
            SELECT c.id, c.application_number, c.decided_on, o.given_on
              FROM permits_case c
              JOIN permits_owed_document o ON o.case_id = c.id
             WHERE c.number = @number AND o.document = @document
            """;

        private const string Give = """
            UPDATE permits_owed_document
               SET given_on = @givenOn, given_to = @Name
             WHERE document = @document AND given_on IS NULL
               AND case_id = (SELECT c.id FROM permits_case c WHERE c.number = @number)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var (number, document) = (command.Number.Trim().ToUpperInvariant(), command.Document.Trim().ToUpperInvariant());
            var givenOn = command.GivenOn ?? clock.Today;
            var owed = await db.Find<Row>(Find, new { number, document }, ct)
                ?? throw Refused.NotFound("owed.notFound", "document", $"{number} 没有容缺材料 {document}。", $"{number} owes no document {document}.");
            await mediator.DemandWindow(actor, owed.ApplicationNumber, ct);
            new Check().That(givenOn <= clock.Today && givenOn >= owed.DecidedOn, "owed.givenOn", "givenOn",
                $"补交日期应在 {Words.Day(owed.DecidedOn)} 与今天之间。", $"It was given between {Words.Day(owed.DecidedOn)} and today.").Done();
            if (await db.Execute(Give, new { givenOn, actor.Name, number, document }, ct) == 0)
            {
                var when = Words.Day(owed.GivenOn ?? clock.Today);
                throw Refused.Conflict("owed.alreadyGiven", $"{document} 已于 {when} 补交。", $"{document} was given on {when} already.");
            }

            trail.Changed(new($"{document} 补交日", $"{document} given on"), null, (DateOnly?)givenOn);
            late.Demand(new($"{document} 补交于", $"{document} given on"), givenOn, command.LateReason, LateEntry.OfTheCentre);
            await mediator.Send(new StopClocks("case", owed.Id, givenOn, $"{Rules.Owed}:{document}"), ct);
            return Unit.Value;
        }
    }
}
