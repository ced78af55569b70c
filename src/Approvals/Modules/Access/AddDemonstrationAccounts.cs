using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>The accounts of the demonstration zone, marked as such. What is there already stays as it is.</summary>
internal static class AddDemonstrationAccounts
{
    internal sealed record Person(string Login, string Name, string? Department, Role Role);

    [RecordAs("建立示例账号", "Open the demonstration accounts")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(IReadOnlyList<Person> People, string Password) : IRequest<Unit>, IRecorded;

    /// <summary>All in one transaction.</summary>
    [RecordAs("保存示例账号", "Keep the demonstration accounts")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Store(IReadOnlyList<Person> People, string PasswordHash) : ICommand<Unit>;

    private sealed class Handler(Db db, IMediator mediator, Passwords passwords) : IRequestHandler<Command, Unit>
    {
        private const string Logins = "SELECT login FROM access_user";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var there = (await db.Query<string>(Logins, ct: ct)).ToHashSet();
            var missing = command.People.Where(p => !there.Contains(p.Login)).ToList();
            if (missing.Count == 0) return Unit.Value;
            return await mediator.Send(new Store(missing, passwords.Hash(command.Password)), ct); // one hash for all: they share the printed password anyway
        }
    }

    private sealed class Storing(IMediator mediator) : IRequestHandler<Store, Unit>
    {
        public async Task<Unit> Handle(Store command, CancellationToken ct)
        {
            foreach (var person in command.People)
                await mediator.Send(new AddUser.Store(person.Login, person.Name, person.Department, [person.Role], command.PasswordHash, true), ct);
            return Unit.Value;
        }
    }
}
