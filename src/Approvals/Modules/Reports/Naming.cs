using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.Reports;

/// <summary>What the keys of the cuts are called.</summary>
internal sealed class Naming(CatalogueInForce catalogue, Db db)
{
    private const string AllWindows = "SELECT id, name FROM access_public_window";

    private Dictionary<string, string> windows = [];

    /// <summary>Reads what windows are called now, of which there are few; without it they have their ids.</summary>
    public async Task ReadWindows(CancellationToken ct) => windows = (await db.Query<Window>(AllWindows, null, ct)).ToDictionary(w => Place.WindowOf(w.Id), w => w.Name);

    public static Text Cut(string cut) => cut switch
    {
        Cuts.Department => new("部门", "Department"),
        Cuts.Item => new("事项", "Item"),
        Cuts.Window => new("窗口", "Window"),
        Cuts.Clerk => new("经办人", "Case handler"),
        Cuts.Process => new("流程版本", "Process version"),
        Cuts.Project => new("项目", "Project"),
        Cuts.Pause => new("暂停事由", "Kind of pause"),
        Cuts.Approver => new("暂停批准人", "Approver of the pause"),
        Cuts.Limit => new("时限", "Limit"),
        _ => new("全区", "The zone"),
    };

    /// <remarks>What is about a whole application or a parcel, such as an order on the window's answer.</remarks>
    private static readonly Text NoItem = new("不属于单个事项", "No single item");

    public Text Department(string code) => code.Length == 0 ? new("综合窗口", "The window") : catalogue.Current.Department(code)?.Name ?? new(code, code);

    public Text Item(string code) => code.Length == 0 ? NoItem : catalogue.Current.Items.Where(i => i.Code == code).MaxBy(i => i.Version) is { } item ? new($"{code} {item.Name.Zh}", $"{code} {item.Name.En}") : new(code, code);

    /// <summary>Whose an item has been in all its versions; empty where it went from one to another.</summary>
    public string DepartmentOfItem(string code) => catalogue.Current.Items.Where(i => i.Code == code).Select(i => i.Department).Distinct().ToList() is [var only] ? only : "";

    public Text Key(string cut, string key)
    {
        switch (cut)
        {
            case Cuts.Department:
                return Department(key);
            case Cuts.Item:
                return Item(key);
            case Cuts.Limit when key.LastIndexOf('/') is > 0 and var slash:
                return new($"{Item(key[..slash]).Zh}，时限 {key[(slash + 1)..]} 个工作日", $"{Item(key[..slash]).En}, a limit of {key[(slash + 1)..]} working days");
            case Cuts.Process when key == "0":
                return new("不属于流程", "No process");
            case Cuts.Process:
                return long.TryParse(key, CultureInfo.InvariantCulture, out var id) && catalogue.Current.Process(id) is { } process
                    ? new($"{process.Name.Zh}（第 {process.Version} 版）", $"{process.Name.En} (version {process.Version})") : new(key, key);
            case Cuts.Window when key.Length > 0:
                return windows.GetValueOrDefault(key) is { } name ? new(name, name) : new(key, key);
            case Cuts.Clerk when key.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash:
                return Person(key[(slash + 1)..], key[..slash]);
            case Cuts.Clerk or Cuts.Window:
                return cut == Cuts.Clerk ? new("未经办", "Nobody yet") : new("不分窗口", "No window of its own");
            case Cuts.Pause:
                return PauseKinds.Find(key)?.Name ?? (key == "special" ? new("特别程序（日志）", "Special procedure (from the log)") : new(key, key));
            case Cuts.Approver when key.Length == 0:
                return new("未记录", "Not recorded");
            default:
                return new(key, key);
        }
    }

    private sealed record Window
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
    }

    /// <summary>The name behind the id, with the department.</summary>
    private Text Person(string idAndName, string department)
    {
        var name = idAndName[(idAndName.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        // What was brought from elsewhere has the department in the place of a name.
        if (name == department) return Department(department);
        return new($"{name}（{Department(department).Zh}）", $"{name} ({Department(department).En})");
    }
}
