using System.Globalization;
using System.Text.RegularExpressions;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>批量填报投资: lines pasted from a spreadsheet, one a month of a project; all of them or none, and what is wrong is told line by line.</summary>
internal static partial class ImportInvestment
{
    public const int MostLines = 2_000;
    public const int MostCharacters = 400_000;

    /// <summary>Of a line, several times what four columns need.</summary>
    public const int LongestLine = 200;

    /// <summary>Beyond it the list of faults helps nobody.</summary>
    private const int MostTold = 50;

    /// <param name="Lines">Project code, month, planned, actual; by tab or comma. An empty cell leaves what is there.</param>
    [RecordAs("批量填报投资", "Enter investment of several projects")]
    [Needs(Act.ReportMilestone)]
    internal sealed record Command(string? Lines, MoneyUnit Unit = MoneyUnit.Wan) : ICommand<Result>;

    internal sealed record Result(int Lines, int Projects);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/portfolio/investment", (Command body, IMediator mediator) => mediator.Send(body))
        .Needs<Command>().WithTags("Portfolio").WithSummary("Enter investment of several projects from lines of text: all of them or none");

    internal sealed record Line(int Number, string Code, Month Month, long? Planned, long? Actual);

    private sealed class Handler(IMediator mediator, EnterInvestment.Writer writer, ZoneClock clock) : IRequestHandler<Command, Result>
    {
        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var check = new Check();
            var lines = Parse(check, command.Lines ?? "", command.Unit, clock.Today);
            var projects = new Dictionary<string, ProjectFacts>(StringComparer.Ordinal);
            foreach (var line in lines.DistinctBy(l => l.Code))
            {
                try
                {
                    projects[line.Code] = await mediator.Send(new DemandOwnProject(line.Code), ct);
                }
                catch (Refused refused)
                {
                    var problem = refused.Problems[0];
                    check.Add(problem.Code, Field(line.Number), $"第 {line.Number} 行：{problem.Message.Zh}", $"Line {line.Number}: {problem.Message.En}");
                }
            }

            foreach (var line in lines)
                if (projects.TryGetValue(line.Code, out var of)) EnterInvestment.Fits(check, of, new(line.Month, line.Planned, line.Actual), Field(line.Number), new($"第 {line.Number} 行：", $"Line {line.Number}: "));
            check.Done();
            foreach (var project in lines.GroupBy(l => l.Code))
            {
                var months = new List<EnterInvestment.Entered>();
                foreach (var line in project)
                {
                    var known = await writer.Find(projects[project.Key].Id, line.Month, ct);
                    months.Add(new(new(line.Month, line.Planned ?? known.Planned, line.Actual ?? known.Actual)));
                }

                await writer.Write(projects[project.Key].Id, months, ct);
            }

            return new(lines.Count, projects.Count);
        }
    }

    /// <summary>The lines that can be read; what is wrong with the others is in the check.</summary>
    internal static IReadOnlyList<Line> Parse(Check check, string text, MoneyUnit unit, DateOnly today)
    {
        new Check()
            .That(!string.IsNullOrWhiteSpace(text), "field.required", "lines", "请粘贴要填报的行。", "Paste the lines to enter.")
            .That(text.Length <= MostCharacters, "import.tooMany", "lines", $"一次最多 {MostLines} 行。", $"At most {MostLines} lines at once.")
            .Done();
        var given = text.Split('\n').Select((line, i) => (Number: i + 1, Text: line.Trim('\r', ' ', '\uFEFF'))).Where(l => l.Text.Trim().Length > 0).ToList();
        new Check().That(given.Count <= MostLines, "import.tooMany", "lines", $"一次最多 {MostLines} 行，现有 {given.Count} 行。", $"At most {MostLines} lines at once; there are {given.Count}.").Done();

        var lines = new List<Line>();
        foreach (var (number, line) in given)
        {
            if (line.Length > LongestLine)
            {
                check.Add("import.columns", Field(number), $"第 {number} 行：超过 {LongestLine} 个字符，应只有项目代码、月份、计划、完成。", $"Line {number}: more than {LongestLine} characters; code, month, plan and done are all it should have.");
                if (check.Problems.Count >= MostTold) check.Done();
                continue;
            }

            var cells = (line.Contains('\t', StringComparison.Ordinal) ? line.Split('\t') : OutsideQuotes().Split(line)).Select(c => c.Trim().Trim('"')).ToArray();
            if (lines.Count == 0 && number == given[0].Number && cells.Length >= 2 && Month.Read(cells[1]) is null && !cells[0].Any(char.IsAsciiDigit)) continue; // the header
            if (Read(check, number, cells, unit, today) is { } read)
            {
                check.That(lines.All(l => l.Code != read.Code || l.Month != read.Month), "investment.twice", Field(number), $"第 {number} 行：{read.Code} 的 {read.Month} 前面已有一行。", $"Line {number}: {read.Month} of {read.Code} stands above already.");
                lines.Add(read);
            }

            if (check.Problems.Count >= MostTold) check.Done();
        }

        check.That(lines.Count > 0 || check.Failed, "field.required", "lines", "没有要填报的行。", "There is no line to enter.");
        return lines;
    }

    private static Line? Read(Check check, int number, string[] cells, MoneyUnit unit, DateOnly today)
    {
        var before = check.Problems.Count;
        if (cells.Length is < 3 or > 4)
        {
            check.Add("import.columns", Field(number), $"第 {number} 行：应有 3 至 4 列（项目代码、月份、计划、完成），现有 {cells.Length} 列；金额不要写千分号。", $"Line {number}: 3 or 4 columns are needed (code, month, planned, actual), there are {cells.Length}; write amounts without thousands separators.");
            return null;
        }

        var month = Month.Read(cells[1]);
        if (month is null) check.Add("investment.month", Field(number), $"第 {number} 行：「{cells[1]}」不是月份，请写成 2026-03 的样子，年份在 {Month.FirstYear} 至 {Month.LastYear} 之间。", $"Line {number}: “{cells[1]}” is no month: write it as 2026-03, between {Month.FirstYear} and {Month.LastYear}.");
        var (planned, actual) = (Amount(check, number, cells[2], unit, new("计划投资", "The plan")), Amount(check, number, cells.Length > 3 ? cells[3] : "", unit, new("完成投资", "The investment")));
        if (month is { } m && actual is not null) check.That(m <= Month.Of(today), "investment.future", Field(number), $"第 {number} 行：{m} 还没有到，不能填报完成投资。", $"Line {number}: {m} has not come: nothing can have been invested in it.");
        check.That(planned is not null || actual is not null || check.Problems.Count > before, "field.required", Field(number), $"第 {number} 行：没有金额。", $"Line {number}: there is no amount.");
        return check.Problems.Count > before ? null : new(number, cells[0].ToUpperInvariant(), month!.Value, planned, actual);
    }

    private static long? Amount(Check check, int number, string cell, MoneyUnit unit, Text name)
    {
        if (cell.Length == 0) return null;
        if (decimal.TryParse(cell, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount))
            return EnterInvestment.Fen(check, amount, unit, Field(number), $"第 {number} 行：{name.Zh}", $"Line {number}: {name.En}");
        check.Add("import.number", Field(number), $"第 {number} 行：{name.Zh}「{cell}」不是数字。", $"Line {number}: {name.En} “{cell}” is no number.");
        return null;
    }

    /// <remarks>Excel writes an amount with thousands separators in quotes: that is one cell, and no number.</remarks>
    [GeneratedRegex("[,，](?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")]
    private static partial Regex OutsideQuotes();

    private static string Field(int number) => $"lines[{number}]";
}
