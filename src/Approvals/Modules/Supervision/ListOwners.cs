using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>The people who have things in hand, among whom to choose whose work is shown: of the departments, the window and the projects.</summary>
internal static class ListOwners
{
    [Needs(Act.SeeCentre)]
    internal sealed record Query(string? Department = null) : IRequest<IReadOnlyList<Owner>>;

    internal sealed record Owner
    {
        public string Login { get; init; } = "";
        public string Name { get; init; } = "";
    }

    private sealed class Handler(Db db, Actor actor) : IRequestHandler<Query, IReadOnlyList<Owner>>
    {
        private const string All = """
            SELECT u.login, u.name
              FROM access_public_user u
             WHERE u.is_active = 1
               AND (u.department IS NOT NULL OR EXISTS (SELECT 1 FROM access_public_user_role r WHERE r.user_id = u.id AND r.role IN ('WindowClerk', 'ProjectManager')))
             ORDER BY COALESCE(u.department, ''), u.login
            """;
        private const string OfWindow = """
            SELECT u.login, u.name
              FROM access_public_user u
             WHERE u.is_active = 1 AND EXISTS (SELECT 1 FROM access_public_user_role r WHERE r.user_id = u.id AND r.role = 'WindowClerk')
             ORDER BY u.login
            """;
        private const string OfDepartment = "SELECT login, name FROM access_public_user WHERE department = @department AND is_active = 1 ORDER BY login";

        public Task<IReadOnlyList<Owner>> Handle(Query query, CancellationToken ct)
        {
            var department = actor.OnlyDepartment() ?? Place.Department(query.Department);
            return db.Query<Owner>(department is null ? All : department.Length == 0 ? OfWindow : OfDepartment, new { department }, ct);
        }
    }
}
