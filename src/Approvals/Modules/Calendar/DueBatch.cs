using System.Globalization;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Calendar;

/// <summary>
/// Due dates for a whole file: reads <c>start,working_days</c>, writes <c>start,working_days,due</c>, row by row.
/// A bad row does not stop the others: its due cell says <c>ERROR</c>, and why is told with its line.
/// </summary>
internal static class DueBatch
{
    private const string Columns = "start,working_days";
    private const string Bad = "ERROR";

    /// <returns>How many rows were bad.</returns>
    /// <exception cref="InvalidOperationException">The first line is not the header.</exception>
    public static int Run(WorkingDays calendar, TextReader input, TextWriter output, TextWriter errors)
    {
        var line = 0;
        string? row;
        do
        {
            row = input.ReadLine();
            line++;
        }
        while (row is not null && Blank(row));
        if (row is null || !IsHeader(row))
            throw new InvalidOperationException($"第 {line} 行应为表头 {Columns}。 Line {line} must be the header {Columns}.");
        output.Write(Columns + ",due\n");

        var bad = 0;
        Span<char> cell = stackalloc char[10];
        while ((row = input.ReadLine()) is not null)
        {
            line++;
            if (Blank(row)) continue;
            if (Read(row, out var start, out var days) is not { } wrong)
            {
                if (calendar.TryAdd(start, days, out var due))
                {
                    Write(output, start, cell);
                    output.Write(',');
                    days.TryFormat(cell, out var digits, default, CultureInfo.InvariantCulture);
                    output.Write(cell[..digits]);
                    output.Write(',');
                    if (due.IsProvisional) output.Write(Published.No);
                    else Write(output, due.Date, cell);
                    output.Write('\n');
                    continue;
                }

                wrong = WorkingDays.Covers(start)
                    ? $"the span ends after {WorkingDays.LastYear} 超出 {WorkingDays.LastYear} 年"
                    : $"{Words(start)} lies outside {WorkingDays.FirstYear}–{WorkingDays.LastYear} 不在日历范围内";
            }

            bad++;
            errors.WriteLine($"第 {line} 行 line {line}: {wrong}");
            var comma = row.IndexOf(',', StringComparison.Ordinal);
            output.Write(comma < 0 ? Quoted(row) : Quoted(row[..comma]));
            output.Write(',');
            output.Write(comma < 0 ? "" : Quoted(row[(comma + 1)..]));
            output.Write($",{Bad}\n");
        }

        output.Flush();
        return bad;
    }

    /// <summary>What is wrong with a row, or null.</summary>
    private static string? Read(ReadOnlySpan<char> row, out DateOnly start, out int days)
    {
        start = default;
        days = 0;
        var comma = row.IndexOf(',');
        if (comma < 0) return "one column, two are needed 缺少一列";
        var second = row[(comma + 1)..];
        if (second.Contains(',')) return "more than two columns 多于两列";
        var first = Bare(row[..comma]);
        second = Bare(second);
        if (!Given.TryDay(first, out start)) return $"“{first}” is not a date (yyyy-MM-dd) 不是有效日期";
        if (!Given.TryDays(second, out days)) return $"“{second}” is not a whole number, 0 or more 不是有效的工作日数";
        return null;
    }

    private static bool IsHeader(ReadOnlySpan<char> row)
    {
        row = row.TrimStart('\uFEFF');
        var comma = row.IndexOf(',');
        return comma > 0 && Bare(row[..comma]).Equals("start", StringComparison.OrdinalIgnoreCase) && Bare(row[(comma + 1)..]).Equals("working_days", StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> cell)
    {
        cell = cell.Trim();
        return cell.Length >= 2 && cell[0] == '"' && cell[^1] == '"' ? cell[1..^1].Trim() : cell;
    }

    private static bool Blank(ReadOnlySpan<char> row) => row.Trim().Trim('\uFEFF').IsEmpty;

    private static string Words(DateOnly day) => Web.Words.Day(day);

    private static string Quoted(string cell)
    {
        var bare = Bare(cell).ToString();
        return bare.AsSpan().IndexOfAny(",\"\r") < 0 ? bare : $"\"{bare.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static void Write(TextWriter output, DateOnly day, Span<char> cell)
    {
        day.TryFormat(cell, out _, Given.DayFormat, CultureInfo.InvariantCulture);
        output.Write(cell);
    }
}
