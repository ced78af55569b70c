using System.Globalization;
using System.Text;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;

namespace Approvals.Modules.Audit;

/// <summary>The filtered record as a file: CSV of any length, written while it is read; a workbook as far as one sheet goes.</summary>
internal static class ExportRecords
{
    /// <summary>A sheet has 1,048,576 rows.</summary>
    private const int MostOfSheet = 1_000_000;

    private const int Share = 1000;

    /// <summary>Puts on record that the file was asked for; the file itself is written by the answer.</summary>
    [RecordAs("导出审计记录", "Export the audit record")]
    [Needs(Act.ReadAudit)]
    internal sealed record Query(Filter Filter, string Format) : IRequest<IActionResult>, IRecorded;

    private sealed class Handler(RecordReader reader, ZoneClock clock) : IRequestHandler<Query, IActionResult>
    {
        public async Task<IActionResult> Handle(Query query, CancellationToken ct)
        {
            ListRecords.Check(query.Filter);
            return query.Format == "xlsx" ? await Workbook(query.Filter, ct) : new Lines(reader, clock, query.Filter);
        }

        /// <remarks>Through a file of the system's own, which ends with its stream: a workbook is only complete at its end.</remarks>
        private async Task<IActionResult> Workbook(Filter filter, CancellationToken ct)
        {
            var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 65_536, FileOptions.DeleteOnClose);
            try
            {
                var settings = new OpenXmlConfiguration
                {
                    DynamicColumns = [.. Columns.Select(c => new DynamicExcelColumn(c.Key) { Name = c.Name.ToString(), Width = c.Width })],
                    AutoFilter = false,
                    FreezeRowCount = 1,
                    TableStyles = TableStyles.None,
                };
                // The library asks for one row after the other and knows no task, so it has a thread of its own to wait on.
                await Task.Run(() => file.SaveAs(Rows(filter, ct), sheetName: Words.T("审计记录", "Audit record"), configuration: settings), ct);
                file.Position = 0;
                return new FileStreamResult(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") { FileDownloadName = "audit.xlsx" };
            }
            catch
            {
                await file.DisposeAsync();
                throw;
            }
        }

        private IEnumerable<Dictionary<string, object?>> Rows(Filter filter, CancellationToken ct)
        {
            var (before, written) = ((long?)null, 0);
            while (true)
            {
                var page = reader.Page(filter, before, Share, ct).GetAwaiter().GetResult();
                foreach (var record in page) yield return Columns.ToDictionary(c => c.Key, c => (object?)c.Of(record, clock));
                // Without a row there would be no header either.
                if (written == 0 && page.Count == 0) yield return Columns.ToDictionary(c => c.Key, _ => (object?)null);
                written += page.Count;
                if (page.Count < Share) yield break;
                if (written >= MostOfSheet)
                    throw Refused.Conflict("audit.tooMany", $"超过 {MostOfSheet:#,0} 条，一张工作表放不下，请缩小范围或导出 CSV。", $"More than {MostOfSheet:#,0} records do not fit a sheet; narrow the filter, or export CSV.");
                before = page[^1].Id;
            }
        }
    }

    private sealed record Column(string Key, Text Name, double Width, Func<Record, ZoneClock, string> Of);

    private static readonly Column[] Columns =
    [
        new("id", new("序号", "No."), 10, (r, _) => r.Id.ToString(CultureInfo.InvariantCulture)),
        new("recordedAt", new("记录时间", "Recorded at"), 20, (r, c) => At(c, r.RecordedAt)),
        new("occurredAt", new("发生时间", "Occurred at"), 20, (r, c) => At(c, r.OccurredAt)),
        new("login", new("账号", "Login"), 14, (r, _) => r.Login),
        new("name", new("姓名", "Name"), 20, (r, _) => r.UserName),
        new("roles", new("角色", "Roles"), 20, (r, _) => Line.Roles(r.Roles).ToString()),
        new("onBehalfOf", new("代替", "On behalf of"), 14, (r, _) => r.OnBehalfOf),
        new("source", new("来源", "From"), 10, (r, _) => Line.NameOfSource(r.Source).ToString()),
        new("place", new("地址", "Address"), 20, (r, _) => r.Place),
        new("what", new("操作", "What"), 24, (r, _) => Commands.Name(r.Command).ToString()),
        new("command", new("命令", "Command"), 28, (r, _) => r.Command),
        new("subject", new("对象", "On"), 30, (r, _) => r.Subject),
        new("outcome", new("结果", "Outcome"), 16, (r, _) => Line.Name(r.Outcome).ToString()),
        new("said", new("内容", "Content"), 60, (r, _) => r.Said),
        new("detail", new("变化或原因", "Change or reason"), 60, (r, _) => Line.Detail(r)),
        new("correlation", new("关联号", "Correlation"), 34, (r, _) => r.Correlation),
        new("hash", new("散列", "Hash"), 66, (r, _) => r.Hash),
    ];

    private static string At(ZoneClock clock, DateTime utc) => utc == default ? "" : clock.Local(utc).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private sealed class Lines(RecordReader reader, ZoneClock clock, Filter filter) : IActionResult
    {
        public async Task ExecuteResultAsync(ActionContext context)
        {
            var ct = context.HttpContext.RequestAborted;
            var response = context.HttpContext.Response;
            response.ContentType = "text/csv; charset=utf-8";
            response.Headers.ContentDisposition = "attachment; filename=\"audit.csv\"";

            // With a byte-order mark, or spreadsheets take Chinese for something else.
            await using var writer = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 16_384, leaveOpen: true);
            await writer.WriteAsync(Csv.Line([.. Columns.Select(c => c.Name.ToString())]));
            long? before = null;
            while (true)
            {
                var page = await reader.Page(filter, before, Share, ct);
                foreach (var record in page) await writer.WriteAsync(Csv.Line([.. Columns.Select(c => c.Of(record, clock))]));
                await writer.FlushAsync(ct);
                if (page.Count < Share) return;
                before = page[^1].Id;
            }
        }
    }
}
