using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>安排替岗: for somebody who cannot do it any more, by the head of the department, the supervisor or the security administrator; on the page, as <see cref="NameSubstitute"/>.</summary>
internal static class ArrangeSubstitution
{
    /// <param name="Login">Who is stood in for.</param>
    /// <param name="Substitute">The login of whoever stands in.</param>
    /// <param name="From">The first day, today or later.</param>
    /// <param name="To">The last day.</param>
    [RecordAs("安排替岗", "Arrange a substitution", Subject.Account, "Login")]
    [Needs(Act.ArrangeSubstitution)]
    internal sealed record Command(string Login, string Substitute, DateOnly? From, DateOnly? To, string Reason) : ICommand<NameSubstitute.Result>;

    private sealed class Handler(Db db, Actor actor, Substitutions substitutions) : IRequestHandler<Command, NameSubstitute.Result>
    {
        public async Task<NameSubstitute.Result> Handle(Command command, CancellationToken ct)
        {
            new Check().Text(command.Login, "login", "被替岗人", "Who is stood in for", 40).Done();
            var who = await Account.Get(db, command.Login, ct);
            if (!actor.May(Act.ArrangeSubstitution, new Place(who.Department)))
                throw Refused.Forbidden("account.otherDepartment", $"{who.Name}不在您的部门，请联系其部门负责人、中心督办或安全管理员。", $"{who.Name} is not of your department; ask the head of theirs, the supervisor or the security administrator.");
            return new(await substitutions.Name(who, command.Substitute, command.From, command.To, command.Reason, ct));
        }
    }
}
