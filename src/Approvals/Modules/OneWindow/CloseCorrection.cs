using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>The applicant has handed in what the correction asked for: the window answers next.</summary>
internal static class CloseCorrection
{
    /// <param name="GivenDocuments">Codes of the documents handed in now.</param>
    /// <param name="OccurredAt">When it was done; now unless said otherwise. Without an offset: the zone's own time.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    [RecordAs("补正完成", "Close the correction", Subject.Application)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command(IReadOnlyList<string> GivenDocuments, string Number = "", DateTime? OccurredAt = null, string? LateReason = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/correction/close", async (string number, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Close the correction: what was asked for has come");

    private sealed class Handler(Db db, IMediator mediator, Materials materials, Answering answering, ZoneClock clock, OfficeHours office, Actor actor, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string FindId = "SELECT id FROM onewindow_application WHERE number = @Number";

        private const string EndCorrecting = """
            UPDATE onewindow_application
               SET state = 'Received'
             WHERE number = @Number AND state = 'Correcting' AND (window_id IS NULL OR @Window IS NULL OR window_id = @Window)
            """;

        private const string Close = """
            UPDATE onewindow_correction
               SET closed_at = @at
             WHERE application_id = @id AND closed_at IS NULL
            """;

        private const string Asked = "SELECT document FROM onewindow_correction_item WHERE application_id = @id ORDER BY document";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            if (await db.Execute(EndCorrecting, new { command.Number, Window = actor.WindowFor(Act.DecideIntake) }, ct) == 0) throw await answering.Lost(command.Number, ct);
            var id = await db.Find<long>(FindId, new { command.Number }, ct);
            var at = Occurrence.When(command.OccurredAt, clock);
            await materials.Give(id, command.GivenDocuments ?? [], "givenDocuments", at, ct);
            var asked = await db.Query<string>(Asked, new { id }, ct);
            var left = (await materials.Of(id, ct)).Where(l => !l.IsGiven && asked.Contains(l.Document)).ToList();
            if (left.Count > 0)
            {
                throw Refused.Invalid("correction.notComplete", "givenDocuments",
                    $"要求补正的材料还缺：{string.Join("、", left.Select(l => $"{l.Document} {l.NameZh}"))}。",
                    $"Still missing of what was asked for: {string.Join(", ", left.Select(l => $"{l.Document} {l.NameEn}"))}.");
            }

            await db.Execute(Close, new { id, at }, ct);
            trail.Changed(new("状态", "Status"), ApplicationState.Correcting.Name(), ApplicationState.Received.Name());
            // What was handed in is looked at afresh.
            await mediator.Send(new StartClocks([WindowDuties.Answer(id, command.Number, office, at, again: true)]), ct);
            await mediator.Send(new MarkCases(command.Number, CaseStatus.CorrectionClosed, at, "", command.LateReason ?? ""), ct);
            return Unit.Value;
        }
    }
}
