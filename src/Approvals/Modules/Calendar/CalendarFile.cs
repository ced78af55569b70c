using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Calendar;

/// <summary>One year as the State Council's notice gives it.</summary>
/// <param name="Exceptions">Days off, at weekends too so that they have their name, and weekend days that are worked.</param>
internal sealed record CalendarYear(int Year, IReadOnlyList<CalendarException> Exceptions);

/// <summary>A file of years: the one that ships with the program, or a later one that is to be published.</summary>
internal sealed record CalendarFile(string Source, IReadOnlyList<CalendarYear> Years)
{
    private const string Resource = "data.cn-calendar.json";
    private const int LongestName = 80;
    private const int LongestSource = 400;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>What ships with the program.</summary>
    public static CalendarFile Shipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return Read(reader.ReadToEnd());
    }

    /// <summary>The calendar that ships with the program, where there is no database to ask.</summary>
    public static WorkingDays ShippedDays()
    {
        var file = Shipped();
        return new(0, file.Years.Select(y => y.Year), file.Years.SelectMany(y => y.Exceptions));
    }

    /// <summary>Reads and checks; nothing that passes can make a wrong date later.</summary>
    /// <exception cref="Refused">With everything that is wrong, each with its year and date.</exception>
    public static CalendarFile Read(string json)
    {
        var check = new Check();
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var root = document.RootElement;
            var source = root.ValueKind == JsonValueKind.Object ? Words(root, "source") : "";
            check.Text(source, "source", "日历来源", "The source of the calendar", LongestSource);
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("years", out var years) || years.ValueKind != JsonValueKind.Object || !years.EnumerateObject().Any())
            {
                check.Add("calendar.noYears", "years", "日历文件中没有年份（years）。", "The calendar file holds no years.");
                check.Done();
                return new(source, []);
            }

            var read = years.EnumerateObject().Select(y => ReadYear(y, check)).ToList();
            check.Done();
            return new(source, read);
        }
        catch (JsonException error)
        {
            throw Refused.Invalid(
                "calendar.unreadable", "",
                $"日历文件不是有效的 JSON（第 {error.LineNumber + 1} 行附近），请检查后重试。", $"The calendar file is not valid JSON (near line {error.LineNumber + 1}): {error.Message}");
        }
    }

    private static CalendarYear ReadYear(JsonProperty entry, Check check)
    {
        var field = $"years.{entry.Name}";
        if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < WorkingDays.FirstYear or > WorkingDays.LastYear)
        {
            check.Add("calendar.wrongYear", field, $"「{entry.Name}」不是 {WorkingDays.FirstYear}–{WorkingDays.LastYear} 之间的年份。", $"“{entry.Name}” is not a year from {WorkingDays.FirstYear} to {WorkingDays.LastYear}.");
            return new(0, []);
        }

        var seen = new Dictionary<DateOnly, CalendarException>();
        ReadDays(entry.Value, year, "offDays", isWorking: false, seen, check);
        ReadDays(entry.Value, year, "makeupWorkdays", isWorking: true, seen, check);
        if (!seen.Values.Any(e => !e.IsWorking))
            check.Add("calendar.emptyYear", field, $"{year} 年没有任何放假日期，不能作为已发布的日历。", $"The year {year} has no day off: that is no published calendar.");
        else if (!check.Failed && entry.Value.TryGetProperty("workdayCount", out var count) && count.TryGetInt32(out var told))
            CheckCount(year, told, seen.Values, field, check);
        return new(year, [.. seen.Values.OrderBy(e => e.Day)]);
    }

    private static void CheckCount(int year, int told, IEnumerable<CalendarException> exceptions, string field, Check check)
    {
        var counted = new WorkingDays(0, [year], exceptions).Count(new DateOnly(year, 1, 1).AddDays(-1), new DateOnly(year, 12, 31)).Days;
        check.That(counted == told, "calendar.countDiffers", $"{field}.workdayCount", $"{year} 年按所列日期有 {counted} 个工作日，文件写的是 {told}。", $"By its days the year {year} has {counted} working days; the file says {told}.");
    }

    private static void ReadDays(JsonElement year, int number, string list, bool isWorking, Dictionary<DateOnly, CalendarException> seen, Check check)
    {
        var path = $"years.{number}.{list}";
        if (year.ValueKind != JsonValueKind.Object || !year.TryGetProperty(list, out var days) || days.ValueKind != JsonValueKind.Array)
        {
            check.Add("calendar.noList", path, $"{number} 年缺少 {list} 列表。", $"The year {number} has no list {list}.");
            return;
        }

        var index = 0;
        foreach (var entry in days.EnumerateArray())
        {
            var field = $"{path}[{index++}]";
            var written = entry.ValueKind == JsonValueKind.Object ? Words(entry, "date") : "";
            if (!DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                check.Add("calendar.wrongDate", field, $"「{written}」不是有效日期，应为 年-月-日，如 2026-10-01。", $"“{written}” is not a date; write yyyy-MM-dd, such as 2026-10-01.");
                continue;
            }

            var name = new Text(Words(entry, "name"), Words(entry, "nameEn"));
            check.That(day.Year == number, "calendar.otherYear", field, $"{written} 不属于 {number} 年。", $"{written} does not lie in {number}.")
                .That(!isWorking || day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday, "calendar.makeupOnWeekday", field, $"{written} 本来就是星期一至星期五，不能列为调休上班。", $"{written} is a Monday to Friday already and cannot be a make-up day.")
                .Text(name.Zh, field + ".name", $"{written} 的中文名称", $"The Chinese name of {written}", LongestName)
                .Text(name.En, field + ".nameEn", $"{written} 的英文名称", $"The English name of {written}", LongestName);
            if (!seen.TryAdd(day, new(day, isWorking, name)))
                check.Add("calendar.listedTwice", field, $"{written} 列了两次。", $"{written} is listed twice.");
        }
    }

    private static string Words(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
