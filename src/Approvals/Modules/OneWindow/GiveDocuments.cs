using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>A document that was missing is handed in, before the window has answered; or after it kept silent, and the application is accepted without it.</summary>
internal static class GiveDocuments
{
    /// <param name="Documents">Codes from the application's checklist.</param>
    [RecordAs("收取材料", "Receive documents", Subject.Application)]
    [Needs(Act.TakeIn)]
    internal sealed record Command(IReadOnlyList<string> Documents, string Number = "") : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/documents", async (string number, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Hand in documents that were missing");

    private sealed class Handler(Db db, Materials materials, Answering answering, ZoneClock clock, IMediator mediator, Actor actor) : IRequestHandler<Command, Unit>
    {
        private const string Open = """
            SELECT id, project_id
              FROM onewindow_application
             WHERE number = @Number AND (state IN ('Received', 'Correcting') OR state = 'Accepted' AND deemed_on IS NOT NULL)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var application = await db.Find<Row>(Open, new { command.Number }, ct) ?? throw await answering.Lost(command.Number, ct);
            (await mediator.Send(new GetProject(application.ProjectId), ct)).Within(actor, Act.TakeIn);
            if (command.Documents is not { Count: > 0 })
                throw Refused.Invalid("application.noDocument", "documents", "请至少选择一份材料。", "Choose at least one document.");
            await materials.Give(application.Id, command.Documents, "documents", clock.Now, ct);
            return Unit.Value;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public long ProjectId { get; init; }
        }
    }
}
