using System.Reflection;
using Approvals.Modules.Access.Contract;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;

namespace Approvals.Web;

/// <summary>The main navigation: of its pages, those the reader may open. What a page needs is said on the page alone.</summary>
internal sealed class Menu(IActionDescriptorCollectionProvider actions, PageLoader loader)
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
        new("/alerts", new("预警", "Alerts")),
        new("/catalogue", new("目录", "Catalogue")),
        new("/calendar", new("日历", "Calendar")),
        new("/accounts", new("账号", "Accounts")),
    ];

    private IReadOnlyList<(Entry Entry, Act? Needs)>? known;

    public async Task<IEnumerable<Entry>> For(Actor actor)
    {
        if (actor.Login.Length == 0) return [];
        known ??= await Read();
        return known.Where(k => k.Needs is not { } act || actor.May(act)).Select(k => k.Entry);
    }

    private async Task<IReadOnlyList<(Entry, Act?)>> Read()
    {
        var pages = actions.ActionDescriptors.Items.OfType<PageActionDescriptor>().ToList();
        var found = new List<(Entry, Act?)>();
        foreach (var entry in Entries)
        {
            if (pages.FirstOrDefault(p => Leads(entry.Path.TrimStart('/'), p.AttributeRouteInfo?.Template)) is not { } page) continue;
            var compiled = await loader.LoadAsync(page, EndpointMetadataCollection.Empty);
            found.Add((entry, compiled.HandlerTypeInfo.GetCustomAttribute<NeedsAttribute>()?.Act));
        }

        return found;
    }

    private static bool Leads(string path, string? template) =>
        template == path || (path.Length > 0 && template?.StartsWith(path + "/{", StringComparison.Ordinal) == true && template.EndsWith("?}", StringComparison.Ordinal));
}
