using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Messages.Contract;

namespace Approvals.Modules.Supervision;

/// <summary>经办人: who has a thing in hand. Looked up once a scope where it does not depend on the thing.</summary>
internal sealed class Handlers(Db db)
{
    private const string OfCase = "SELECT case_id, user_id FROM permits_public_handler WHERE case_id IN @cases";

    // A pause bears the number of its case.
    private const string OfPause = """
        SELECT c.number, h.user_id
          FROM permits_public_case c
          JOIN permits_public_handler h ON h.case_id = c.id
         WHERE c.number IN @numbers
        """;

    private const string Staffed = "SELECT DISTINCT department FROM access_public_user_role WHERE role = 'Reviewer' AND department IS NOT NULL";

    private HashSet<string>? staffed;

    /// <summary>Whoever acted on a case last in its department, for those alerts of cases and pauses where somebody has; by the number of the case.</summary>
    public async Task<IReadOnlyDictionary<string, long>> OfCases(IReadOnlyCollection<DeadlineAlerted> alerts, CancellationToken ct)
    {
        var inHand = new Dictionary<string, long>();
        var numbers = alerts.Where(a => a.SubjectKind == "case").DistinctBy(a => a.SubjectId).ToDictionary(a => a.SubjectId, a => a.Label);
        if (numbers.Count > 0)
            foreach (var found in await db.Query<InHand>(OfCase, new { cases = numbers.Keys }, ct)) inHand[numbers[found.CaseId]] = found.UserId;
        var pauses = alerts.Where(a => a.SubjectKind == "pause").Select(a => a.Label).Distinct().ToList();
        if (pauses.Count > 0)
            foreach (var found in await db.Query<InHand>(OfPause, new { numbers = pauses }, ct)) inHand[found.Number] = found.UserId;
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
        staffed ??= [.. await db.Query<string>(Staffed, ct: ct)];
        return staffed.Contains(department) ? new(Role.Reviewer, department) : Ladder.HeadOf(department);
    }

    private sealed record InHand
    {
        public long CaseId { get; init; }
        public string Number { get; init; } = "";
        public long UserId { get; init; }
    }
}
