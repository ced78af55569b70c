using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Audit;

/// <summary>核对审计记录: whether it is as it was written, and as the roots that were kept elsewhere say.</summary>
[Needs(Act.ReadAudit)]
[RequestSizeLimit(MostBytes)]
internal sealed class VerifyModel(IMediator mediator) : PageModel
{
    private const int MostFiles = 20;

    /// <summary>A file holds some 300 bytes for each day before it: these are seven years in each of twenty.</summary>
    private const int MostBytes = 16 * 1024 * 1024;

    [BindProperty(Name = "roots")]
    public IReadOnlyList<IFormFile> Kept { get; set; } = [];

    public VerifyChain.Result? Result { get; private set; }

    public Task<IActionResult> OnPostAsync(CancellationToken ct) => this.Do(
        async () =>
        {
            if (Kept.Count > MostFiles) throw Refused.Invalid("audit.tooManyRoots", "roots", $"一次最多 {MostFiles} 个根文件；每个文件都含此前各日，最新的几个即可。", $"At most {MostFiles} files of roots at once; each holds all days before it, so the latest will do.");
            var kept = new List<RootFile>();
            foreach (var file in Kept)
            {
                using var text = new StreamReader(file.OpenReadStream());
                kept.Add(RootFile.Read(await text.ReadToEndAsync(ct), Path.GetFileName(file.FileName)));
            }

            Result = await mediator.Send(new CheckRecord.Query(kept), ct);
            return Page();
        },
        () => Task.CompletedTask);
}
