using System.Reflection;
using Approvals.Modules.Access.Contract;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Razor.Hosting;

namespace Approvals.Web;

/// <summary>The main navigation: of its pages, those the reader may open. What a page needs is said on the page alone.</summary>
internal sealed class Menu(IActionDescriptorCollectionProvider actions)
{
    internal sealed record Entry(string Path, Text Name)
    {
        public bool Holds(PathString path) => Path == "/" ? path == "/" : path.StartsWithSegments(Path);
    }

    private static readonly Entry[] Entries =
    [
        new("/", new("工作台", "Desk")),
        new("/intake", new("收件", "Intake")),
        new("/applications", new("申请", "Applications")),
        new("/queue", new("部门待办", "Queue")),
        new("/cases", new("办理件", "Cases")),
        new("/land", new("土地交付", "Land")),
        new("/projects", new("项目", "Projects")),
        new("/portfolio", new("重点项目", "Portfolio")),
        new("/supervision", new("督办", "Supervision")),
        new("/reports/sla", new("报告", "Report")),
        new("/requests", new("复核", "Requests")),
        new("/messages", new("消息", "Messages")),
        new("/catalogue", new("目录", "Catalogue")),
        new("/calendar", new("日历", "Calendar")),
        new("/substitutions", new("替岗", "Substitutions")),
        new("/accounts", new("账号", "Accounts")),
        new("/windows", new("窗口", "Windows")),
        new("/audit", new("审计", "Audit")),
        new("/operations", new("运行", "Operations")),
    ];

    private static readonly Dictionary<string, Type> Compiled = typeof(Menu).Assembly.GetCustomAttributes<RazorCompiledItemAttribute>().ToDictionary(i => i.Identifier, i => i.Type);

    private readonly Lazy<IReadOnlyList<(Entry Entry, Act? Needs)>> known = new(() => Read(actions));

    public IEnumerable<Entry> For(Actor actor) => actor.Login.Length == 0
        ? []
        : known.Value.Where(k => k.Needs is not { } act || actor.May(act)).Select(k => k.Entry);

    /// <summary>The model of a page, on which its attributes stand.</summary>
    public static Type Model(PageActionDescriptor page) => Compiled[page.RelativePath].GetProperty("Model")!.PropertyType;

    private static IReadOnlyList<(Entry, Act?)> Read(IActionDescriptorCollectionProvider actions)
    {
        var pages = actions.ActionDescriptors.Items.OfType<PageActionDescriptor>().ToList();
        return
        [
            .. from entry in Entries
               let page = pages.FirstOrDefault(p => Leads(entry.Path.TrimStart('/'), p.AttributeRouteInfo?.Template))
               where page is not null
               select (entry, Model(page).GetCustomAttribute<NeedsAttribute>()?.Act),
        ];
    }

    private static bool Leads(string path, string? template) =>
        template == path || (path.Length > 0 && template?.StartsWith(path + "/{", StringComparison.Ordinal) == true && template.EndsWith("?}", StringComparison.Ordinal));
}
