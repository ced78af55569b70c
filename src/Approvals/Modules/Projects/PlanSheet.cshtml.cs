using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Projects;

/// <summary>计划导出、导入: out as a workbook, back with a preview of every row, then saved as a whole or not at all.</summary>
[Needs(Act.ReportMilestone)]
internal sealed class PlanSheetModel(IMediator mediator) : PageModel
{
    /// <summary>How many lines of a preview a page can be read with.</summary>
    public const int Shown = 300;

    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    [BindProperty]
    public IFormFile? Upload { get; set; }

    /// <summary>What the preview found, as <c>phase@kind@day@planned until then</c>; it is checked anew when it is saved.</summary>
    [BindProperty]
    public IReadOnlyList<string>? Rows { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ShowProject.Result Data { get; private set; } = null!;

    public ImportPlan.Result? Preview { get; private set; }

    /// <summary>Days that would be out of their order, once what the preview shows is imported.</summary>
    public IReadOnlyList<Text> OutOfOrder { get; private set; } = [];

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnGetXlsxAsync()
    {
        var file = await mediator.Send(new ExportPlan.Query(Code));
        return File(file.Xlsx, Workbook.ContentType, file.FileName);
    }

    public Task<IActionResult> OnPostPreviewAsync(CancellationToken ct) => this.Do(
        async () =>
        {
            using var content = new MemoryStream();
            if (Upload is not null) await Upload.CopyToAsync(content, ct);
            Preview = await mediator.Send(new ImportPlan.Query(Code, content.ToArray()), ct);
            await Load();
            var changes = Preview.Changes.ToDictionary(c => (c.Phase, Kind: c.Kind.ToString()), c => c.On);
            var known = Data.Milestones.Where(m => !changes.ContainsKey((m.Phase, m.Kind)) || m.ReachedOn is not null);
            OutOfOrder = MilestoneOrder.OutOfOrder([.. known, .. changes.Where(c => Data.Milestones.All(m => (m.Phase, m.Kind) != c.Key || m.ReachedOn is null)).Select(c => new MilestoneFact { Phase = c.Key.Phase, Kind = c.Key.Kind, PlannedOn = c.Value })], Data.Process);
            return Page();
        },
        Load);

    public Task<IActionResult> OnPostSaveAsync() => this.Do(
        async () =>
        {
            var planned = (Rows ?? []).Select(Planned).ToList();
            await mediator.Send(new PlanMilestones.Command(planned, Code));
            Done = Words.T($"已导入 {planned.Count} 个计划日期。", planned.Count == 1 ? "One planned day is imported." : $"{planned.Count} planned days are imported.");
            return Redirect($"/projects/{Code}/plan");
        },
        Load);

    public string Phase(int number) => number == 0 ? Words.T("整个项目", "whole") : Data.Phases.FirstOrDefault(p => p.Number == number)?.Name ?? Words.T($"第 {number} 期", $"phase {number}");

    private static PlannedMilestone Planned(string row) => row.Split('@') is [var phase, var kind, var on, var was]
        && int.TryParse(phase, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && Enum.TryParse<MilestoneKind>(kind, out var milestone) && Enum.IsDefined(milestone)
        && Day(on, out var day) && Day(was, out var before)
            ? new(milestone, day, number, new(before))
            : throw Refused.Invalid("plan.row", "rows", "预览内容不完整，请重新上传。", "The preview is not complete; upload the workbook again.");

    private static bool Day(string text, out DateOnly? day)
    {
        var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on);
        day = isDay ? on : null;
        return isDay || text.Length == 0;
    }

    private async Task Load() => Data = await mediator.Send(new ShowProject.Query(Code));
}
