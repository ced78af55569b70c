using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>An opinion on a case that is being handled; it decides nothing.</summary>
internal static class GiveOpinion
{
    /// <summary>Characters of an opinion or a reason.</summary>
    public const int Longest = 1000;

    [RecordAs("记入审查意见", "Give an opinion", Subject.Case)]
    [Needs(Act.HandleCase)]
    internal sealed record Command(string Number = "", string? Text = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/opinions", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Give an opinion on a case").WithTags("Permits");

    private sealed class Handler(Db db, Ids ids, IMediator mediator, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Insert = """
            INSERT INTO permits_opinion (id, case_id, user_id, user_name, text, recorded_at)
            SELECT @id, c.id, @UserId, @Name, @text, @recordedAt
              FROM permits_case c
             WHERE c.id = @CaseId AND c.department = @department AND c.accepted_on IS NOT NULL AND c.status IN (3, 6, 7, 8, 9, 10)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var found = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            new Check().Text(command.Text, "text", "意见", "The opinion", Longest).Done();
            var id = await ids.Next();
            var department = actor.IsSystem ? found.Department : actor.Department;
            var (text, recordedAt) = (command.Text!.Trim(), clock.Now);
            if (await db.Execute(Insert, new { id, CaseId = found.Id, actor.UserId, actor.Name, text, recordedAt, department }, ct) == 0)
                throw CaseInHand.Changed(found.Number);
            trail.Changed(new("审查意见", "Opinion"), null, text);
            return Unit.Value;
        }
    }
}
