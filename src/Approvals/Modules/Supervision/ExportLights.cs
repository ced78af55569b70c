using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;
using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;

namespace Approvals.Modules.Supervision;

/// <summary>The list as a workbook: every row the filters leave, dates as dates.</summary>
internal static class ExportLights
{
    /// <summary>What a sheet of a page somebody reads is good for; beyond it the filters help.</summary>
    public const int Most = 50_000;

    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [Needs(Act.SeeCentre)]
    internal sealed record Query(ListLights.Query Filter) : IRequest<byte[]>;

    private sealed class Handler(IMediator mediator, Wording say) : IRequestHandler<Query, byte[]>
    {
        private const int Share = 500;

        public async Task<byte[]> Handle(Query query, CancellationToken ct)
        {
            var rows = new List<Dictionary<string, object?>>();
            string? after = null;
            do
            {
                var page = await mediator.Send(query.Filter with { After = after, Rows = Share }, ct);
                rows.AddRange(page.Rows.Select(Cells));
                after = page.Next;
            }
            while (after is not null && rows.Count < Most);

            var columns = Columns();
            using var file = new MemoryStream();
            // Without a row there would be no header either.
            if (rows.Count == 0) rows.Add(columns.ToDictionary(c => c.Key, _ => (object?)null));
            var settings = new OpenXmlConfiguration { DynamicColumns = [.. columns], AutoFilter = false, FreezeRowCount = 1, TableStyles = TableStyles.None };
            // Not its asynchronous twin, which closes the sheet in the wrong place; the file is in memory anyway.
            file.SaveAs(rows, sheetName: Words.T("督办", "Supervision"), configuration: settings);
            return file.ToArray();
        }

        private static List<DynamicExcelColumn> Columns() =>
        [
            Column("light", "灯", "Light", 8),
            Column("days", "超期日数", "Days late", 10),
            Column("left", "剩余日数", "Days left", 10),
            Column("due", "到期日", "Due", 12, "yyyy-mm-dd"),
            Column("kind", "类别", "Kind", 10),
            Column("label", "编号", "Number", 26),
            Column("item", "事项编码", "Item", 10),
            Column("itemName", "事项", "Item name", 32),
            Column("department", "部门", "Department", 22),
            Column("owner", "经办人", "Owner", 16),
            Column("rule", "时限", "Limit", 14),
            Column("limit", "时限天数", "Length", 14),
            Column("accepted", "起算日（不计）", "Counted from", 14, "yyyy-mm-dd"),
            Column("used", "已用日数", "Days used", 10),
            Column("provisional", "暂定", "Provisional", 8),
            Column("order", "督办单", "Supervision order", 20),
        ];

        private static DynamicExcelColumn Column(string key, string zh, string en, double width, string? format = null) =>
            new(key) { Name = Words.T(zh, en), Width = width, Format = format };

        private Dictionary<string, object?> Cells(ListLights.Lit row)
        {
            var clock = row.Clock;
            var late = clock.Light == Light.Red;
            return new()
            {
                ["light"] = late ? Words.T("红", "red") : Words.T("黄", "yellow"),
                ["days"] = late ? Math.Max(0, -clock.LeftDays) : null,
                ["left"] = late ? null : clock.LeftDays,
                ["due"] = clock.DueOn?.ToDateTime(TimeOnly.MinValue),
                ["kind"] = Subjects.Name(row.SubjectKind).ToString(),
                ["label"] = row.Label,
                ["item"] = row.Item,
                ["itemName"] = say.Item(row.Item).ToString(),
                ["department"] = say.Department(row.Department).ToString(),
                ["owner"] = row.Owner,
                ["rule"] = Rules.Name(clock.Rule).ToString(),
                ["limit"] = clock.Limit.Name.ToString(),
                ["accepted"] = clock.AcceptedOn.ToDateTime(TimeOnly.MinValue),
                ["used"] = clock.UsedDays,
                ["provisional"] = clock.IsProvisional ? Words.T("是", "yes") : "",
                ["order"] = row.Order,
            };
        }
    }
}
