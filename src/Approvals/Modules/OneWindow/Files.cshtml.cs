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
            await mediator.Send(new UploadFiles.Command(UploadFiles.Sent(files), Document ?? "", Number, string.IsNullOrEmpty(Replaces) ? null : Replaces));
            return Redirect($"/applications/{Number}/files#doc-{Uri.EscapeDataString(Document ?? "")}");
        },
        Load);

    public Task<IActionResult> OnPostTakeBack() => this.Do(
        async () =>
        {
            await mediator.Send(new TakeBackFile.Command(Code ?? "", Number));
            return Redirect($"/applications/{Number}/files");
        },
        Load);

    private async Task Load() => List = await mediator.Send(new ListFiles.Query(Number));
}
