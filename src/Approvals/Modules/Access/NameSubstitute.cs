using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>指定替岗人: somebody says who acts for them while they are away. On the page alone: no token lends its owner's roles to somebody else.</summary>
internal static class NameSubstitute
{
    /// <param name="Substitute">The login.</param>
    /// <param name="From">The first day, today or later.</param>
    /// <param name="To">The last day.</param>
    [RecordAs("指定替岗人", "Name one's substitute", Subject.Account, "Substitute")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(string Substitute, DateOnly? From, DateOnly? To, string Reason) : ICommand<Result>;

    internal sealed record Result(long Id);

    private sealed class Handler(Db db, Actor actor, Substitutions substitutions) : IRequestHandler<Command, Result>
    {
        public async Task<Result> Handle(Command command, CancellationToken ct) =>
            new(await substitutions.Name(await Account.Get(db, actor.Login, ct), command.Substitute, command.From, command.To, command.Reason, ct));
    }
}
