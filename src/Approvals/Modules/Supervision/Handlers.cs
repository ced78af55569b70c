using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Messages.Contract;

namespace Approvals.Modules.Supervision;

/// <summary>经办人: who has a thing in hand. Looked up once a scope where it does not depend on the thing.</summary>
internal sealed class Handlers(Db db)
{
    // A pause bears the number of its case.
    private const string OfCase = """
        SELECT c.number, h.user_id
          FROM permits_public_case c
          JOIN permits_public_handler h ON h.case_id = c.id
         WHERE c.number IN @numbers
        """;

    private const string Reviewers = "SELECT COUNT(*) FROM access_public_user_role WHERE role = 'Reviewer' AND department = @department";

    private readonly Dictionary<string, bool> staffed = [];

    /// <summary>Whoever acted on a case last in its department, for those cases where somebody has.</summary>
    public async Task<IReadOnlyDictionary<string, long>> OfCases(IEnumerable<string> cases, CancellationToken ct)
    {
        var inHand = new Dictionary<string, long>();
        // Each value of a list is looked for among all of them by its name: a few short lists cost less than a long one.
        foreach (var numbers in cases.Distinct().Chunk(100))
            foreach (var found in await db.Query<InHand>(OfCase, new { numbers }, ct)) inHand[found.Number] = found.UserId;
        return inHand;
    }

    /// <summary>
    /// Whoever has the case in hand; where nobody has yet, the reviewers of its department, and where it has none its
    /// head. What the window has to do is in the hands of all its clerks.
    /// </summary>
    public async Task<Audience> Of(DeadlineAlerted alert, IReadOnlyDictionary<string, long> inHand, CancellationToken ct)
    {
        var department = alert.Department;
        if (department.Length == 0) return new(Role.WindowClerk);
        if (alert.SubjectKind is "case" or "pause" && inHand.TryGetValue(alert.Label, out var handler)) return new(UserId: handler);
        if (!staffed.TryGetValue(department, out var has)) staffed.Add(department, has = await db.Find<int>(Reviewers, new { department }, ct) > 0);
        return has ? new(Role.Reviewer, department) : Ladder.HeadOf(department);
    }

    private sealed record InHand
    {
        public string Number { get; init; } = "";
        public long UserId { get; init; }
    }
}
