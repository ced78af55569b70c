using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>更正文号: the number of a permit was entered wrongly. The decision stands; the log of the case keeps both numbers, and the window is told.</summary>
internal static class CorrectCertificate
{
    /// <param name="CertificateNumber">The right number.</param>
    /// <param name="Reason">Why it was wrong.</param>
    /// <param name="Seen">The number as it was when this was asked for: refused where it is another by now.</param>
    [RecordAs("更正文号", "Correct the certificate number", Subject.Case)]
    [Needs(Act.DecideCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string? CertificateNumber = null, string? Reason = null, string? Seen = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/certificate/correct", async (string number, Command body, IMediator mediator) =>
            {
                await mediator.Send(body with { Number = number });
                return Results.NoContent();
            })
            .Needs<Command>().WithSummary("Correct a wrongly entered certificate number").WithTags("Permits");

    private sealed record Row
    {
        public long Id { get; init; }
        public string ApplicationNumber { get; init; } = "";
        public long ItemId { get; init; }
        public string Department { get; init; } = "";
        public CaseStatus Status { get; init; }
        public string? CertificateNumber { get; init; }
        public DateTime? EnteredAt { get; init; }
    }

    private sealed class Handler(Db db, IMediator mediator, Actor actor, CatalogueInForce catalogue, CorrectedEntry corrected) : IRequestHandler<Command, Unit>
    {
        private const string Find = """
            SELECT c.id, c.application_number, c.item_id, c.department, c.status, c.certificate_number,
                   (SELECT MIN(e.recorded_at) FROM permits_event e WHERE e.case_id = c.id AND e.status IN (11, 12)) AS entered_at
              FROM permits_case c
             WHERE c.number = @number
            """;

        private const string Correct = """
            UPDATE permits_case
               SET certificate_number = @now
             WHERE id = @Id AND certificate_number = @was AND status IN (11, 12)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var number = command.Number.Trim().ToUpperInvariant();
            var c = await db.Find<Row>(Find, new { number }, ct) ?? throw CaseInHand.Unknown(number);
            if (!actor.May(Act.DecideCase, new Place(c.Department)))
            {
                var owner = catalogue.Current.Department(c.Department)?.Name ?? new Text(c.Department, c.Department);
                throw Refused.Forbidden("case.otherDepartment", $"{number} 由{owner.Zh}办理，请联系该部门。", $"{number} is in the hands of {owner.En}; ask that department.");
            }

            if (c.Status is CaseStatus.Recalled or CaseStatus.Revoked)
                throw Refused.Conflict("case.takenBack", $"{number} 已{c.Status.Name().Zh}，文号不再有效，不再更正。", $"{number} has been taken back ({c.Status.Name().En}): its number holds no more and is not corrected.");
            if (c.CertificateNumber is not { } was || !c.Status.IsApproved())
                throw Refused.Conflict("case.noCertificate", $"{number} 没有文号，无需更正。", $"{number} has no certificate number; there is nothing to correct.");
            CorrectedEntry.Demand(command.Seen, was);
            var check = new Check();
            var now = ApproveCase.Certificate(check, command.CertificateNumber, catalogue.Current.Item(c.ItemId)!) ?? "";
            var change = new CorrectedEntry.Change(new("文号", "Certificate number"), was, now);
            CorrectedEntry.Check(check, command.Reason, "certificateNumber", change);
            check.Done();
            if (await db.Execute(Correct, new { c.Id, was, now }, ct) == 0) throw CaseInHand.Changed(number);
            var says = corrected.Of(command.Reason, c.EnteredAt, null, [BackDating.Of(c.Department)], command with { Seen = was }, change);
            await mediator.Send(new NoteEvent.Command(c.Id, CaseActivity.Corrected, $"更正{says.Zh}"), ct);
            await mediator.Publish(new CertificateCorrected(c.Id, number, c.ApplicationNumber, was, now), ct);
            return Unit.Value;
        }
    }
}
