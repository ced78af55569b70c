using Approvals.Database;
using Approvals.Messaging;
using Approvals.Web;

namespace Approvals.Modules.OneWindow;

/// <summary>The checklist of one application, as it stands in the database.</summary>
internal sealed class Materials(Db db, Trail trail)
{
    private const string Read = """
        SELECT document, name_zh, name_en, wanted_by, comes_from, is_given, given_at
          FROM onewindow_material
         WHERE application_id = @applicationId
         ORDER BY document
        """;

    private const string Mark = """
        UPDATE onewindow_material
           SET is_given = 1, given_at = @at
         WHERE application_id = @applicationId AND document = @document AND is_given = 0
        """;

    // Handed in at the counter: it no longer hangs on a file.
    private const string OnPaper = "DELETE FROM onewindow_ticked_by_file WHERE application_id = @applicationId AND document = @document";

    public Task<IReadOnlyList<Line>> Of(long applicationId, CancellationToken ct) => db.Query<Line>(Read, new { applicationId }, ct);

    /// <summary>Those handed in before keep the day they were handed in.</summary>
    public async Task Give(long applicationId, IReadOnlyList<string> documents, string field, DateTime at, CancellationToken ct)
    {
        var known = (await Of(applicationId, ct)).ToDictionary(l => l.Document);
        var codes = documents.Select(d => (d ?? "").Trim().ToUpperInvariant()).Distinct().ToList();
        var check = new Check();
        foreach (var unknown in codes.Where(c => !known.ContainsKey(c))) NotListed(check, unknown, field);
        check.Done();
        var given = codes.Select(document => new { applicationId, document, at }).ToList();
        await db.Execute(Mark, given, ct);
        trail.Changed(new("收取的材料", "Documents received"), "", string.Join(' ', codes.Where(c => !known[c].IsGiven)));
        trail.Changed(new("改记为纸质的材料", "Documents now on paper"), 0, await db.Execute(OnPaper, given, ct));
    }

    public static void NotListed(Check check, string document, string field) => check.Add("application.documentUnknown", field,
        $"材料清单中没有「{document}」，请从清单中选择。", $"Document “{document}” is not on the checklist; choose from it.");

    internal sealed record Line
    {
        public string Document { get; init; } = "";
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public string WantedBy { get; init; } = "";
        public string? ComesFrom { get; init; }
        public bool IsGiven { get; init; }
        public DateTime? GivenAt { get; init; }

        public Text Name => new(NameZh, NameEn);

        /// <summary>Asked of the applicant and not there.</summary>
        public bool IsMissing => !IsGiven && ComesFrom is null;
    }
}
