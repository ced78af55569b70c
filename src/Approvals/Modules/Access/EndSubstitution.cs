using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Ends a substitution before its last day is over, or before it has begun: either of the two, or whoever may arrange it.</summary>
internal static class EndSubstitution
{
    [RecordAs("提前结束替岗", "End a substitution")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(long Id) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/account/substitutions/{id:long}/end", async (long id, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Command(id), ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("End a substitution early");

    private sealed class Handler(Actor actor, Substitutions substitutions, Trail trail) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            // What is none of one's business is answered as if there were nothing.
            if (await substitutions.Get(command.Id, ct) is not { } row) throw None();
            if (!IsFor(row)) throw None().Hiding();
            trail.On(Subject.Account, row.Login);
            if (!await substitutions.Stop(row, new($"由{actor.Name}提前结束", $"Ended early by {actor.Name}"), ct))
                throw Refused.Conflict("substitution.ended", "这项替岗已经结束。", "This substitution is over already.");
            return Unit.Value;
        }

        private static Refused None() => Refused.NotFound("substitution.notFound", "id", "没有这项替岗，请刷新后重试。", "There is no such substitution; reload.");

        private bool IsFor(Substitutions.Row row) =>
            actor.UserId == row.UserId || actor.UserId == row.SubstituteId || actor.May(Act.ArrangeSubstitution, new Place(row.Department));
    }
}
