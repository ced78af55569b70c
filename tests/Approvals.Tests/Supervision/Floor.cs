using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Tests.Deadlines;
using MediatR;

namespace Approvals.Tests.Supervision;

/// <summary>The people of the ladder, the scan, and what they were told.</summary>
internal static class Floor
{
    public const string Password = "long enough 2026";

    private static readonly (string Login, string? Department, Role Role)[] Everyone =
    [
        ("zrzy", "ZRZY", Role.Reviewer), ("zrzy-head", "ZRZY", Role.DepartmentHead), ("sthj", "STHJ", Role.Reviewer), ("sthj-head", "STHJ", Role.DepartmentHead),
        ("clerk", null, Role.WindowClerk), ("supervisor", null, Role.Supervisor), ("leader", null, Role.ZoneLeader), ("auditor", null, Role.Auditor),
    ];

    /// <summary>One account for each step of the ladder, and two departments.</summary>
    public static async Task<App> Start(string now)
    {
        var app = await App.Start(now);
        foreach (var (login, department, role) in Everyone) await app.Send(new AddUser.Command(login, login, department, [role], Password));
        return app;
    }

    public static async Task Scan(this App app, string? at = null)
    {
        if (at is not null) app.SetTime(at);
        while ((await app.Send(new RaiseAlerts.Command())).More)
        {
        }
    }

    /// <summary>Who was told, by level: <c>red zrzy-head</c>; each as often as it was told, in order.</summary>
    public static async Task<string[]> Told(this App app) =>
        [.. (await app.Rows<Message>("SELECT u.login, m.level FROM messages_message m JOIN access_user u ON u.id = m.user_id ORDER BY m.id, u.login")).Select(m => $"{m.Level} {m.Login}")];

    /// <summary>What was told since: the messages before are put away.</summary>
    public static Task Forget(this App app) => app.Change("DELETE FROM messages_message");

    /// <summary>News of another module, told inside its command.</summary>
    public static async Task Publish(this App app, INotification news)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await scope.ServiceProvider.GetRequiredService<Db>().Transact(
            async () =>
            {
                await mediator.Publish(news);
                return true;
            },
            default);
    }

    public static Task<IReadOnlyList<Order>> Orders(this App app) => app.Rows<Order>(
        "SELECT number, subject_kind, label, limit_rule, due_on, answer_due_on, escalated_at, answered_at, finished_at, finished_how FROM supervision_order ORDER BY id");

    public static async Task<Order> Order(this App app) => (await app.Orders()).Single();

    private sealed record Message
    {
        public string Login { get; init; } = "";
        public string Level { get; init; } = "";
    }
}

internal sealed record Order
{
    public string Number { get; init; } = "";
    public string SubjectKind { get; init; } = "";
    public string Label { get; init; } = "";
    public string LimitRule { get; init; } = "";
    public DateOnly DueOn { get; init; }
    public DateOnly AnswerDueOn { get; init; }
    public DateTime? EscalatedAt { get; init; }
    public DateTime? AnsweredAt { get; init; }
    public DateTime? FinishedAt { get; init; }
    public string? FinishedHow { get; init; }
}
