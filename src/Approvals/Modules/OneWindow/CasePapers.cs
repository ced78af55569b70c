using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// What a file of one case can be: a document that its approval still owes (容缺), which the applicant brings; and the
/// department's own papers, which are the result and the written notice of each pause and each extension, signed and scanned.
/// </summary>
internal sealed class CasePapers(Db db, IMediator mediator, CatalogueInForce catalogue)
{
    public const string Result = "RESULT";

    private const string Owed = """
        SELECT c.number AS case_number, o.document, o.due_on, o.given_on
          FROM permits_public_case c
          JOIN permits_public_owed_document o ON o.case_id = c.id
         WHERE c.application_number = @number
         ORDER BY o.document
        """;

    private const string Results = "SELECT case_number, paper, certificate_number, handed_out_on FROM onewindow_result WHERE application_number = @number";

    // Writes nothing new. Whoever hands it out waits for what takes its place, and what comes after that touches no row.
    private const string HoldResult = "UPDATE onewindow_result SET paper = paper WHERE case_id = @Id AND handed_out_on IS NULL";

    /// <param name="Code">As the file keeps it: the document, RESULT, PAUSE-1, EXTENSION-1.</param>
    /// <param name="Number">The number on the paper, where it has one.</param>
    /// <param name="IsOwed">The applicant brings it; else it is the department's.</param>
    /// <param name="IsSettled">What it was for is done: a first file still comes in, none takes another's place.</param>
    /// <param name="IsDemanded">Without a file something that the law wants is missing (行政许可法 45: in writing).</param>
    internal sealed record Paper(string Code, Text Name, string? Number, bool IsOwed, bool IsSettled, bool IsDemanded, IReadOnlyList<FileFact> Files)
    {
        public IReadOnlyList<FileFact> Counting => [.. Files.Where(f => f.EndedAt is null)];

        public bool Takes => !IsSettled || Counting.Count == 0;
    }

    internal sealed record OfCase(CaseFact Case, IReadOnlyList<Paper> Papers);

    /// <summary>The application that a case belongs to, as its number says.</summary>
    public static string ApplicationOf(string? caseNumber)
    {
        var number = (caseNumber ?? "").Trim().ToUpperInvariant();
        return number.LastIndexOf('-') is > 0 and var dash ? number[..dash] : number;
    }

    /// <summary>By case, those that have any.</summary>
    public async Task<IReadOnlyList<OfCase>> Of(FilesInReach.Seen seen, IEnumerable<FileFact> files, CancellationToken ct)
    {
        var number = seen.Application.Number;
        var owed = (await db.Query<OwedRow>(Owed, new { number }, ct)).ToLookup(o => o.CaseNumber);
        var results = (await db.Query<ResultRow>(Results, new { number }, ct)).ToDictionary(r => r.CaseNumber);
        var there = files.ToLookup(f => (f.CaseNumber, f.Document));
        var found = new List<OfCase>();
        foreach (var c in seen.Cases)
        {
            var papers = new List<Paper>();
            void Add(string code, Text name, string? no, bool isOwed, bool isSettled, bool isDemanded) => papers.Add(new(code, name, no, isOwed, isSettled, isDemanded, [.. there[(c.Number, code)]]));
            foreach (var o in owed[c.Number])
                Add(o.Document, catalogue.Current.Document(o.Document)?.Name ?? new(o.Document, o.Document), null, true, o.GivenOn is not null, false);
            if (results.GetValueOrDefault(c.Number) is { } result)
                Add(Result, ReceiveResult.Paper(c.Status, catalogue.Current.Item(c.ItemId)!, result.Paper), result.CertificateNumber, false, result.HandedOutOn is not null || c.Status is CaseStatus.Recalled or CaseStatus.Revoked, false);
            if (c.AcceptedOn is not null)
            {
                var ended = c.Status.IsTerminal();
                foreach (var (pause, n) in (await mediator.Send(new PausesOf("case", c.Id), ct)).OrderBy(p => p.Id).Select((p, i) => (p, i + 1)))
                    Add($"PAUSE-{n}", new($"暂停计时告知书：{pause.Name.Zh}，自 {Words.Day(pause.From)}", $"Notice of the pause “{pause.Name.En}” from {Words.Day(pause.From)}"), pause.NoticeNumber, false, ended, true);
                foreach (var (extension, n) in (await mediator.Send(new ExtensionsOf("case", c.Id), ct)).Select((e, i) => (e, i + 1)))
                    Add($"EXTENSION-{n}", new($"延长期限告知书：{extension.Days} 个工作日", $"Notice of the extension by {extension.Days} working days"), extension.NoticeNumber, false, ended || extension.RemovedAt is not null, extension.RemovedAt is null);
            }

            if (papers.Count > 0) found.Add(new(c, papers));
        }

        return found;
    }

    /// <summary>The paper of a case, where a file of it may come in now.</summary>
    /// <exception cref="Refused">No such case or paper, or it is settled.</exception>
    public async Task<CaseFact> Demand(FilesInReach.Seen seen, string caseNumber, string code, bool isOwed, CancellationToken ct)
    {
        var @case = seen.Cases.FirstOrDefault(c => c.Number == caseNumber)
            ?? throw Refused.NotFound("case.notFound", "number", $"没有办理件 {caseNumber}，请检查编号。", $"There is no case {caseNumber}; check the number.");
        var files = await mediator.Send(new FilesOf(seen.Application.Number), ct);
        var paper = (await Of(seen, files, ct)).FirstOrDefault(c => c.Case.Number == caseNumber)?.Papers.FirstOrDefault(p => p.Code == code && p.IsOwed == isOwed)
            ?? throw Refused.NotFound("file.noSuchPaper", "document", $"{caseNumber} 没有「{code}」这份材料或文书，请从材料文件页面上传。", $"{caseNumber} has no paper “{code}”; upload it from the page of files.");
        if (paper.Takes && await IsHeld(@case, paper, ct)) return @case;
        throw Refused.Conflict("file.settled", $"{paper.Name.Zh} 已办结，文件不再更换。", $"{paper.Name.En} is settled: its file is no longer exchanged.");
    }

    /// <summary>In a command that changes its files: what it is for is not done, and will not be until the command is over.</summary>
    public async Task<bool> IsHeld(CaseFact @case, Paper paper, CancellationToken ct) => !db.InTransaction || paper.IsSettled
        || (paper.IsOwed ? await mediator.Send(new HoldOwedDocument(@case.Id, paper.Code), ct) : paper.Code != Result || await db.Execute(HoldResult, new { @case.Id }, ct) > 0);

    private sealed record OwedRow
    {
        public string CaseNumber { get; init; } = "";
        public string Document { get; init; } = "";
        public DateOnly DueOn { get; init; }
        public DateOnly? GivenOn { get; init; }
    }

    private sealed record ResultRow
    {
        public string CaseNumber { get; init; } = "";
        public string Paper { get; init; } = "";
        public string? CertificateNumber { get; init; }
        public DateOnly? HandedOutOn { get; init; }
    }
}
