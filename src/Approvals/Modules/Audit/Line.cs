using System.Text.Json;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Audit;

/// <summary>A record as people read it.</summary>
internal static class Line
{
    public static Text Roles(string roles)
    {
        var names = roles.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(r => Enum.TryParse<Role>(r, out var role) ? Permissions.Name(role) : new(r, r)).ToList();
        return new(string.Join('、', names.Select(n => n.Zh)), string.Join(", ", names.Select(n => n.En)));
    }

    public static Text Name(string outcome) => outcome switch
    {
        "done" => new("已办", "Done"),
        "refused" => new("被拒：情况不允许", "Refused: not in this state"),
        "invalid" => new("被拒：填写有误", "Refused: wrong input"),
        "forbidden" => new("被拒：没有权限", "Refused: not allowed"),
        "failed" => new("系统出错", "The system failed"),
        _ => new(outcome, outcome),
    };

    public static Text NameOfSource(string source) => source switch
    {
        "page" => new("网页", "Page"),
        "token" => new("接口", "Interface"),
        "cli" => new("命令行", "Command line"),
        "job" => new("定时任务", "Job"),
        "start" => new("启动", "Start"),
        "approval" => new("经批准的提请", "Approved request"),
        _ => new("程序内", "Inside"),
    };

    /// <summary>The number of a subject, and the page that shows it.</summary>
    public static (string Number, string? Link) Subject(string subject)
    {
        var (kind, number) = subject.Split(':', 2) is [var k, var n] ? (k, n) : (subject, "");
        var link = Uri.EscapeDataString(number);
        return (number, kind switch
        {
            _ when number.Length == 0 => null,
            Messaging.Subject.Case => "/cases/" + link,
            Messaging.Subject.Application => "/applications/" + link,
            Messaging.Subject.Parcel => "/land/" + link,
            Messaging.Subject.Project => "/projects/" + link,
            Messaging.Subject.Order => "/orders/" + link,
            _ => null,
        });
    }

    /// <param name="names">The names of the logins for whom something was done.</param>
    /// <param name="withFiles">The reader sees the files that are named.</param>
    public static HistoryLine History(Record record, ZoneClock clock, IReadOnlyDictionary<string, string> names, bool withFiles) => new(
        record.RecordedAt == default ? null : clock.Local(record.RecordedAt),
        record.OccurredAt == record.RecordedAt ? null : clock.Local(record.OccurredAt),
        record.OnBehalfOf.Length == 0 ? record.UserName : Actor.Signed(record.UserName, names.GetValueOrDefault(record.OnBehalfOf, record.OnBehalfOf)),
        Roles(record.Roles),
        Commands.Name(record.Command),
        Subject(record.Subject).Number,
        withFiles || !Commands.NamesFiles(record.Command) ? Changes(record) : []);

    public static IReadOnlyList<HistoryChange> Changes(Record record) => record.Outcome == "done"
        ? Rows(record.Detail).ConvertAll(r => new HistoryChange(Words(r[0]), Words(r[1]), Words(r[2])))
        : [];

    public static IReadOnlyList<(string Code, Text Message)> Problems(Record record) => record.Outcome == "done"
        ? []
        : Rows(record.Detail).ConvertAll(r => (r[0].ToString(), new Text(r[2].ToString(), r[3].ToString())));

    /// <summary>What changed or why it was refused, in one text; as it is stored where it cannot be read.</summary>
    public static string Detail(Record record)
    {
        var lines = Changes(record).Select(c => $"{c.What}{Web.Words.T("：", ": ")}{(c.Before.Zh.Length > 0 ? $"{c.Before} → {c.After}" : c.After)}")
            .Concat(Problems(record).Select(p => p.Message.Zh.Length > 0 ? p.Message.ToString() : p.Code)).ToList();
        return lines.Count > 0 ? string.Join(Web.Words.T("；", "; "), lines) : record.Detail;
    }

    /// <summary>What was asked, value by value.</summary>
    public static IReadOnlyList<(string Name, string Value)> Said(Record record)
    {
        try
        {
            using var json = JsonDocument.Parse(record.Said);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? [.. json.RootElement.EnumerateObject().Select(p => (p.Name, p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.ToString()))]
                : [];
        }
        catch (JsonException)
        {
            return [("?", record.Said)]; // somebody has altered it; it is shown as it is
        }
    }

    private static List<JsonElement[]> Rows(string json)
    {
        if (json.Length == 0) return [];
        try
        {
            using var rows = JsonDocument.Parse(json);
            return [.. rows.RootElement.EnumerateArray().Select(r => r.EnumerateArray().Select(c => c.Clone()).ToArray()).Where(r => r.Length >= 3)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return []; // too long and cut, or altered; the export has it as it is
        }
    }

    private static Text Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => new("", ""),
        JsonValueKind.Array when value.GetArrayLength() == 2 => new(value[0].ToString(), value[1].ToString()),
        _ => new(value.ToString(), value.ToString()),
    };
}
