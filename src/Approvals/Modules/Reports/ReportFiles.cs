using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;
using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;

namespace Approvals.Modules.Reports;

/// <summary>The report as files: a workbook with a sheet a cut and the cases, lines for programs, and paper.</summary>
internal static class ReportFiles
{
    public const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>A sheet has 1,048,576 rows.</summary>
    private const int MostCases = 1_000_000;

    private const int Share = 1_000;

    /// <summary>Writes the workbook, row by row; the cases are those closed in the period and those open at its end.</summary>
    /// <param name="Department">One department alone.</param>
    /// <param name="Progress">Told how many cases are written, and how many there are.</param>
    /// <param name="MostCases">Where there are more of them, the last row says how many are left out.</param>
    /// <param name="Revision">An earlier revision, of which the figures are kept and not the cases.</param>
    [Needs(Act.ReadReport)]
    internal sealed record WriteWorkbook(DateOnly? Date, string Kind, Stream To, Action<long, long>? Progress = null, string? Department = null, int MostCases = ReportFiles.MostCases, int? Revision = null) : IRequest<Unit>;

    /// <summary>The cases as lines.</summary>
    [Needs(Act.ReadReport)]
    internal sealed record WriteCases(DateOnly? Date, string Kind, TextWriter To, Action<long, long>? Progress = null) : IRequest<Unit>;

    /// <summary>Every figure of every cut, a line each and one after the other: the projects alone can be tens of thousands.</summary>
    public static IEnumerable<string> Lines(ShowReport.Report report)
    {
        yield return "\uFEFF" + Csv.Line("from", "to", "cut", "key", "name", "figure", "figure_name", "value", "previous");
        foreach (var (cut, line) in report.Cuts.SelectMany(t => t.Lines.Select(l => (t.Cut, l))).Prepend((Cuts.Zone, report.Whole)))
        {
            foreach (var figure in Definitions.OfCut(cut))
            {
                var (now, before) = (line.Now[figure.Code], line.Before[figure.Code]);
                if (cut != Cuts.Zone && now is null or 0 && before is null or 0) continue;
                yield return Csv.Line(Words.Day(report.Period.From), Words.Day(report.Period.To), cut, line.Key, line.Name.ToString(), figure.Code, figure.Name.ToString(), now, before);
            }
        }
    }

    private sealed record Column(string Key, Text Name, double Width, string? Format, Func<CaseFact, object?> Of);

    private sealed class Handler(Db db, IMediator mediator, Naming naming, CalendarInForce calendar, ZoneClock clock) : IRequestHandler<WriteWorkbook, Unit>, IRequestHandler<WriteCases, Unit>
    {
        private const string Names = "SELECT id, code, name FROM projects_public_project WHERE id IN @ids";

        private readonly Dictionary<long, string> projects = [];

        public async Task<Unit> Handle(WriteWorkbook command, CancellationToken ct)
        {
            var report = await mediator.Send(new ShowReport.Query(command.Date, command.Kind, WithProjects: true, Department: command.Department, Revision: command.Revision), ct);
            var columns = Columns(report.Period.To);
            var settings = new OpenXmlConfiguration
            {
                AutoFilter = false,
                FreezeRowCount = 1,
                TableStyles = TableStyles.None,
                DynamicColumns =
                [
                    new("name") { Name = Words.T("名称", "Name"), Width = 36 },
                    new("now") { Name = Words.T("本期", "Now"), Width = 12 },
                    new("before") { Name = Words.T("上期", "Before"), Width = 12 },
                    new("unit") { Name = Words.T("单位", "Unit"), Width = 8 },
                    new("meaning") { Name = Words.T("定义", "Definition"), Width = 90 },
                    new("detail") { Name = Words.T("说明", "Detail"), Width = 90 },
                    .. Definitions.All.SelectMany(f => (DynamicExcelColumn[])
                    [
                        new(f.Code) { Name = f.Name.ToString(), Width = 12, Format = Format(f.Unit) },
                        new(Beside(f)) { Name = Words.T($"{f.Name.Zh}（上期）", $"{f.Name.En} (before)"), Width = 12, Format = Format(f.Unit) },
                    ]),
                    .. columns.Select(c => new DynamicExcelColumn(c.Key) { Name = c.Name.ToString(), Width = c.Width, Format = c.Format }),
                ],
            };
            var sheets = new Dictionary<string, object> { [Sheet(report)] = Figures(report) };
            sheets.Add(Words.T("说明", "About"), About(report));
            foreach (var table in report.Cuts) sheets.Add(Naming.Cut(table.Cut).ToString(), Rows(table));
            if (report.Superseded is null)
            {
                sheets.Add(Words.T("值得注意", "Findings"), Found(report));
                sheets.Add(Words.T("办理件", "Cases"), Cells(report, columns, command.MostCases, command.Progress, ct));
            }

            // The library asks for one row after the other and knows no task, so it has a thread of its own to wait on.
            await Task.Run(() => command.To.SaveAs(sheets, configuration: settings), ct);
            return Unit.Value;
        }

        public async Task<Unit> Handle(WriteCases command, CancellationToken ct)
        {
            var report = await mediator.Send(new ShowReport.Query(command.Date, command.Kind, WithFindings: false), ct);
            var columns = Columns(report.Period.To);
            await command.To.WriteAsync("\uFEFF" + Csv.Line([.. columns.Select(c => c.Name.ToString())]));
            await foreach (var fact in Cases(report, int.MaxValue, command.Progress, ct))
                await command.To.WriteAsync(Csv.Line([.. columns.Select(c => c.Of(fact) switch { DateTime day => Words.Day(DateOnly.FromDateTime(day)), var value => value })]));
            return Unit.Value;
        }

        /// <summary>The first sheet, by which whoever opens it sees what it is.</summary>
        private static string Sheet(ShowReport.Report report) => report.Superseded is { } was
            ? Words.T($"指标（修订号 {was.Revision}，已被取代）", $"Figures (rev. {was.Revision}, superseded)")
            : Words.T("指标", "Figures");

        /// <summary>What it is of, for whoever has the file and not its name.</summary>
        private List<Dictionary<string, object?>> About(ShowReport.Report report) =>
        [
            .. new (Text Name, string Detail)[]
            {
                (new("报告", "Report"), ReportHtml.Title(report)),
                (new("范围", "Of"), report.Whose.ToString()),
                (new("期间", "Period"), report.Period.Days),
                (new("上期", "Before"), report.Period.BeforeDays),
                (new("没有日报的天数", "Days without a report"), report.Missing.ToString(CultureInfo.InvariantCulture)),
                (new("修订号", "Revision"), report.Revision?.ToString(CultureInfo.InvariantCulture) ?? "—"),
                (new("定义版本", "Definitions, version"), string.Join(", ", report.Versions.Order())),
                (new("生成", "Made"), report.MadeAt is { } at ? clock.Local(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "—"),
            }.Select(line => new Dictionary<string, object?> { ["name"] = line.Name.ToString(), ["detail"] = line.Detail }),
        ];

        private static List<Dictionary<string, object?>> Figures(ShowReport.Report report)
        {
            var meanings = Definitions.In(report.Definitions).Figures.ToDictionary(f => f.Code);
            return [.. Definitions.All.Select(f => new Dictionary<string, object?>
            {
                ["name"] = f.Name.ToString(),
                // The formats are of columns, and each figure has a line.
                ["now"] = f.Unit == Scale.Share ? report.Whole.Now[f.Code] * 100 : report.Whole.Now[f.Code],
                ["before"] = f.Unit == Scale.Share ? report.Whole.Before[f.Code] * 100 : report.Whole.Before[f.Code],
                ["unit"] = f.Unit switch { Scale.Share => "%", Scale.Days or Scale.Total => Words.T("日", "days"), _ => null },
                ["meaning"] = meanings.GetValueOrDefault(f.Code)?.Text.ToString(),
            })];
        }

        private static IEnumerable<Dictionary<string, object?>> Rows(ShowReport.Table table)
        {
            var (figures, any) = (Definitions.OfCut(table.Cut), false);
            foreach (var line in table.Lines.Where(l => !l.Now.IsEmpty || !l.Before.IsEmpty))
            {
                var row = new Dictionary<string, object?> { ["name"] = line.Name.ToString() };
                foreach (var figure in figures) (row[figure.Code], row[Beside(figure)]) = (line.Now[figure.Code], line.Before[figure.Code]);
                any = true;
                yield return row;
            }

            if (!any) yield return new() { ["name"] = Words.T("没有", "None") };
        }

        /// <summary>The column of the period before.</summary>
        private static string Beside(Figure figure) => figure.Code + "Before";

        private static List<Dictionary<string, object?>> Found(ShowReport.Report report)
        {
            List<Dictionary<string, object?>> rows = [.. report.Findings.Select(f => new Dictionary<string, object?> { ["name"] = f.Title.ToString(), ["detail"] = f.Detail.ToString() })];
            if (rows.Count == 0) rows.Add(new() { ["name"] = Words.T("没有", "None"), ["detail"] = null });
            return rows;
        }

        private IEnumerable<Dictionary<string, object?>> Cells(ShowReport.Report report, IReadOnlyList<Column> columns, int most, Action<long, long>? progress, CancellationToken ct)
        {
            var cases = Cases(report, most, progress, ct).GetAsyncEnumerator(ct);
            try
            {
                var written = 0;
                while (cases.MoveNextAsync().AsTask().GetAwaiter().GetResult())
                {
                    if (written++ == most)
                    {
                        var left = All(report) - most;
                        yield return columns.ToDictionary(c => c.Key, c => c == columns[0] ? (object?)Words.T($"另有 {left:#,0} 件未列入本表", $"{left:#,0} more are not in this sheet") : null);
                        break;
                    }

                    yield return columns.ToDictionary(c => c.Key, c => c.Of(cases.Current));
                }

                // Without a row there would be no header either.
                if (written == 0) yield return columns.ToDictionary(c => c.Key, c => c == columns[0] ? (object?)Words.T("没有", "None") : null);
            }
            finally
            {
                cases.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        private static long All(ShowReport.Report report) => report.Whole.Now.N("closed") + report.Whole.Now.N("open");

        private async IAsyncEnumerable<CaseFact> Cases(ShowReport.Report report, int most, Action<long, long>? progress, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        {
            var (read, all) = (0L, Math.Min(All(report), most));
            progress?.Invoke(0, all);
            foreach (var list in (string[])["closed", "open"])
            {
                string? after = null;
                do
                {
                    var page = await mediator.Send(new ListReportCases.Query(list, report.Period.From, report.Period.To, report.OnlyDepartment is null ? null : Cuts.Department, report.OnlyDepartment, after, Share), ct);
                    projects.Clear();
                    foreach (var ids in page.Rows.Select(r => r.Case.ProjectId).Distinct().Chunk(Sources.Share))
                        foreach (var p in await db.Query<Project>(Names, new { ids }, ct)) projects[p.Id] = $"{p.Code} {p.Name}";
                    foreach (var row in page.Rows) yield return row.Case;
                    progress?.Invoke(Math.Min(read += page.Rows.Count, all), all);
                    after = page.Next;
                }
                while (after is not null);
            }
        }

        private Column[] Columns(DateOnly to)
        {
            return
            [
                new("number", new("编号", "Number"), 24, null, c => c.Number),
                new("project", new("项目", "Project"), 44, null, c => projects.GetValueOrDefault(c.ProjectId)),
                new("item", new("事项", "Item"), 32, null, c => naming.Item(c.ItemCode).ToString()),
                new("department", new("部门", "Department"), 22, null, c => naming.Department(c.Department).ToString()),
                new("process", new("流程版本", "Process version"), 30, null, c => naming.Key(Cuts.Process, c.ProcessId.ToString(CultureInfo.InvariantCulture)).ToString()),
                new("window", new("窗口", "Window"), 16, null, c => naming.Key(Cuts.Window, c.WindowKey).ToString()),
                new("clerk", new("经办人", "Case handler"), 24, null, c => naming.Key(Cuts.Clerk, c.ClerkKey).ToString()),
                new("status", new("状态", "Status"), 16, null, c => c.Outcome.Name().ToString()),
                new("receivedOn", new("收件日", "Received on"), 12, "yyyy-mm-dd", c => Day(c.ReceivedOn)),
                new("acceptedOn", new("受理日", "Accepted on"), 12, "yyyy-mm-dd", c => Day(c.AcceptedOn)),
                new("dueOn", new("到期日", "Due on"), 12, "yyyy-mm-dd", c => Day(c.DueOn)),
                new("endedOn", new("办结日", "Closed on"), 12, "yyyy-mm-dd", c => Day(c.EndedOn)),
                new("inTime", new("按时", "In time"), 8, null, c => c.IsClosed ? (c.IsInTime ? 1 : 0) : null),
                new("limit", new("时限（工作日）", "Limit (WD)"), 12, null, c => c.LimitDays),
                new("statutory", new("法定时限（工作日）", "Statutory (WD)"), 12, null, c => c.StatutoryDays),
                new("usedDays", new("用时", "Days used"), 10, null, c => c.UsedDays),
                new("withAuthority", new("审批机关手中", "With the authority"), 12, null, c => Split(c, to, "authority", c.AuthorityDays)),
                new("withApplicant", new("申请人手中", "With the applicant"), 12, null, c => Split(c, to, "applicant", c.ApplicantDays)),
                new("notCounted", new("依法不计", "Not counted"), 12, null, c => Split(c, to, "uncounted", c.UncountedDays)),
                new("spanDays", new("跨度（自然日）", "Span (CD)"), 12, null, c => c.EndedOn is null ? to.DayNumber - c.ReceivedOn.DayNumber : c.SpanDays),
                new("correctionsAsked", new("补正次数", "Corrections"), 10, null, c => c.Corrections),
                new("handedOutOn", new("出件日", "Handed out on"), 12, "yyyy-mm-dd", c => Day(c.HandedOutOn)),
                new("documentsOwed", new("欠交材料", "Documents owed"), 10, null, c => c.Owed),
            ];

            // Since its last change an open case is in one hand. What has changed since the end of the period cannot be told for it.
            int? Split(CaseFact c, DateOnly end, string hand, int days) => c.EndedOn is not null || c.SplitOn == end ? days
                : c.SplitOn > end ? null
                : days + (c.NowWith == hand ? calendar.Current.Count(c.SplitOn, end).Days : 0);

            static object? Day(DateOnly? day) => day?.ToDateTime(TimeOnly.MinValue);
        }

        private static string? Format(Scale unit) => unit switch
        {
            Scale.Share => "0.0%",
            Scale.Days => "0.0",
            Scale.Ratio => "0.00",
            _ => null,
        };

        private sealed record Project
        {
            public long Id { get; init; }
            public string Code { get; init; } = "";
            public string Name { get; init; } = "";
        }
    }
}
