using System.Globalization;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Deadlines;

/// <summary>A case as people and programs write it: its clock, and the day that is asked about.</summary>
internal sealed record ClockCase(string? Accepted, Limit Limit, IReadOnlyList<int> Extensions, IReadOnlyList<(string? From, string? To)> Pauses, string? AsOf)
{
    /// <exception cref="Refused">With everything wrong about the case; what <paramref name="check"/> holds already comes first.</exception>
    public (Clock Clock, DateOnly AsOf) Read(WorkingDays calendar, Check check)
    {
        var accepted = Day(Accepted, "accepted", check);
        var asOf = Day(AsOf, "asOf", check);
        if (!check.Failed && !WorkingDays.Covers(asOf)) check.Add("calendar.dateOutside", "asOf", $"所问日期 {AsOf} 不在 {WorkingDays.FirstYear} 年至 {WorkingDays.LastYear} 年之内，请更正。", $"The day asked about, {AsOf}, lies outside {WorkingDays.FirstYear}–{WorkingDays.LastYear}; correct it.");
        var pauses = Pauses.Select((p, i) => new Pause(Day(p.From, $"pauses[{i}].from", check), p.To is null ? null : Day(p.To, $"pauses[{i}].to", check))).ToArray();
        if (Limit.Unit is Limit.Months or Limit.AgreedDay) check.Add("clock.unit", "unit", $"「{Limit.Unit}」不是时限单位，请填 wd（工作日）或 cd（自然日）。", $"“{Limit.Unit}” is no unit of a limit; give wd (working days) or cd (calendar days).");
        check.Done();
        return (Clock.Start(calendar, accepted, Limit, Extensions, pauses), asOf);
    }

    private static DateOnly Day(string? written, string field, Check check)
    {
        if (DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        if (string.IsNullOrEmpty(written)) check.Add("field.required", field, $"缺少 {field}，请填写日期，如 2026-09-30。", $"{field} is missing; give a date, such as 2026-09-30.");
        else check.Add("calendar.wrongDate", field, $"{field}「{written}」不是有效日期，请按 年-月-日 填写，如 2026-09-30。", $"{field} “{written}” is not a date; write it as yyyy-MM-dd, such as 2026-09-30.");
        return default;
    }
}
