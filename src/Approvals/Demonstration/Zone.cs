using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using MediatR;

namespace Approvals.Demonstration;

/// <summary>The demonstration zone: it exists in Development only.</summary>
internal static class Zone
{
    public const string Password = "Demo-Zone-2026";

    /// <summary>Account and role; the accounts are named for what they do.</summary>
    public static readonly IReadOnlyList<(string Login, string Role)> Accounts =
    [
        ("clerk", "窗口人员 window clerk (clerk2: another at 1号窗口; clerk3 at 2号窗口)"),
        ("zrzy", "部门经办人 reviewer of a department (zfjs, sthj, …; heads: zrzy-head, …)"),
        ("agent", "代办员 agent"),
        ("manager", "项目经理 project manager"),
        ("supervisor", "中心督办 supervisor (supervisor2: another, who approves the calendar)"),
        ("leader", "园区领导 zone leader"),
        ("auditor", "审计员 auditor"),
        ("admin", "系统管理员 system administrator: jobs, channels"),
        ("security", "安全管理员 security administrator: accounts, roles"),
        ("audit-admin", "审计管理员 audit administrator: the record"),
    ];

    private static readonly IReadOnlyList<(string Window, IReadOnlyList<string> Logins)> Windows = [("1号窗口", ["clerk", "clerk2"]), ("2号窗口", ["clerk3"])];

    public static async Task LoadDemonstration(this IServiceProvider services, CancellationToken ct)
    {
        if (!services.GetRequiredService<IHostEnvironment>().IsDevelopment()) return;
        await using var scope = services.CreateAsyncScope();
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        actor.BecomeSystem();
        actor.ComesFrom("start", "demonstration");
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var today = services.GetRequiredService<ZoneClock>().Today;
        await mediator.Send(new AddDemonstrationAccounts.Command([.. People(services.GetRequiredService<CatalogueInForce>().Current, today)], Password), ct);
        if ((await mediator.Send(new ManageWindows.Query(), ct)).Windows.Count > 0) return;
        foreach (var (window, logins) in Windows)
        {
            var opened = await mediator.Send(new ManageWindows.Open(window), ct);
            foreach (var login in logins) await mediator.Send(new SeatUser.Command(opened.Id, login), ct);
        }
    }

    /// <summary>The projects of the zone. They take half a second the first time, so the site is up before.</summary>
    public static Task TellStories(this IServiceProvider services, CancellationToken ct = default) =>
        services.GetRequiredService<IHostEnvironment>().IsDevelopment() ? Stories.Tell(services, ct) : Task.CompletedTask;

    /// <summary>One or two of each role, and of each department that has an item in a process, somebody who handles and somebody who heads.</summary>
    private static IEnumerable<AddDemonstrationAccounts.Person> People(CatalogueSnapshot catalogue, DateOnly today)
    {
        yield return new("clerk", "窗口人员（示例）", null, Role.WindowClerk);
        yield return new("clerk2", "窗口人员二（示例）", null, Role.WindowClerk);
        yield return new("clerk3", "窗口人员三（示例）", null, Role.WindowClerk);
        yield return new("agent", "代办员（示例）", null, Role.Agent);
        yield return new("manager", "项目经理（示例）", null, Role.ProjectManager);
        yield return new("supervisor", "中心督办（示例）", null, Role.Supervisor);
        yield return new("supervisor2", "中心督办二（示例）", null, Role.Supervisor);
        yield return new("leader", "园区领导（示例）", null, Role.ZoneLeader);
        yield return new("auditor", "审计员（示例）", null, Role.Auditor);
        yield return new("admin", "系统管理员（示例）", null, Role.SystemAdministrator);
        yield return new("security", "安全管理员（示例）", null, Role.SecurityAdministrator);
        yield return new("audit-admin", "审计管理员（示例）", null, Role.AuditAdministrator);
        foreach (var code in Departments(catalogue, today))
        {
            var name = catalogue.Department(code)?.Name.Zh ?? code;
            yield return new(code.ToLowerInvariant(), $"{name}经办人（示例）", code, Role.Reviewer);
            yield return new(code.ToLowerInvariant() + "-head", $"{name}负责人（示例）", code, Role.DepartmentHead);
        }
    }

    /// <summary>Those that have an item in a process or a step of the land.</summary>
    private static IEnumerable<string> Departments(CatalogueSnapshot catalogue, DateOnly today) => catalogue.InForce(today).SelectMany(p => p.Items).Select(i => i.Item.Department)
        .Concat(catalogue.LandSteps.Select(s => s.Who).Where(who => catalogue.Department(who) is not null)).Distinct().Order();
}
