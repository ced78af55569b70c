using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>The accounts, in order of login.</summary>
internal static class ListUsers
{
    public const int PageSize = 100;

    /// <param name="After">The last login of the page before.</param>
    [Needs(Act.ManageAccounts)]
    internal sealed record Query(string? After = null) : IRequest<Result>;

    /// <param name="Next">Ask with it for the next page; null on the last.</param>
    internal sealed record Result(IReadOnlyList<User> Users, string? Next);

    internal sealed record User(string Login, string Name, string? Department, IReadOnlyList<Role> Roles, bool Active, bool Demonstration);

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/accounts", (string? after, IMediator mediator, CancellationToken ct) => mediator.Send(new Query(after), ct))
        .Needs<Query>().WithTags("Access").WithSummary("The accounts");

    private sealed record Row
    {
        public string Login { get; init; } = "";
        public string Name { get; init; } = "";
        public string? Department { get; init; }
        public bool IsActive { get; init; }
        public bool IsDemonstration { get; init; }
        public string? Roles { get; init; }
    }

    private sealed class Handler(Db db) : IRequestHandler<Query, Result>
    {
        private const string Page = """
            SELECT u.login, u.name, u.department, u.is_active, u.is_demonstration,
                   (SELECT STRING_AGG(r.role, ',') FROM access_user_role r WHERE r.user_id = u.id) AS roles
              FROM access_user u
             WHERE u.login > @after
             ORDER BY u.login
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var rows = await db.First<Row>(PageSize + 1, Page, new { after = query.After ?? "" }, ct);
            var users = rows.Take(PageSize).Select(r => new User(r.Login, r.Name, r.Department, Roles.Read(r.Roles), r.IsActive, r.IsDemonstration)).ToList();
            return new(users, rows.Count > PageSize ? users[^1].Login : null);
        }
    }
}
