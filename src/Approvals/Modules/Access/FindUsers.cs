using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Answers other modules who could take a part.</summary>
internal static class FindUsers
{
    private sealed class OfRole(Db db) : IRequestHandler<UsersOf, IReadOnlyList<UserFacts>>
    {
        private const string List = """
            SELECT u.id, u.login, u.name, u.department, u.window_id
              FROM access_user u
              JOIN access_user_role r ON r.user_id = u.id
             WHERE r.role = @role AND u.is_active = 1
             ORDER BY u.login
            """;

        public Task<IReadOnlyList<UserFacts>> Handle(UsersOf query, CancellationToken ct) =>
            db.Query<UserFacts>(List, new { role = query.Role.ToString() }, ct);
    }

    private sealed class Known(Db db) : IRequestHandler<FindKnownUser, KnownUser?>
    {
        public async Task<KnownUser?> Handle(FindKnownUser query, CancellationToken ct) => await Account.Find(db, query.Login, ct) is { } a
            ? new(a.Id, a.Login, a.Name, a.Department, a.RoleList, a.IsActive, a.WindowId)
            : null;
    }

    private sealed class ByLogin(Db db) : IRequestHandler<FindUser, UserFacts?>
    {
        private const string One = """
            SELECT u.id, u.login, u.name, u.department, u.window_id
              FROM access_user u
              JOIN access_user_role r ON r.user_id = u.id
             WHERE u.login = @login AND r.role = @role AND u.is_active = 1
            """;

        public async Task<UserFacts?> Handle(FindUser query, CancellationToken ct) => string.IsNullOrWhiteSpace(query.Login)
            ? null
            : await db.Find<UserFacts>(One, new { login = query.Login.Trim().ToLowerInvariant(), role = query.Role.ToString() }, ct);
    }
}
