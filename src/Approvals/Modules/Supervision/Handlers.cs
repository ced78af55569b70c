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

    private const string Windows = "SELECT number, window_id FROM onewindow_public_application WHERE number IN @numbers";

    private const string Staffed = "SELECT DISTINCT department FROM access_public_user_role WHERE role = 'Reviewer' AND department IS NOT NULL";

    private readonly Dictionary<string, long?> windows = [];
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
    /// head. What the window has to do is in the hands of all who sit there.
    /// </summary>
    public async Task<Audience> Of(DeadlineAlerted alert, IReadOnlyDictionary<string, long> inHand, CancellationToken ct)
    {
        var department = alert.Department;
        if (department.Length == 0) return HeadOf(department, alert.Label);
        if (alert.SubjectKind is "case" or "pause" && inHand.TryGetValue(alert.Label, out var handler)) return new(UserId: handler);
        staffed ??= [.. await db.Query<string>(Staffed, ct: ct)];
        return staffed.Contains(department) ? new(Role.Reviewer, department) : HeadOf(department, alert.Label);
    }

    /// <summary>Those who answer for a department: its head; for what the window has to do whoever sits at the window of its application.</summary>
    public Audience HeadOf(string department, string label) =>
        department.Length > 0 ? new(Role.DepartmentHead, department) : new(Role.WindowClerk, Window: windows.GetValueOrDefault(ApplicationOf(label)));

    /// <summary>To be known before who answers for what the window has to do: at which window each application is.</summary>
    public async Task FindWindows(IEnumerable<string> labels, CancellationToken ct)
    {
        var numbers = labels.Select(ApplicationOf).Where(n => windows.TryAdd(n, null)).ToList();
        if (numbers.Count == 0) return;
        foreach (var found in await db.Query<AtWindow>(Windows, new { numbers }, ct)) windows[found.Number] = found.WindowId;
    }

    /// <remarks>Case and stage are called as their application is, and one thing more: 20260302-ABCDE-01, 20260302-ABCDE-S3.</remarks>
    private static string ApplicationOf(string label) => string.Join('-', label.Split('-').Take(2));

    private sealed record AtWindow
    {
        public string Number { get; init; } = "";
        public long? WindowId { get; init; }
    }

    private sealed record InHand
    {
        public long CaseId { get; init; }
        public string Number { get; init; } = "";
        public long UserId { get; init; }
    }
}
