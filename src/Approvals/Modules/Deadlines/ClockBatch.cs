using System.Text.Encodings.Web;
using System.Text.Json;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.Deadlines;

/// <summary>
/// The clocks of a whole file: a case in JSON a line, an answer a line. A bad line does not stop the others: its answer
/// says what is wrong, and so does the error stream, with the number of the line.
/// </summary>
internal static class ClockBatch
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <returns>How many lines were bad.</returns>
    public static int Run(WorkingDays calendar, TextReader input, TextWriter output, TextWriter errors)
    {
        var (line, bad) = (0, 0);
        while (input.ReadLine() is { } row)
        {
            line++;
            if (string.IsNullOrWhiteSpace(row)) continue;
            var id = "null";
            try
            {
                using var document = JsonDocument.Parse(row, Options);
                var (clock, asOf) = Read(document.RootElement, ref id, out var check).Read(calendar, check);
                output.Write(Answer(id, clock, asOf, calendar));
            }
            catch (Exception error) when (error is Refused or JsonException or InvalidOperationException)
            {
                bad++;
                var wrong = error is Refused refused
                    ? string.Join(' ', refused.Problems.Select(p => $"{p.Field}: {p.Message.Zh} {p.Message.En}"))
                    : $"该行不是有效的 JSON，请更正。 The line is not valid JSON; correct it: {error.Message}";
                errors.WriteLine($"第 {line} 行 line {line}: {wrong}");
                output.Write($"{{\"id\":{id},\"error\":\"{JsonEncodedText.Encode(wrong, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"}}\n");
            }
        }

        output.Flush();
        return bad;
    }

    private static string Answer(string id, Clock clock, DateOnly asOf, WorkingDays calendar)
    {
        var used = clock.UsedBy(calendar, asOf);
        var due = clock.Due is { } known ? $"\"{Words.Day(known.Date)}\"" : "null";
        var provisional = used.IsProvisional || clock.Due?.IsProvisional == true ? ",\"provisional\":true" : "";
        return $"{{\"id\":{id},\"due\":{due},\"used\":{used.Days},\"left\":{clock.Left(calendar, asOf)},\"light\":\"{Name(clock.Light(asOf))}\"{provisional}}}\n";
    }

    private static string Name(Light light) => light switch
    {
        Light.Red => "red",
        Light.Yellow => "yellow",
        Light.Paused => "paused",
        _ => "green",
    };

    private static ClockCase Read(JsonElement row, ref string id, out Check check)
    {
        var wrong = check = new Check();
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw Refused.Invalid("clock.noCase", "line", "该行应为一个 JSON 对象 {…}，请更正。", "The line must be one JSON object {…}; correct it.");
        }

        if (Field(row, "id") is { ValueKind: JsonValueKind.Number or JsonValueKind.String } given) id = given.GetRawText();
        else wrong.Add("clock.id", "id", "id 应为数字或文字，请填写。", "The id must be a number or a string; give one.");
        var limit = Field(row, "limit") is { } days ? Whole(days, "limit") : Missing("limit", "20");
        if (Field(row, "unit") is null) Missing("unit", "wd");
        return new(
            Written(row, "accepted"),
            new Limit(limit, Written(row, "unit") ?? ""),
            [.. List("extensions").Select((e, i) => Whole(e, $"extensions[{i}]"))],
            [.. List("pauses").Select((p, i) => Pause(p, $"pauses[{i}]"))],
            Written(row, "asOf"));

        int Missing(string field, string example)
        {
            wrong.Add("field.required", field, $"缺少 {field}，请填写，如 {example}。", $"{field} is missing; give it, such as {example}.");
            return 0;
        }

        int Whole(JsonElement value, string field)
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)) return number;
            wrong.Add("clock.wrongNumber", field, $"{field} 应为整数天数，请更正。", $"{field} must be a whole number of days; correct it.");
            return 0;
        }

        string? Written(JsonElement of, string name, string inside = "")
        {
            if (Field(of, name) is not { } value) return null;
            if (value.ValueKind == JsonValueKind.String) return value.GetString();
            wrong.Add("clock.wrongText", inside + name, $"{inside}{name} 应为带引号的文字，请更正。", $"{inside}{name} must be a text in quotes; correct it.");
            return null;
        }

        (string? From, string? To) Pause(JsonElement value, string field)
        {
            if (value.ValueKind == JsonValueKind.Object) return (Written(value, "from", field + "."), Written(value, "to", field + "."));
            wrong.Add("clock.wrongPause", field, $"{field} 应为 {{\"from\":…,\"to\":…}}，请更正。", $"{field} must be {{\"from\":…,\"to\":…}}; correct it.");
            return (null, null);
        }

        IEnumerable<JsonElement> List(string name)
        {
            if (Field(row, name) is not { } value) return [];
            if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray();
            wrong.Add("clock.wrongList", name, $"{name} 应为列表 […]，请更正。", $"{name} must be a list […]; correct it.");
            return [];
        }
    }

    /// <summary>Null where it is missing or null.</summary>
    private static JsonElement? Field(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
