using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>
/// The calendar at a person's secret address (iCalendar, RFC 5545), whole days: planned milestones and due dates of the
/// projects that are theirs, of land, applications, stages and cases; the due dates of their department or window; for whoever watches all, what is yellow or red.
/// Each part goes with the role it is for: whoever has lost the role reads nothing of it any more.
/// </summary>
internal static class ShowFeed
{
    /// <summary>As many entries as a calendar can be read with; the earliest.</summary>
    private const int Most = 500;

    public static readonly Role[] OfProjects = [Role.ProjectManager, Role.Agent];
    public static readonly Role[] OfDepartment = [Role.Reviewer, Role.DepartmentHead];
    public static readonly Role[] WatchesAll = [Role.Supervisor, Role.ZoneLeader, Role.Auditor];

    /// <summary>Open to whoever has the address: that is what lets one in.</summary>
    internal sealed record Query([property: Masked] string Secret) : IRequest<string>, IInside;

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/public/feed/{secret}.ics", async (string secret, IMediator mediator) =>
            Results.Text(await mediator.Send(new Query(secret)), "text/calendar", System.Text.Encoding.UTF8))
        .AllowAnonymous().WithTags("Timeline").WithSummary("What the owner of the address has to watch, as iCalendar; no token needed");

    private sealed class Handler(Db db, ZoneClock clock, Settings settings, CatalogueInForce catalogue, IMediator mediator) : IRequestHandler<Query, string>
    {
        private const string Owner = """
            SELECT u.id, u.name, u.department, f.language
              FROM timeline_feed f
              JOIN access_public_user u ON u.id = f.user_id
             WHERE f.hash = @hash AND u.is_active = 1
            """;

        private const string RolesOf = "SELECT role FROM access_public_user_role WHERE user_id = @Id";

        private const string MilestonesOfMine = """
            SELECT p.id AS project_id, p.code, p.name, m.phase, m.kind, m.planned_on
              FROM projects_public_project p
              JOIN projects_public_milestone m ON m.project_id = p.id
             WHERE (p.manager_id = @manager OR p.agent_id = @agent) AND m.planned_on IS NOT NULL AND m.reached_on IS NULL
             ORDER BY m.planned_on, p.id
            """;

        private const string DueOfMine = """
            SELECT k.id AS id, k.subject_kind, k.label, k.item, k.limit_rule AS [rule], k.due_on AS due_on, k.is_provisional, p.name AS project
              FROM projects_public_project p
              JOIN permits_public_case c ON c.project_id = p.id
              JOIN deadlines_public_clock k ON k.subject_id = c.id AND k.subject_kind = 'case'
             WHERE (p.manager_id = @manager OR p.agent_id = @agent) AND k.stopped_on IS NULL AND k.due_on IS NOT NULL
             UNION ALL
            SELECT k.id, k.subject_kind, k.label, k.item, k.limit_rule AS [rule], k.due_on, k.is_provisional, p.name AS project
              FROM projects_public_project p
              JOIN onewindow_public_application a ON a.project_id = p.id
              JOIN deadlines_public_clock k ON k.subject_id = a.id AND k.subject_kind = 'application'
             WHERE (p.manager_id = @manager OR p.agent_id = @agent) AND k.stopped_on IS NULL AND k.due_on IS NOT NULL
             UNION ALL
            SELECT k.id, k.subject_kind, k.label, k.item, k.limit_rule AS [rule], k.due_on, k.is_provisional, p.name AS project
              FROM projects_public_project p
              JOIN onewindow_public_stage s ON s.project_id = p.id
              JOIN deadlines_public_clock k ON k.subject_id = s.id AND k.subject_kind = 'stage'
             WHERE (p.manager_id = @manager OR p.agent_id = @agent) AND k.stopped_on IS NULL AND k.due_on IS NOT NULL
             UNION ALL
            SELECT k.id, k.subject_kind, k.label, k.item, k.limit_rule AS [rule], k.due_on, k.is_provisional, p.name AS project
              FROM projects_public_project p
              JOIN land_public_parcel l ON l.project_id = p.id
              JOIN deadlines_public_clock k ON k.subject_id = l.id AND k.subject_kind = 'parcel'
             WHERE (p.manager_id = @manager OR p.agent_id = @agent) AND k.stopped_on IS NULL AND k.due_on IS NOT NULL
             ORDER BY due_on, id
            """;

        private const string DueOf = """
            SELECT id, subject_kind, label, item, limit_rule AS [rule], due_on, is_provisional
              FROM deadlines_public_clock
             WHERE department = @department AND stopped_on IS NULL AND due_on IS NOT NULL
             ORDER BY due_on, id
            """;

        private const string Lit = """
            SELECT id, subject_kind, label, item, limit_rule AS [rule], due_on, is_provisional
              FROM deadlines_public_clock
             WHERE stopped_on IS NULL AND warn_on <= @today AND due_on IS NOT NULL
             ORDER BY warn_on, id
            """;

        public async Task<string> Handle(Query query, CancellationToken ct)
        {
            var owner = await db.Find<OwnerRow>(Owner, new { hash = SubscribeFeed.Hash(query.Secret) }, ct);
            var roles = owner is null ? [] : (await db.Query<string>(RolesOf, new { owner.Id }, ct)).Select(Enum.Parse<Role>).ToList();
            // Whoever lost every part in the work reads nothing of it any more.
            if (owner is null || !roles.Any(r => Permissions.Allows(r, Act.SeeWork)))
                throw Refused.NotFound("feed.unknown", "secret", "订阅地址无效或已停用，请重新订阅。", "This address is unknown or has ended; subscribe anew.");

            await mediator.Send(new DemandSeen(owner.Id), ct);
            var feed = new Ical.Net.Calendar { ProductId = "-//Approvals//一窗通//ZH" };
            string Say(Text text) => owner.Language == "en" ? text.En : text.Zh;
            feed.AddProperty("X-WR-CALNAME", Say(new($"一窗通 · {owner.Name}", $"Approvals · {owner.Name}")));
            feed.AddProperty("X-PUBLISHED-TTL", "PT1H");
            foreach (var m in await db.First<Milestone>(Most, MilestonesOfMine, Own(owner, roles), ct))
            {
                var name = Milestones.Name(Enum.Parse<MilestoneKind>(m.Kind));
                var (zh, en) = m.Phase > 0 ? ($"（第 {m.Phase} 期）", $" (phase {m.Phase})") : ("", "");
                Add($"milestone-{m.ProjectId}-{m.Phase}-{m.Kind}", m.PlannedOn, new($"计划 {name.Zh}{zh} · {m.Name}", $"Planned: {name.En}{en} · {m.Name}"), $"/projects/{m.Code}");
            }

            foreach (var due in (await Due(owner, roles, ct)).DistinctBy(d => d.Id)) AddDue(due);
            return new CalendarSerializer().SerializeToString(feed) ?? "";

            void AddDue(DueRow due)
            {
                var item = catalogue.Current.ItemInForce(due.Item, clock.Today)?.Name ?? new("", "");
                var (zh, en) = due.IsProvisional ? ("（暂定）", " (provisional)") : ("", "");
                var of = due.Project.Length > 0 ? $" · {due.Project}" : "";
                Add(
                    $"clock-{due.Id}",
                    due.DueOn,
                    new($"到期 {$"{item.Zh} {due.Label}".Trim()} {Rules.Name(due.Rule).Zh}{zh}{of}", $"Due: {$"{item.En} {due.Label}".Trim()}, {Rules.Name(due.Rule).En}{en}{of}"),
                    due.SubjectKind == "case" ? $"/cases/{due.Label}" : $"/lights/{Uri.EscapeDataString(due.Label)}?rule={Uri.EscapeDataString(due.Rule)}");
            }

            void Add(string uid, DateOnly day, Text title, string path) => feed.Events.Add(new CalendarEvent
            {
                // The same thing keeps its name when its day moves, so that a calendar moves it too.
                Uid = $"{uid}@approvals",
                Summary = Say(title),
                Start = new CalDateTime(day),
                DtStamp = new CalDateTime(clock.Now, "UTC"),
                Url = new Uri(settings.Address + path),
            });
        }

        private static object Own(OwnerRow owner, List<Role> roles) =>
            new { manager = roles.Contains(Role.ProjectManager) ? owner.Id : -1, agent = roles.Contains(Role.Agent) ? owner.Id : -1 };

        private async Task<List<DueRow>> Due(OwnerRow owner, List<Role> roles, CancellationToken ct)
        {
            var due = (await db.First<DueRow>(Most, DueOfMine, Own(owner, roles), ct)).ToList();
            if (owner.Department is { } department && roles.Any(OfDepartment.Contains)) due.AddRange(await db.First<DueRow>(Most, DueOf, new { department }, ct));
            if (roles.Contains(Role.WindowClerk)) due.AddRange(await db.First<DueRow>(Most, DueOf, new { department = "" }, ct));
            if (roles.Any(WatchesAll.Contains)) due.AddRange(await db.First<DueRow>(Most, Lit, new { today = clock.Today }, ct));
            return due;
        }

        private sealed record OwnerRow
        {
            public long Id { get; init; }
            public string Name { get; init; } = "";
            public string? Department { get; init; }
            public string Language { get; init; } = "";
        }

        private sealed record Milestone
        {
            public long ProjectId { get; init; }
            public string Code { get; init; } = "";
            public string Name { get; init; } = "";
            public int Phase { get; init; }
            public string Kind { get; init; } = "";
            public DateOnly PlannedOn { get; init; }
        }

        private sealed record DueRow
        {
            public long Id { get; init; }
            public string SubjectKind { get; init; } = "";
            public string Label { get; init; } = "";
            public string Item { get; init; } = "";
            public string Rule { get; init; } = "";
            public DateOnly DueOn { get; init; }
            public bool IsProvisional { get; init; }
            public string Project { get; init; } = "";
        }
    }
}
