using System.Globalization;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>
/// 导入计划: what a filled-in plan would change, row by row, and what is wrong with which row. It saves nothing; where no row
/// is wrong, its changes go through <see cref="PlanMilestones"/>.
/// </summary>
internal static class ImportPlan
{
    /// <summary>Days that a number or a text without separators may mean.</summary>
    private static readonly string[] Forms = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日", "yyyyMMdd"];

    private static readonly DateOnly First = new(2000, 1, 1);
    private static readonly DateOnly Last = new(2099, 12, 31);

    [Needs(Act.ReportMilestone)]
    internal sealed record Query(string Code, [property: Masked] byte[] Content) : IRequest<Result>;

    /// <param name="Lines">Every row that changes something or is wrong, in the order of the sheet.</param>
    /// <param name="Same">Rows that say what is planned already.</param>
    internal sealed record Result(IReadOnlyList<Line> Lines, int Same)
    {
        public IReadOnlyList<Line> Wrong { get; } = [.. Lines.Where(l => l.Problem is not null)];

        /// <summary>What to send where nothing is wrong.</summary>
        public IReadOnlyList<PlannedMilestone> Changes => [.. Lines.Where(l => l is { Problem: null, Kind: not null }).Select(l => new PlannedMilestone(l.Kind!.Value, l.On, l.Phase, new(l.Was)))];
    }

    /// <param name="Row">As the spreadsheet numbers it.</param>
    /// <param name="Was">Planned until now.</param>
    /// <param name="On">Planned then; null takes the plan away.</param>
    /// <param name="Problem">What is wrong with it and what to do.</param>
    internal sealed record Line(int Row, int Phase, MilestoneKind? Kind, DateOnly? Was, DateOnly? On, Text? Problem = null);

    private sealed class Handler(IMediator mediator, Actor actor) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            await OwnProject.Demand(query.Code, mediator, actor, ct);
            var shown = await mediator.Send(new ShowProject.Query(query.Code), ct);
            return Compare(PlanSheet.Read(query.Content), shown.Phases.Count, shown.Milestones.ToDictionary(m => (m.Phase, m.Kind), m => m.PlannedOn));
        }
    }

    /// <param name="planned">What is planned until now, by phase and kind.</param>
    internal static Result Compare(PlanSheet.Sheet sheet, int phases, IReadOnlyDictionary<(int Phase, string Kind), DateOnly?> planned)
    {
        var columns = Columns(sheet);
        var seen = new Dictionary<(int, MilestoneKind), int>();
        var (lines, same) = (new List<Line>(), 0);
        foreach (var row in sheet.Rows.Skip(1))
        {
            var line = Read(row, columns, sheet.DayShift, phases);
            if (line is null) continue;
            if (line is { Problem: null, Kind: { } kind })
            {
                line = line with { Was = planned.GetValueOrDefault((line.Phase, kind.ToString())) };
                if (!seen.TryAdd((line.Phase, kind), row.Number))
                    line = line with { Problem = new($"与第 {seen[(line.Phase, kind)]} 行重复，请删去一行。", $"It repeats row {seen[(line.Phase, kind)]}; remove one.") };
                else if (line.Was == line.On)
                {
                    same++;
                    continue;
                }
            }

            lines.Add(line);
        }

        return new(lines, same);
    }

    /// <summary>The columns by their headers, wherever they stand and in whichever language.</summary>
    private static Dictionary<Text, string> Columns(PlanSheet.Sheet sheet)
    {
        var columns = new Dictionary<Text, string>();
        Text[] wanted = [ExportPlan.Kind, ExportPlan.Planned, ExportPlan.Phase];
        foreach (var header in wanted)
            if (sheet.Rows.Take(1).SelectMany(r => r.Cells).FirstOrDefault(c => c.Value.Text.Equals(header.Zh, StringComparison.OrdinalIgnoreCase) || c.Value.Text.Equals(header.En, StringComparison.OrdinalIgnoreCase)).Key is { } found)
                columns.Add(header, found);
        var check = new Check();
        foreach (var header in wanted.Take(2))
            check.That(columns.ContainsKey(header), "plan.noColumn", "upload", $"首行没有「{header.Zh}」一列。请先导出计划表，在其中填写。", $"The first row has no column “{header.En}”. Export the plan and fill that in.");
        check.Done();
        return columns;
    }

    /// <summary>Null where the row says nothing of a plan.</summary>
    private static Line? Read(PlanSheet.Row row, Dictionary<Text, string> columns, int shift, int phases)
    {
        PlanSheet.Cell Of(Text header) => columns.TryGetValue(header, out var column) ? row.Cells.GetValueOrDefault(column) : default;
        var (code, day, part) = (Of(ExportPlan.Kind), Of(ExportPlan.Planned), Of(ExportPlan.Phase));
        if (new[] { code, day }.All(c => string.IsNullOrEmpty(c.Text) && !c.IsFormula && !c.IsMerged)) return null;
        foreach (var (header, cell) in new[] { (ExportPlan.Phase, part), (ExportPlan.Kind, code), (ExportPlan.Planned, day) })
        {
            if (cell.IsMerged) return Wrong(new($"「{header.Zh}」是合并单元格，请取消合并，每行各填。", $"“{header.En}” is a merged cell; unmerge it and fill in each row."));
            if (cell.IsFormula) return Wrong(new($"「{header.Zh}」是公式，请粘贴为数值。", $"“{header.En}” is a formula; paste its value."));
            if (cell.IsError) return Wrong(new($"「{header.Zh}」是错误值 {cell.Text}，请改正。", $"“{header.En}” is an error ({cell.Text}); correct it."));
        }

        var phase = 0;
        if (!string.IsNullOrEmpty(part.Text) && (!int.TryParse(part.Text, NumberStyles.None, CultureInfo.InvariantCulture, out phase) || phase > phases))
            return Wrong(new($"没有第「{part.Text}」期，项目分 {phases} 期，0 为整个项目。", $"There is no phase “{part.Text}”; the project has {phases}, and 0 is the whole of it."));
        if (!Enum.TryParse<MilestoneKind>(code.Text, ignoreCase: true, out var kind) || !Enum.IsDefined(kind) || char.IsAsciiDigit(code.Text[0]))
            return Wrong(new($"没有代码为「{code.Text}」的里程碑。", $"There is no milestone with the code “{code.Text}”."));
        if (string.IsNullOrEmpty(day.Text)) return new(row.Number, phase, kind, null, null);
        if (Day(day, shift) is not { } on)
            return Wrong(new($"「{day.Text}」不是日期，请写作 2026-03-02。", $"“{day.Text}” is not a date; write 2026-03-02."));
        return on < First || on > Last
            ? Wrong(new($"计划日期 {Words.Day(on)} 应在 2000 年至 2099 年之间。", $"The planned day {Words.Day(on)} must be between 2000 and 2099."))
            : new(row.Number, phase, kind, null, on);

        Line Wrong(Text problem) => new(row.Number, 0, null, null, null, problem);
    }

    /// <summary>A day the spreadsheet knows as one, or a text that is one; a time of day is none.</summary>
    private static DateOnly? Day(PlanSheet.Cell cell, int shift)
    {
        if (cell.Number is { } number && number < 1_000_000)
            return number >= 1 && number == Math.Floor(number) && number + shift < 2_958_466 ? DateOnly.FromDateTime(DateTime.FromOADate(number + shift)) : null;
        return DateOnly.TryParseExact(cell.Text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }
}
