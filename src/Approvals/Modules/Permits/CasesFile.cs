using System.Text;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Approvals.Modules.Permits;

/// <summary>The list of cases as CSV, written while it is read, so that its size does not matter.</summary>
internal sealed class CasesFile(IMediator mediator, CatalogueSnapshot catalogue, ListCases.Query query) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var ct = context.HttpContext.RequestAborted;

        // The first page before the first byte: a wrong filter must still be able to answer with a message.
        var page = await mediator.Send(query, ct);
        var response = context.HttpContext.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"cases.csv\"";

        // With a byte-order mark, or spreadsheets take Chinese for something else.
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 16_384, leaveOpen: true);
        await writer.WriteAsync(Csv.Line(
            Words.T("办理件", "Case"), Words.T("事项代码", "Item code"), Words.T("事项", "Item"), Words.T("部门", "Department"), Words.T("项目", "Project"),
            Words.T("状态码", "Status code"), Words.T("状态", "Status"), Words.T("受理日", "Accepted"), Words.T("到期日", "Due"), Words.T("到期日暂定", "Due date provisional"),
            Words.T("办结日", "Decided"), Words.T("文号", "Certificate number")));
        while (true)
        {
            foreach (var row in page.Rows) await writer.WriteAsync(Of(row));
            await writer.FlushAsync(ct);
            if (page.Next is null) return;
            page = await mediator.Send(query with { After = page.Next }, ct);
        }
    }

    private static string Day(DateOnly? day) => day is { } d ? Words.Day(d) : "";

    private string Of(ListCases.Row row) => Csv.Line(
        row.Number,
        row.ItemCode,
        catalogue.NameOf(row.ItemCode, row.ItemId).ToString(),
        catalogue.Department(row.Department)?.Name.ToString() ?? row.Department,
        row.ProjectName,
        ((int)row.Status).ToString(System.Globalization.CultureInfo.InvariantCulture),
        row.Status.Standing(row.IsAdmitted, row.AcceptedOn).ToString(),
        Day(row.AcceptedOn),
        Day(row.DueOn),
        row.DueOn is null ? "" : row.IsDueProvisional ? Words.T("是", "yes") : Words.T("否", "no"),
        Day(row.DecidedOn),
        row.CertificateNumber ?? "");
}
