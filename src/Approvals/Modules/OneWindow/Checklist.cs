using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.OneWindow;

/// <summary>One document of the checklist.</summary>
/// <param name="Document">What is asked for.</param>
/// <param name="WantedBy">Codes of the items that want it.</param>
/// <param name="ComesFrom">The item whose result this paper is; null where the applicant brings it.</param>
internal sealed record ChecklistLine(Document Document, IReadOnlyList<string> WantedBy, string? ComesFrom);

/// <summary>What the applicant brings for the chosen items: each document once, however many items want it.</summary>
internal static class Checklist
{
    /// <summary>A version of a process never changes, so what its items want is worked out once.</summary>
    private static readonly ConditionalWeakTable<Process, ConcurrentDictionary<string, IReadOnlyList<ChecklistLine>>> Known = [];

    public static IReadOnlyList<ChecklistLine> Of(Process process, IReadOnlyCollection<ProcessItem> chosen) => Known
        .GetValue(process, static _ => [])
        .GetOrAdd(string.Join(' ', chosen.Select(i => i.Item.Code)), static (_, form) => Make(form.process, form.chosen), (process, chosen));

    private static List<ChecklistLine> Make(Process process, IReadOnlyCollection<ProcessItem> chosen)
    {
        var lines = new List<ChecklistLine>();
        foreach (var documents in chosen.SelectMany(i => i.Item.Documents.Select(d => (Document: d, Item: i))).GroupBy(p => p.Document.Code))
        {
            var document = documents.First().Document;
            var wanting = documents.Select(p => p.Item).ToList();
            lines.Add(new(document, [.. wanting.Select(i => i.Item.Code)], Source(process, document, wanting)));
        }

        lines.Sort((a, b) => string.CompareOrdinal(a.Document.Code, b.Document.Code));
        return lines;
    }

    /// <remarks>
    /// A paper that the same process issues is not asked of the applicant again, where each item that wants it cannot
    /// start before the issuing one is approved. The catalogue calls the paper by one name in both places.
    /// </remarks>
    private static string? Source(Process process, Document document, List<ProcessItem> wanting) =>
        process.Items
            .Where(issuing => issuing.Item.Result.Zh == document.Name.Zh)
            .Select(issuing => issuing.Item.Code)
            .FirstOrDefault(code => wanting.TrueForAll(item => WaitsFor(process, item, code)));

    private static bool WaitsFor(Process process, ProcessItem item, string code) =>
        item.Needs.Contains(code) || process.Items.Any(needed => item.Needs.Contains(needed.Item.Code) && WaitsFor(process, needed, code));
}
