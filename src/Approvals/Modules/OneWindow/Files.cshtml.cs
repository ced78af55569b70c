using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>材料文件: the files of one application by document, with what no longer counts.</summary>
[Needs(Act.SeeWork)]
internal sealed class FilesModel(IMediator mediator, ZoneClock clock, FileLimits limits) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    /// <summary>The document that the form was sent for.</summary>
    [BindProperty]
    public string? Document { get; set; }

    [BindProperty]
    public string? Replaces { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    /// <summary>The case whose paper it is; empty for a document of the checklist.</summary>
    [BindProperty]
    public string? CaseNumber { get; set; }

    [BindProperty]
    public DateOnly? ValidUntil { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ListFiles.Result List { get; private set; } = null!;

    public long MostBytes => limits.MostBytes;

    public long MostMegabytes => limits.MostBytes / 1048576;

    public string TooLarge => limits.TooLarge().Problems[0].Message.ToString();

    public string Time(DateTime utc) => $"{clock.Local(utc):yyyy-MM-dd HH:mm}";

    public Task OnGet() => Load();

    public async Task<IActionResult> OnGetDownload(string? code, CancellationToken ct)
    {
        await DownloadFile.Attachment(HttpContext, await mediator.Send(new DownloadFile.Query(Number, code ?? ""), ct)).ExecuteAsync(HttpContext);
        return new EmptyResult();
    }

    public Task<IActionResult> OnPostUpload(List<IFormFile> files) => this.Do(
        async () =>
        {
            Tell(await mediator.Send(new UploadFiles.Command(UploadFiles.Sent(files), Document ?? "", Number, Chosen(Replaces), CaseNumber ?? "", ValidUntil)));
            return Back();
        },
        Load);

    public Task<IActionResult> OnPostPaper(List<IFormFile> files) => this.Do(
        async () =>
        {
            Tell(await mediator.Send(new UploadPaper.Command(UploadFiles.Sent(files), Document ?? "", CaseNumber ?? "", Chosen(Replaces))));
            return Back();
        },
        Load);

    public Task<IActionResult> OnPostReuse() => this.Do(
        async () =>
        {
            Tell([await mediator.Send(new ReuseFile.Command(Code ?? "", Document ?? "", Number))]);
            return Back();
        },
        Load);

    public Task<IActionResult> OnPostTakeBack() => this.Do(
        async () =>
        {
            await mediator.Send(new TakeBackFile.Command(Code ?? "", Number));
            return Redirect($"/applications/{Number}/files");
        },
        Load);

    /// <summary>What one section of the page shows.</summary>
    /// <param name="Id">Of the section, in the page's address.</param>
    /// <param name="Handler">Where its form goes; null where nothing comes in now.</param>
    /// <param name="MayTakeBack">Whoever looks may take back what counts.</param>
    /// <param name="HasValidity">What stands in it may hold for some time only.</param>
    internal sealed record Section(
        string Id, string Document, string CaseNumber, Text Title, string? Note, IReadOnlyList<FileFact> Files, string? Handler, bool MayTakeBack, bool HasValidity, DateTime? GivenAt, string? ComesFrom, bool IsWanted,
        IReadOnlyList<FileFact> Pool);

    public Section Of(ListFiles.Line line) => new(
        $"doc-{line.Document}", line.Document, "", new($"{line.Document} {line.Name.Zh}", $"{line.Document} {line.Name.En}"), null, line.Files, line.Takes ? "Upload" : null, List.IsOpen && List.MayUpload, true, line.GivenAt,
        line.ComesFrom, line.IsMissing, line.Pool);

    public Section Of(ListFiles.OfCase c, CasePapers.Paper paper) => new(
        $"{c.Number}-{paper.Code}", paper.Code, c.Number, paper.IsOwed ? new($"补交 {paper.Code} {paper.Name.Zh}", $"Owed: {paper.Code} {paper.Name.En}") : paper.Name, paper.Number, paper.Files,
        !paper.Takes ? null : paper.IsOwed ? List.MayUpload ? "Upload" : null : c.IsOwn ? "Paper" : null, paper.IsOwed && List.MayUpload && !paper.IsSettled, false, null, null,
        paper.Counting.Count == 0 && (paper.IsDemanded || (paper.IsOwed && !paper.IsSettled)), []);

    private static string? Chosen(string? replaces) => string.IsNullOrEmpty(replaces) ? null : replaces;

    private void Tell(IReadOnlyList<FileFact> kept)
    {
        var (there, fresh) = (kept.Where(f => f.WasThere).Select(f => f.Name).Distinct().ToList(), kept.Count(f => !f.WasThere));
        var (zh, en) = fresh > 0 ? ($"已保存 {fresh} 个文件。", fresh == 1 ? "1 file is kept. " : $"{fresh} files are kept. ") : ("", "");
        Done = there.Count == 0
            ? Words.T(zh, en.Trim())
            : Words.T($"{zh}内容相同的文件已经在这里，没有重复保存：{string.Join("、", there)}。", $"{en}The same content is there already, and was not kept twice: {string.Join(", ", there)}.");
    }

    /// <summary>To the section that the form stood in.</summary>
    private RedirectResult Back() => Redirect($"/applications/{Number}/files#{Uri.EscapeDataString(string.IsNullOrEmpty(CaseNumber) ? $"doc-{Document}" : $"{CaseNumber}-{Document}")}");

    private async Task Load() => List = await mediator.Send(new ListFiles.Query(Number));
}
