using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>更正申请人: name or phone of whoever handed the form in were taken down wrongly. What was printed before says what it said; a reprint says that it is one.</summary>
internal static class CorrectApplicant
{
    /// <param name="Applicant">The right name.</param>
    /// <param name="ApplicantPhone">The right phone; the one entered where none is given.</param>
    /// <param name="Reason">Why it was wrong.</param>
    /// <param name="Number">The application.</param>
    /// <param name="Seen">Name and phone as they were when this was asked for: refused where they are others by now.</param>
    [RecordAs("更正申请人", "Correct the applicant", Subject.Application)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command([property: Masked(IsName = true)] string Applicant, string? ApplicantPhone, string? Reason, string Number = "", [property: Masked(IsName = true)] string? Seen = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/applicant/correct", async (string number, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Correct the applicant's name or phone");

    /// <summary>How the applicant stands, as a correction may say back.</summary>
    public static string Stands(string name, string phone) => $"{name} {phone}";

    private sealed class Handler(Db db, Answering answering, Actor actor, CorrectedEntry corrected) : IRequestHandler<Command, Unit>
    {
        private const string Find = """
            SELECT a.id, a.applicant, a.applicant_phone, a.received_at, a.window_id, w.name AS window_name
              FROM onewindow_application a
              LEFT JOIN access_public_window w ON w.id = a.window_id
             WHERE a.number = @number
            """;

        private const string Correct = """
            UPDATE onewindow_application
               SET applicant = @now, applicant_phone = @phone
             WHERE id = @Id AND applicant = @was AND applicant_phone = @wasPhone
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var number = command.Number.Trim().ToUpperInvariant();
            var row = await db.Find<Row>(Find, new { number }, ct) ?? throw await answering.Lost(number, ct);
            if (!actor.May(Act.DecideIntake, new Place(Window: row.WindowId))) throw WindowScope.Other(number, row.WindowName!);
            CorrectedEntry.Demand(command.Seen, Stands(row.Applicant, row.ApplicantPhone), Stands(row.Applicant, Personal.Phone(row.ApplicantPhone)));
            var (was, now, wasPhone) = (row.Applicant, (command.Applicant ?? "").Trim(), row.ApplicantPhone);
            var phone = string.IsNullOrWhiteSpace(command.ApplicantPhone) ? wasPhone : command.ApplicantPhone.Trim();
            var check = TakeIn.CheckApplicant(new Check(), command.Applicant, phone);
            CorrectedEntry.Change name = new(new("申请人", "Applicant"), was, now), call = new(new("联系电话", "Phone"), wasPhone, phone);
            CorrectedEntry.Check(check, command.Reason, "applicant", name, call);
            check.Done();
            if (await db.Execute(Correct, new { row.Id, was, wasPhone, now, phone }, ct) == 0)
                throw Refused.Conflict("correction.moved", "刚刚已由他人更正，请刷新页面查看。", "Somebody has just corrected it; reload the page.");
            // Whoever reads the record need not reach the applicant.
            var (hidden, other) = Personal.Changed(wasPhone, phone, Personal.Phone);
            var masked = call with { Was = hidden, Now = other };
            corrected.Of(command.Reason, row.ReceivedAt, null, LateEntry.OfTheCentre, command with { Seen = Stands(was, wasPhone) }, name, masked);
            return Unit.Value;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Applicant { get; init; } = "";
            public string ApplicantPhone { get; init; } = "";
            public DateTime ReceivedAt { get; init; }
            public long? WindowId { get; init; }
            public string? WindowName { get; init; }
        }
    }
}
