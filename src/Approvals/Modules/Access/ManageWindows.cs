using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>The windows of the hall: opened, renamed and closed by whoever keeps the accounts, who sees of the work at them a number only.</summary>
internal static class ManageWindows
{
    private const int Longest = 20;

    [Needs(Act.ManageAccounts)]
    internal sealed record Query : IRequest<Result>;

    /// <param name="Unseated">Clerks at no window: they serve the whole hall.</param>
    internal sealed record Result(IReadOnlyList<Window> Windows, IReadOnlyList<Clerk> Unseated);

    /// <param name="Clerks">Who sits there, those with a closed account too.</param>
    /// <param name="Open">What is still open there, in numbers.</param>
    internal sealed record Window(long Id, string Name, IReadOnlyList<Clerk> Clerks, IReadOnlyList<Text> Open);

    internal sealed record Clerk
    {
        public string Login { get; init; } = "";
        public string Name { get; init; } = "";
        public bool IsActive { get; init; }
        public long? WindowId { get; init; }
    }

    /// <param name="Name">As it stands above the counter; no other open window has it.</param>
    [RecordAs("开设窗口", "Open a window", Subject.Window, "Name")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Open(string? Name) : ICommand<Opened>;

    internal sealed record Opened(long Id);

    [RecordAs("窗口改名", "Rename a window", Subject.Window, "")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Rename(string? Name, long Id = 0) : ICommand<Unit>;

    /// <summary>Nobody may sit there any more and nothing be open there. What was done there keeps its name.</summary>
    [RecordAs("关闭窗口", "Close a window", Subject.Window, "")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Close(long Id) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/windows", (IMediator mediator, CancellationToken ct) => mediator.Send(new Query(), ct))
            .Needs<Query>().WithTags("Access").WithSummary("The windows of the hall, and who sits at each");
        api.MapPost("/windows", (Open body, IMediator mediator, CancellationToken ct) => mediator.Send(body, ct))
            .Needs<Open>().WithTags("Access").WithSummary("Open a window");
        api.MapPost("/windows/{id}/name", async (long id, Rename body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body with { Id = id }, ct);
            return Results.NoContent();
        })
        .Needs<Rename>().WithTags("Access").WithSummary("Rename a window");
        api.MapPost("/windows/{id}/close", async (long id, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Close(id), ct);
            return Results.NoContent();
        })
        .Needs<Close>().WithTags("Access").WithSummary("Close a window at which nobody sits and nothing is open");
    }

    private sealed class Reading(Db db, IMediator mediator) : IRequestHandler<Query, Result>, IRequestHandler<OpenWindows, IReadOnlyList<WindowFacts>>
    {
        private const string AllOpen = "SELECT id, name FROM access_window WHERE closed_at IS NULL ORDER BY name, id";

        private const string Clerks = """
            SELECT u.login, u.name, u.is_active, u.window_id
              FROM access_user u
              JOIN access_user_role r ON r.user_id = u.id
             WHERE r.role = 'WindowClerk' AND (u.is_active = 1 OR u.window_id IS NOT NULL)
             ORDER BY u.login
            """;

        public Task<IReadOnlyList<WindowFacts>> Handle(OpenWindows query, CancellationToken ct) => db.Query<WindowFacts>(AllOpen, ct: ct);

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var clerks = (await db.Query<Clerk>(Clerks, ct: ct)).ToLookup(c => c.WindowId ?? 0);
            var windows = new List<Window>();
            foreach (var window in await Handle(new OpenWindows(), ct))
            {
                var open = new List<Text>();
                await mediator.Publish(new CountingAtWindow(window.Id, open), ct);
                windows.Add(new(window.Id, window.Name, [.. clerks[window.Id]], open));
            }

            return new(windows, [.. clerks[0]]);
        }
    }

    private sealed class Writing(Db db, Ids ids, TimeProvider time, IMediator mediator, Trail trail) : IRequestHandler<Open, Opened>, IRequestHandler<Rename, Unit>, IRequestHandler<Close, Unit>
    {
        private const string Insert = "INSERT INTO access_window (id, name, opened_at) VALUES (@id, @name, @now)";
        private const string Find = "SELECT id, name FROM access_window WHERE id = @Id AND closed_at IS NULL";
        private const string Seated = "SELECT COUNT(id) FROM access_user WHERE window_id = @Id";

        private const string Name = """
            UPDATE access_window
               SET name = @name
             WHERE id = @Id AND closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM access_window w WHERE w.name = @name AND w.closed_at IS NULL AND w.id <> @Id)
            """;

        private const string End = "UPDATE access_window SET closed_at = @now WHERE id = @Id AND closed_at IS NULL";

        public async Task<Opened> Handle(Open command, CancellationToken ct)
        {
            var (id, name) = (await ids.Next(), Read(command.Name));
            if (!await db.TryInsert(Insert, new { id, name, now = time.GetUtcNow().UtcDateTime }, ct)) throw Taken(name);
            trail.Changed<Text>(new("状态", "Status"), new("无", "None"), new("开放", "Open"));
            return new(id);
        }

        public async Task<Unit> Handle(Rename command, CancellationToken ct)
        {
            var name = Read(command.Name);
            var before = await db.Find<WindowFacts>(Find, new { command.Id }, ct) ?? throw NotThere();
            trail.On(Subject.Window, before.Name);
            if (!await db.TryInsert(Name, new { command.Id, name }, ct)) throw Taken(name); // or by another just now, which the index sees
            trail.Changed(new("名称", "Name"), before.Name, name);
            return Unit.Value;
        }

        /// <remarks>Closed first and counted then: who is seated and what is moved there meanwhile waits for this row, and finds it closed.</remarks>
        public async Task<Unit> Handle(Close command, CancellationToken ct)
        {
            var window = await db.Find<WindowFacts>(Find, new { command.Id }, ct) ?? throw NotThere();
            trail.On(Subject.Window, window.Name);
            var lines = new List<Text>();
            if (await db.Execute(End, new { command.Id, now = time.GetUtcNow().UtcDateTime }, ct) == 0) throw NotThere();
            if (await db.Find<int>(Seated, new { command.Id }, ct) is > 0 and var seated) lines.Add(new($"窗口人员 {seated} 名", $"{seated} {(seated == 1 ? "clerk" : "clerks")}"));
            await mediator.Publish(new CountingAtWindow(command.Id, lines), ct);
            if (lines.Count > 0)
            {
                throw Refused.Conflict("window.inUse",
                    $"{window.Name}还有：{string.Join("；", lines.Select(l => l.Zh))}。请先给人员改派窗口（账号页），未办完的申请由中心督办移交或转窗，然后再关闭。",
                    $"{window.Name} still has: {string.Join("; ", lines.Select(l => l.En))}. Give the clerks another window first (on the page of the account), and let the supervisor hand over or move what is open; then close it.");
            }

            trail.Changed<Text>(new("状态", "Status"), new("开放", "Open"), new("已关闭", "Closed"));
            return Unit.Value;
        }

        private static string Read(string? name)
        {
            new Check().Text(name, "name", "窗口名称", "The name of the window", Longest).Done();
            return name!.Trim();
        }

        private static Refused Taken(string name) => new(RefusedAs.Conflict, [new("window.taken", "name", new($"已有窗口叫「{name}」，请换一个名称。", $"There is a window “{name}” already; choose another name."))]);

        private static Refused NotThere() => Refused.NotFound("window.unknown", "id", "没有这个窗口，或已关闭，请刷新页面。", "There is no such window, or it is closed; reload the page.");
    }
}
