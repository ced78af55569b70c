using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Catalogue;

/// <summary>发布目录: a preview of what a file would change, then the change.</summary>
[Needs(Act.PublishCatalogue)]
internal sealed class PublishModel(IMediator mediator) : PageModel
{
    [BindProperty]
    public IFormFile? Upload { get; set; }

    [BindProperty(Name = "content")]
    public string? Written { get; set; }

    public PublishCatalogue.Result? Preview { get; private set; }

    public static Text Name(ChangeKind kind) => kind switch
    {
        ChangeKind.Added => new("新增", "new"),
        ChangeKind.NewVersion => new("新版本", "new version"),
        ChangeKind.Ended => new("停用", "ended"),
        ChangeKind.Changed => new("变更", "changed"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public Task<IActionResult> OnPostPreviewAsync(CancellationToken ct) => this.Do(
        async () =>
        {
            if (Upload is { Length: > 0 })
            {
                await using var stream = Upload.OpenReadStream();
                Written = await PublishCatalogue.Read(stream, ct);
                ModelState.Remove("content");
            }

            if (string.IsNullOrWhiteSpace(Written))
                throw Refused.Invalid("field.required", "upload", "请选择目录文件，或粘贴其内容。", "Choose a catalogue file, or paste its content.");
            Preview = await mediator.Send(new PublishCatalogue.Command(Written, DryRun: true), ct);
            return Page();
        },
        () => Task.CompletedTask);

    public Task<IActionResult> OnPostPublishAsync(CancellationToken ct) => this.Do(
        async () =>
        {
            await mediator.Send(new PublishCatalogue.Command(Written ?? ""), ct);
            return Redirect("/catalogue");
        },
        () => Task.CompletedTask);
}
