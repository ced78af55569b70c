using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace Approvals.Modules.Reports;

/// <summary>The lines of a report as a download, written one after the other: of half a million projects they are a gigabyte.</summary>
internal sealed class LinesFile(ShowReport.Report report, string name) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename={name}";
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 16_384, leaveOpen: true);
        foreach (var line in ReportFiles.Lines(report)) await writer.WriteAsync(line);
    }
}
