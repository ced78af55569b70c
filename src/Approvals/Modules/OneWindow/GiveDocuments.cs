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
            SELECT a.id, a.project_id, a.window_id, w.name AS window_name
              FROM onewindow_application a
              LEFT JOIN access_public_window w ON w.id = a.window_id
             WHERE a.number = @Number AND (a.state IN ('Received', 'Correcting') OR a.state = 'Accepted' AND a.deemed_on IS NOT NULL)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var application = await db.FindHeld<Row>(Open, new { command.Number }, ct) ?? throw await answering.Lost(command.Number, ct);
            var project = (await mediator.Send(new GetProject(application.ProjectId), ct)).Within(actor, Act.TakeIn);
            if (!actor.May(Act.TakeIn, project.Place() with { Window = application.WindowId })) throw WindowScope.Other(command.Number, application.WindowName!);
            if (command.Documents is not { Count: > 0 })
                throw Refused.Invalid("application.noDocument", "documents", "请至少选择一份材料。", "Choose at least one document.");
            await materials.Give(application.Id, command.Documents, "documents", clock.Now, ct);
            return Unit.Value;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public long ProjectId { get; init; }
            public long? WindowId { get; init; }
            public string? WindowName { get; init; }
        }
    }
}
