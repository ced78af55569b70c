using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Approvals.Modules.Calendar;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Projects;
using Approvals.Tests.Projects;
using Approvals.Web;
using CsCheck;

namespace Approvals.Tests.Doors;

/// <summary>
/// Each reader of what comes from outside, on proper inputs that were damaged: it reads it or says what is wrong, and never
/// fails otherwise. None of them has a database to write to.
/// </summary>
/// <remarks>A few thousand inputs each; <c>APPROVALS_FUZZ=1000000 dotnet test --filter FullyQualifiedName~FuzzTests</c> sends a million.</remarks>
internal sealed class FuzzTests
{
    private static readonly long Inputs = long.TryParse(Environment.GetEnvironmentVariable("APPROVALS_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 3_000;

    private static readonly string[] Tokens =
    [
        "null", "true", "-1", "0", "1e999", "99999999999999999999", "\"\"", "[]", "{}", "[null]", "{\"a\":1}", "\"2026-02-30\"", "\"0001-01-01\"", "\"9999-12-31\"", "2026-02-29", "\\ud800", "\\u0000", "\u0000", "\uFEFF",
        "\"", ",", ":", "}", "]", "\r\n", "\r", "\u2028", "长", "😀", "..", "1900", "2100", "10000", "wd", "cd", "months", "agreed-day",
        "<c>", "</c>", "<!--", "&lt;", "&#0;", "A1:XFD1048576", "r=\"-1\"", "t=\"s\"", ",,", "\t", "79228162514264337593543950335",
    ];

    private const string OneYear = """{"year":2027,"source":"国办发明电〔2026〕1号","days":[{"day":"2027-01-01","working":false,"nameZh":"元旦","nameEn":"New Year's Day"},{"day":"2027-01-03","working":true,"nameZh":"元旦","nameEn":"New Year's Day"}]}""";
    private const string Years = """{"source":"x","years":{"2027":{"offDays":[{"date":"2027-01-01","name":"元旦","nameEn":"New Year's Day"}],"makeupWorkdays":[],"workdayCount":250,"workdaysByMonth":[20,17,23,22,20,21,22,22,22,16,22,23]}}}""";
    private const string Cases = """{"id":1,"accepted":"2024-02-05","limit":20,"unit":"wd","extensions":[10],"pauses":[{"from":"2024-02-07","to":"2024-02-20"},{"from":"2024-03-01"}],"asOf":"2024-03-15"}""";

    [Test]
    public void The_calendar_file_is_read_or_refused() => Fuzz([OneYear, Years], text => CalendarFile.Read(text));

    [Test]
    public void The_catalogue_file_is_read_or_refused() => Fuzz([Small()], text => CatalogueFile.Parse(text));

    [Test]
    public void A_line_of_the_file_of_cases_is_answered_or_told()
    {
        var calendar = CalendarFile.ShippedDays();
        Fuzz([Cases + "\n" + Cases.Replace("wd", "cd")], text =>
        {
            using var output = new StringWriter();
            ClockBatch.Run(calendar, new StringReader(text), output, TextWriter.Null);
            // Every line has its answer, and each is JSON, whatever came in.
            foreach (var line in output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)) JsonDocument.Parse(line).Dispose();
        });
    }

    [Test]
    public void A_row_of_the_file_of_starts_is_answered_or_told()
    {
        var calendar = CalendarFile.ShippedDays();
        Fuzz(["start,working_days\n2026-03-02,20\n\"2026-09-30\", 5\n2026-01-01,0\n"], text =>
        {
            try
            {
                DueBatch.Run(calendar, new StringReader(text), TextWriter.Null, TextWriter.Null);
            }
            catch (InvalidOperationException refused) when (refused.Message.Contains("start,working_days", StringComparison.Ordinal))
            {
                // the first line is not the header: the command line tells it
            }
        });
    }

    [Test]
    public void A_project_code_is_right_or_wrong() => Fuzz(["2601-510300-04-01-900001", "2601-510300-04-01-９００００１"], text => ProjectCode.Wrong(ProjectCode.Tidy(text), "code"));

    [Test]
    public void A_credit_code_is_right_or_wrong() => Fuzz(["91510300MA0000001Y", "91510300ＭＡ0000001Y"], text => CreditCode.Wrong(CreditCode.Tidy(text), "creditCode"));

    [Test]
    public void The_lines_of_an_import_of_investment_are_read_or_told() =>
        Fuzz(["项目代码,月份,计划,完成\n2601-510300-04-01-900001,2026-02,12.5,3\n", "2601-510300-04-01-900002\t2026年3月\t1\t\n2601-510300-04-01-900002\t2026/2\t\t0.01"], text =>
        {
            var check = new Web.Check();
            ImportInvestment.Parse(check, text, MoneyUnit.Wan, new DateOnly(2026, 3, 2));
            check.Done();
        });

    /// <summary>The inside of the workbook, packed anew each time: what damages a package is in <c>ImportPlanTests</c>.</summary>
    [Test]
    public void A_workbook_of_a_plan_is_read_or_refused()
    {
        const char Next = '\f';
        var planned = new Dictionary<(int, string), DateOnly?> { [(0, "Signed")] = new(2026, 5, 1) };
        Fuzz([string.Join(Next, PlanBook.Parts.Select(p => p.Xml))], text =>
        {
            var parts = text.Split(Next);
            ImportPlan.Compare(PlanSheet.Read(PlanBook.Zip([.. PlanBook.Parts.Take(parts.Length).Select((p, i) => (p.Name, parts[i]))], CompressionLevel.NoCompression)), 1, planned);
        });
    }

    /// <summary>The body of every operation, read as the API reads it: what cannot be read is a <see cref="JsonException"/>, which it answers with 400.</summary>
    [Test]
    public async Task A_body_of_the_api_is_read_or_refused()
    {
        await using var app = await App.Start();
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Site.ConfigureJson(json);
        var types = app.Doors.SelectMany(e => e.Metadata.OfType<MethodInfo>())
            .SelectMany(m => m.GetParameters()).Select(p => p.ParameterType).Where(t => t.Name is "Command" or "Query" or "Receipt" or "Body").Distinct().ToList();
        var bodies = types.Select(t => (Type: t, Body: Example(t))).ToList();
        Assert.That(bodies, Has.Count.GreaterThan(30));
        foreach (var (type, body) in bodies)
        {
            Fuzz([body], text =>
            {
                try
                {
                    JsonSerializer.Deserialize(text, type, json);
                }
                catch (JsonException)
                {
                    // told as body.unreadable, with the place
                }
            }, Inputs / bodies.Count + 1);
        }
    }

    private static void Fuzz(string[] seeds, Action<string> read, long? inputs = null)
    {
        var edit = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 10_000], Gen.Int[0, 40], Gen.Int[0, Tokens.Length - 1], Gen.Char);
        var damaged = Gen.Select(Gen.Int[0, seeds.Length - 1], edit.Array[0, 6], (seed, edits) => edits.Aggregate(seeds[seed], Damage));
        var any = Gen.Int[0, Tokens.Length - 1].Array[0, 12].Select(parts => string.Concat(parts.Select(p => Tokens[p])));
        Gen.Frequency((9, damaged), (1, any)).Sample(
            text =>
            {
                // As it comes from a file or a request: decoded, so that half a character has become a mark of doubt.
                var decoded = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
                try
                {
                    read(decoded);
                }
                catch (Refused)
                {
                    // told, with the field and both languages
                }
            },
            iter: inputs ?? Inputs);
    }

    private static string Damage(string text, (int How, int Where, int Length, int Token, char Character) edit)
    {
        var at = text.Length == 0 ? 0 : edit.Where % (text.Length + 1);
        var length = Math.Min(edit.Length, text.Length - at);
        return edit.How switch
        {
            0 => text[..at],
            1 => text.Remove(at, length),
            2 => text.Insert(at, text.Substring(at, length)),
            3 => text.Insert(at, Tokens[edit.Token]),
            4 => text.Remove(at, length).Insert(at, Tokens[edit.Token]),
            5 => text.Remove(at, Math.Min(1, length)).Insert(at, edit.Character.ToString()),
            6 => Value(text, at, Tokens[edit.Token]),
            _ => string.Concat(text.AsSpan(0, at), text.AsSpan(at + length), text.AsSpan(at, length)),
        };
    }

    /// <summary>The value after the next colon, replaced whole: the text stays JSON, and something else stands where it should not.</summary>
    private static string Value(string text, int from, string token)
    {
        var colon = text.IndexOf(':', Math.Min(from, Math.Max(0, text.Length - 1)));
        if (colon < 0) return text;
        var end = text.IndexOfAny([',', '}', ']'], colon);
        return end < 0 ? text : text[..(colon + 1)] + token + text[end..];
    }

    /// <summary>One item and one process of the shipped catalogue: every kind of entry, in a size that a million can be read of.</summary>
    private static string Small()
    {
        using var stream = typeof(CatalogueFile).Assembly.GetManifestResourceStream("data.catalogue.json")!;
        var whole = System.Text.Json.Nodes.JsonNode.Parse(stream)!.AsObject();
        foreach (var (name, value) in whole.ToList())
        {
            if (value is not System.Text.Json.Nodes.JsonArray list) continue;
            while (list.Count > 1) list.RemoveAt(list.Count - 1);
            if (name == "processes") foreach (var inner in list[0]!.AsObject().Select(p => p.Value).OfType<System.Text.Json.Nodes.JsonArray>()) while (inner.Count > 1) inner.RemoveAt(inner.Count - 1);
        }

        return whole.ToJsonString();
    }

    private static string Example(Type type)
    {
        static string Of(Type t, int deep) => Nullable.GetUnderlyingType(t) is { } inner ? Of(inner, deep)
            : t == typeof(string) ? "\"示例\""
            : t == typeof(bool) ? "true"
            : t == typeof(DateOnly) ? "\"2026-03-02\""
            : t == typeof(DateTime) ? "\"2026-03-02T08:30:00Z\""
            : t.IsEnum ? $"\"{JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(t)[0])}\""
            : t.IsPrimitive || t == typeof(decimal) ? "5"
            : t.IsGenericType ? deep == 0 ? "[]" : $"[{Of(t.GetGenericArguments()[0], deep - 1)}]"
            : deep == 0 ? "null"
            : "{" + string.Join(',', t.GetProperties().Where(p => p.CanWrite).Select(p => $"\"{JsonNamingPolicy.CamelCase.ConvertName(p.Name)}\":{Of(p.PropertyType, deep - 1)}")) + "}";
        return Of(type, 3);
    }
}
