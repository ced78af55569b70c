using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Tells both of a substitution that has begun, or whose last day is over. It holds by its days alone, told or not.</summary>
internal static class TurnSubstitutions
{
    [RecordAs("替岗到日开始、结束", "Begin and end substitutions on their days")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command : ICommand<int>;

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("access.turn-substitutions");
            await mediator.Send(new Command(), ct);
        }
    }

    private sealed class Handler(Db db, Substitutions substitutions, IMediator mediator, Trail trail) : IRequestHandler<Command, int>
    {
        private const string Telling = $"""
            {Substitutions.Rows}
             WHERE s.is_end_told = 0 AND (s.ends_on < @today OR (s.is_begin_told = 0 AND s.starts_on <= @today))
             ORDER BY s.id
            """;

        private const string Told = "UPDATE access_substitution SET is_begin_told = 1, is_end_told = @over WHERE id = @id AND is_end_told = 0";

        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            var today = substitutions.Today;
            var turned = 0;
            foreach (var row in await db.Query<Substitutions.Row>(Telling, new { today }, ct))
            {
                var over = row.EndsOn < today;
                if (await db.Execute(Told, new { id = row.Id, over }, ct) == 0) continue;
                trail.Changed<Text>(
                    new($"替岗 {row.Login} → {row.SubstituteLogin}", $"Substitution {row.Login} → {row.SubstituteLogin}"),
                    over ? new("生效中", "In force") : new("未开始", "Not begun"),
                    over ? new("已结束", "Ended") : new("生效中", "In force"));
                await mediator.Publish(
                    new SubstitutionTurned(row.Id, over ? SubstitutionTurn.Ended : SubstitutionTurn.Begun, row.UserId, row.Name, row.SubstituteId, row.SubstituteName, row.StartsOn, row.EndsOn,
                        over ? new("期限已满", "Its last day is over") : new(row.Reason, row.Reason)), ct);
                turned++;
            }

            return turned;
        }
    }
}
