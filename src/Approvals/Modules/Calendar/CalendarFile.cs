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
/// <remarks>
/// Two shapes. Several years, as shipped:
/// <c>{"source":"…","years":{"2027":{"offDays":[{"date":"2027-01-01","name":"元旦","nameEn":"New Year's Day"}],"makeupWorkdays":[…]}}}</c>,
/// where <c>workdayCount</c> and the twelve numbers of <c>workdaysByMonth</c> may be added and must then agree. Or one year:
/// <c>{"year":2027,"source":"…","days":[{"day":"2027-01-01","working":false,"nameZh":"元旦","nameEn":"New Year's Day"}]}</c>.
/// </remarks>
internal sealed record CalendarFile(string Source, IReadOnlyList<CalendarYear> Years)
{
    private const string Resource = "data.cn-calendar.json";
    private const int LongestName = 80;
    private const int LongestSource = 400;
    private const int MonthsOfYear = 12;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    private static readonly Lazy<CalendarFile> OfTheProgram = new(() =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return Read(reader.ReadToEnd());
    });

    /// <summary>What ships with the program.</summary>
    public static CalendarFile Shipped() => OfTheProgram.Value;

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
        if (string.IsNullOrWhiteSpace(json))
            throw Refused.Invalid("calendar.empty", "", "日历文件是空的，现行日历不变。请选择正确的文件。", "The calendar file is empty; the calendar in force stays. Choose the right file.");
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Read(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // The reader's word for half a character, written as an escape: the text is JSON, and no text.
            throw Refused.Invalid("calendar.unreadable", "", "日历文件含有残缺字符，请检查后重试。", "The calendar file holds a broken character; check it and try again.");
        }
        catch (JsonException error)
        {
            throw Refused.Invalid(
                "calendar.unreadable", "",
                $"日历文件不是有效的 JSON（第 {error.LineNumber + 1} 行附近），请检查后重试。", $"The calendar file is not valid JSON (near line {error.LineNumber + 1}): {error.Message}");
        }
    }

    private static CalendarFile Read(JsonElement root)
    {
        var check = new Check();
        var isObject = root.ValueKind == JsonValueKind.Object;
        var source = isObject ? Words(root, "source").Trim() : "";
        check.Text(source, "source", "日历来源（放假通知文号）", "The source of the calendar (the number of the notice)", LongestSource);
        List<CalendarYear> read = [];
        if (isObject && root.TryGetProperty("year", out var one))
            read.Add(ReadOne(root, one.ValueKind == JsonValueKind.String ? one.GetString()! : one.GetRawText(), check));
        else if (isObject && root.TryGetProperty("years", out var years) && years.ValueKind == JsonValueKind.Object && years.EnumerateObject().Any())
            read.AddRange(years.EnumerateObject().Select(y => ReadYear(y, check)).ToList());
        else
            check.Add("calendar.noYears", "years", "日历文件中没有年份（years），现行日历不变。请检查文件。", "The calendar file holds no years; the calendar in force stays. Check the file.");
        check.Done();
        return new(source, read);
    }

    /// <summary>A year of the file that ships, or of one like it.</summary>
    private static CalendarYear ReadYear(JsonProperty entry, Check all)
    {
        var field = $"years.{entry.Name}";
        if (!TryYear(entry.Name, field, all, out var year)) return new(0, []);
        var check = new Check();
        var seen = new Dictionary<DateOnly, CalendarException>();
        ReadList(entry.Value, year, "offDays", isWorking: false, seen, check);
        ReadList(entry.Value, year, "makeupWorkdays", isWorking: true, seen, check);
        if (!check.Failed) CheckCounts(entry.Value, year, seen.Values, field, check);
        CheckWhole(year, seen, field, check);
        return Take(year, seen, check, all);
    }

    /// <summary>The one year of a short file.</summary>
    private static CalendarYear ReadOne(JsonElement root, string written, Check all)
    {
        if (!TryYear(written, "year", all, out var year)) return new(0, []);
        var check = new Check();
        var seen = new Dictionary<DateOnly, CalendarException>();
        if (!root.TryGetProperty("days", out var days) || days.ValueKind != JsonValueKind.Array)
        {
            check.Add("calendar.noList", "days", $"{year} 年缺少 days 列表。请列出放假和调休上班的日期。", $"The year {year} has no list days; list the days off and the make-up days.");
        }
        else
        {
            var index = 0;
            foreach (var entry in days.EnumerateArray())
            {
                var field = $"days[{index++}]";
                if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("working", out var working) || working.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                    check.Add("calendar.workingMissing", field + ".working", $"第 {index} 项没有写明 working：true 为上班，false 为放假。", $"Entry {index} does not say working: true for worked, false for off.");
                else
                    ReadDay(entry, year, field, "day", "nameZh", working.GetBoolean(), seen, check);
            }
        }

        CheckWhole(year, seen, "days", check);
        return Take(year, seen, check, all);
    }

    private static CalendarYear Take(int year, Dictionary<DateOnly, CalendarException> seen, Check check, Check all)
    {
        all.Add(check);
        return new(year, [.. seen.Values.OrderBy(e => e.Day)]);
    }

    private static bool TryYear(string written, string field, Check check, out int year)
    {
        if (int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out year) && year is >= WorkingDays.FirstYear and <= WorkingDays.LastYear) return true;
        check.Add("calendar.wrongYear", field, $"「{written}」不是 {WorkingDays.FirstYear}–{WorkingDays.LastYear} 之间的年份，请更正。", $"“{written}” is not a year from {WorkingDays.FirstYear} to {WorkingDays.LastYear}; correct it.");
        return false;
    }

    /// <summary>A year without its holidays is a file that was cut short: no month that has one may be missing.</summary>
    private static void CheckWhole(int year, Dictionary<DateOnly, CalendarException> seen, string field, Check check)
    {
        if (!seen.Values.Any(e => !e.IsWorking))
        {
            check.Add("calendar.emptyYear", field, $"{year} 年没有任何放假日期，不能作为已发布的日历。请补全。", $"The year {year} has no day off: that is no published calendar. Complete it.");
            return;
        }

        // A day that could not be read may be the one that seems missing.
        if (check.Problems.Any(p => p.Code is "calendar.wrongDate" or "calendar.noList" or "calendar.workingMissing")) return;
        var missing = StatutoryHolidays.Of(year).Where(h => !seen.TryGetValue(h.Day, out var listed) || listed.IsWorking).ToList();
        if (missing.Count == 0) return;
        check.Add("calendar.holidayMissing", field,
            $"{year} 年没有列全法定节日，缺 {string.Join("、", missing.Select(h => $"{h.Name.Zh}（{Web.Words.Day(h.Day)}）"))}。文件可能不完整，请补上这些月份的放假日期。",
            $"The statutory holidays of {year} are not all listed as off; missing: {string.Join(", ", missing.Select(h => $"{h.Name.En} ({Web.Words.Day(h.Day)})"))}. The file may be cut short: add the days off of these months.");
    }

    private static void CheckCounts(JsonElement entry, int year, IEnumerable<CalendarException> exceptions, string field, Check check)
    {
        var days = new WorkingDays(0, [year], exceptions);
        if (entry.TryGetProperty("workdayCount", out var count) && count.TryGetWhole(out var told))
        {
            var counted = days.Count(new DateOnly(year, 1, 1).AddDays(-1), new DateOnly(year, MonthsOfYear, 31)).Days;
            check.That(counted == told, "calendar.countDiffers", $"{field}.workdayCount", $"{year} 年按所列日期有 {counted} 个工作日，文件写的是 {told}。请核对。", $"By its days the year {year} has {counted} working days; the file says {told}. Check which is right.");
        }

        if (!entry.TryGetProperty("workdaysByMonth", out var months)) return;
        var list = months.ValueKind == JsonValueKind.Array ? months.EnumerateArray().ToList() : [];
        if (list.Count != MonthsOfYear)
        {
            check.Add("calendar.monthMissing", $"{field}.workdaysByMonth", $"{year} 年的 workdaysByMonth 有 {list.Count} 个月，应为 12 个。文件可能不完整，请补全。", $"workdaysByMonth of {year} has {list.Count} months instead of 12. The file may be cut short: complete it.");
            return;
        }

        for (var month = 1; month <= MonthsOfYear; month++)
        {
            var counted = days.WorkingDaysOf(year, month);
            var right = list[month - 1].TryGetWhole(out var said) && said == counted;
            check.That(right, "calendar.monthDiffers", $"{field}.workdaysByMonth[{month - 1}]",
                $"{year} 年 {month} 月按所列日期有 {counted} 个工作日，文件写的是 {list[month - 1].GetRawText()}。请核对。",
                $"By its days {year}-{month:00} has {counted} working days; the file says {list[month - 1].GetRawText()}. Check which is right.");
        }
    }

    private static void ReadList(JsonElement year, int number, string list, bool isWorking, Dictionary<DateOnly, CalendarException> seen, Check check)
    {
        var path = $"years.{number}.{list}";
        if (year.ValueKind != JsonValueKind.Object || !year.TryGetProperty(list, out var days) || days.ValueKind != JsonValueKind.Array)
        {
            check.Add("calendar.noList", path, $"{number} 年缺少 {list} 列表。请补上（没有则写 []）。", $"The year {number} has no list {list}; add it ([] where there is none).");
            return;
        }

        var index = 0;
        foreach (var entry in days.EnumerateArray()) ReadDay(entry, number, $"{path}[{index++}]", "date", "name", isWorking, seen, check);
    }

    private static void ReadDay(JsonElement entry, int year, string field, string date, string name, bool isWorking, Dictionary<DateOnly, CalendarException> seen, Check check)
    {
        var written = entry.ValueKind == JsonValueKind.Object ? Words(entry, date) : "";
        if (!Given.TryDay(written, out var day))
        {
            check.Add("calendar.wrongDate", field, $"「{written}」不是有效日期，应为 年-月-日，如 2026-10-01。", $"“{written}” is not a date; write yyyy-MM-dd, such as 2026-10-01.");
            return;
        }

        var text = new Text(Words(entry, name).Trim(), Words(entry, "nameEn").Trim());
        check.That(day.Year == year, "calendar.otherYear", field, $"{written} 不属于 {year} 年，请移到它的年份或删除。", $"{written} does not lie in {year}; move it to its year or remove it.")
            .That(!isWorking || day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday, "calendar.makeupOnWeekday", field, $"{written} 本来就是星期一至星期五，不能列为调休上班，请删除。", $"{written} is a Monday to Friday already and cannot be a make-up day; remove it.")
            .Text(text.Zh, $"{field}.{name}", $"{written} 的中文名称", $"The Chinese name of {written}", LongestName)
            .Text(text.En, field + ".nameEn", $"{written} 的英文名称", $"The English name of {written}", LongestName);
        if (!seen.TryAdd(day, new(day, isWorking, text)))
            check.Add("calendar.listedTwice", field, $"{written} 列了两次，请删除一处。", $"{written} is listed twice; remove one.");
    }

    private static string Words(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

internal static class JsonNumbers
{
    /// <summary>False, instead of an exception, where it is no number.</summary>
    public static bool TryGetWhole(this JsonElement element, out int value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out value);
    }
}
