using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>The people of the departments, among whom to choose whose work is shown.</summary>
internal static class ListOwners
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string? Department = null) : IRequest<IReadOnlyList<Owner>>;

    internal sealed record Owner
    {
        public string Login { get; init; } = "";
        public string Name { get; init; } = "";
    }

    private sealed class Handler(Db db, Actor actor) : IRequestHandler<Query, IReadOnlyList<Owner>>
    {
        private const string All = "SELECT login, name FROM access_public_user WHERE department IS NOT NULL AND is_active = 1 ORDER BY department, login";
        private const string OfDepartment = "SELECT login, name FROM access_public_user WHERE department = @department AND is_active = 1 ORDER BY login";

        public Task<IReadOnlyList<Owner>> Handle(Query query, CancellationToken ct)
        {
            var department = actor.OnlyDepartment() ?? Place.Department(query.Department);
            return db.Query<Owner>(department is null ? All : OfDepartment, new { department }, ct);
        }
    }
}
