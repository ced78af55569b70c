using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>Projects to take an application in for, by part of the name, the code or the enterprise.</summary>
internal static class FindProjects
{
    private const int Most = 20;

    /// <param name="Search">Part of what is looked for; the newest projects where it is empty.</param>
    [Needs(Act.TakeIn)]
    internal sealed record Query(string? Search) : IRequest<IReadOnlyList<Row>>;

    internal sealed record Row
    {
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
        public string Enterprise { get; init; } = "";
        public string Place { get; init; } = "";
    }

    private sealed class Handler(Db db, Actor actor) : IRequestHandler<Query, IReadOnlyList<Row>>
    {
        private const string Newest = "SELECT code, name, enterprise, place FROM projects_public_project ORDER BY id DESC";

        private const string Like = """
            SELECT code, name, enterprise, place
              FROM projects_public_project
             WHERE code LIKE @part ESCAPE '!' OR name LIKE @part ESCAPE '!' OR enterprise LIKE @part ESCAPE '!'
             ORDER BY id DESC
            """;

        private const string Own = """
            SELECT code, name, enterprise, place
              FROM projects_public_project
             WHERE agent_id = @agent AND (code LIKE @part ESCAPE '!' OR name LIKE @part ESCAPE '!' OR enterprise LIKE @part ESCAPE '!')
             ORDER BY id DESC
            """;

        public Task<IReadOnlyList<Row>> Handle(Query query, CancellationToken ct)
        {
            var search = query.Search?.Trim();
            var all = actor.May(Act.TakeIn, new Place());
            if (all && string.IsNullOrEmpty(search)) return db.First<Row>(Most, Newest, null, ct);
            var escaped = (search ?? "").Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal)
                .Replace("_", "!_", StringComparison.Ordinal).Replace("[", "![", StringComparison.Ordinal);
            return all
                ? db.First<Row>(Most, Like, new { part = $"%{escaped}%" }, ct)
                : db.First<Row>(Most, Own, new { part = $"%{escaped}%", agent = actor.AsAgent }, ct);
        }
    }
}
