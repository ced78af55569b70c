using System.Globalization;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Calendar;

/// <summary>Dates and numbers as people and programs write them, with a message where they cannot be meant.</summary>
internal static class Given
{
    public const string DayFormat = "yyyy-MM-dd";

    public static DateOnly Day(string? written, string field, Check check)
    {
        var text = written?.Trim() ?? "";
        if (text.Length == 0)
            check.Add("field.required", field, "请填写日期，如 2026-09-30。", "A date is required, such as 2026-09-30.");
        else if (!TryDay(text, out var day))
            check.Add("calendar.wrongDate", field, $"「{text}」不是有效日期，请按 年-月-日 填写，如 2026-09-30。", $"“{text}” is not a date; write it as yyyy-MM-dd, such as 2026-09-30.");
        else if (!WorkingDays.Covers(day))
            check.Add("calendar.dateOutside", field, $"日历只含 {WorkingDays.FirstYear} 年至 {WorkingDays.LastYear} 年。", $"The calendar runs from {WorkingDays.FirstYear} to {WorkingDays.LastYear}.");
        else
            return day;
        return default;
    }

    public static int Days(string? written, string field, Check check)
    {
        var text = written?.Trim() ?? "";
        if (text.Length == 0)
            check.Add("field.required", field, "请填写工作日数，如 20。", "A number of working days is required, such as 20.");
        else if (!TryDays(text, out var days))
            check.Add("calendar.wrongDays", field, $"「{text}」不是有效的工作日数，应为 0 或更大的整数。", $"“{text}” is not a number of working days: a whole number, 0 or more.");
        else
            return days;
        return default;
    }

    public static bool TryDay(ReadOnlySpan<char> written, out DateOnly day) =>
        DateOnly.TryParseExact(written, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    public static bool TryDays(ReadOnlySpan<char> written, out int days) =>
        int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out days);
}

/// <summary>Whether an answer rests on published years only.</summary>
internal static class Published
{
    public const string Yes = "PUBLISHED";
    public const string No = "UNPUBLISHED";
}
