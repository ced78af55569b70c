using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages.Contract;

namespace Approvals.Modules.Supervision;

/// <summary>经办人: who has a thing in hand. Looked up once a scope where it does not depend on the thing.</summary>
internal sealed class Handlers(Db db)
{
    // A pause bears the number of its case.
    private const string OfCase = """
        SELECT h.user_id
          FROM permits_public_case c
          JOIN permits_public_handler h ON h.case_id = c.id
         WHERE c.number = @label
        """;

    private const string Reviewers = "SELECT COUNT(*) FROM access_public_user_role WHERE role = 'Reviewer' AND department = @department";

    private readonly Dictionary<string, bool> staffed = [];

    /// <summary>
    /// Whoever acted on the case last in its department; where nobody has yet, its reviewers, and where it has none its
    /// head. What the window has to do is in the hands of all its clerks.
    /// </summary>
    public async Task<IReadOnlyList<Audience>> Of(string subjectKind, string label, string department, CancellationToken ct)
    {
        if (department.Length == 0) return [new(Role.WindowClerk)];
        if (subjectKind is "case" or "pause" && await db.Find<long?>(OfCase, new { label }, ct) is { } handler) return [new(UserId: handler)];
        if (!staffed.TryGetValue(department, out var has)) staffed.Add(department, has = await db.Find<int>(Reviewers, new { department }, ct) > 0);
        return [has ? new(Role.Reviewer, department) : Ladder.HeadOf(department)];
    }
}
