using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.OneWindow.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>移交: what somebody has in hand, all of it or some, goes to a colleague of the same department, at once and with its history.</summary>
internal static class HandOverWork
{
    private const int LongestReason = 200;

    /// <summary>Of one hand-over, and shown on the page at once.</summary>
    public const int Most = 200;

    /// <param name="From">The login of whoever hands over, open or closed.</param>
    [Needs(Act.HandOverWork)]
    internal sealed record Query(string From) : IRequest<Result>;

    /// <param name="Colleagues">Who could take all of it.</param>
    internal sealed record Result(string Login, string Name, bool IsActive, IReadOnlyList<CaseInHandOf> Cases, IReadOnlyList<ApplicationInHandOf> Applications, IReadOnlyList<Colleague> Colleagues)
    {
        public int Count => Cases.Count + Applications.Count;
    }

    internal sealed record Colleague
    {
        public string Login { get; init; } = "";
        public string Name { get; init; } = "";

        /// <summary>Where a clerk sits; null where at none.</summary>
        public string? Window { get; init; }
    }

    /// <param name="From">The login of whoever hands over.</param>
    /// <param name="To">The login of whoever takes it.</param>
    /// <param name="Numbers">The cases and applications that go, of those that were shown: these and nothing else. Where one is no longer in those hands, nothing is moved.</param>
    [RecordAs("移交在办工作", "Hand work over", Subject.Account, "From")]
    [Needs(Act.HandOverWork)]
    internal sealed record Command(string From, string To, string Reason, IReadOnlyList<string> Numbers) : ICommand<Moved>;

    internal sealed record Moved(int Cases, int Applications);

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/accounts/{login}/in-hand", (string login, IMediator mediator) => mediator.Send(new Query(login)))
            .Needs<Query>().WithSummary("What somebody has in hand, and who could take it").WithTags("Supervision");
        api.MapPost("/accounts/{login}/hand-over", (string login, Body body, IMediator mediator) => mediator.Send(new Command(login, body.To, body.Reason, body.Numbers)))
            .Needs<Command>().WithSummary("Hand cases and applications that somebody has in hand over to a colleague").WithTags("Supervision");
    }

    internal sealed record Body(string To, string Reason, IReadOnlyList<string> Numbers);

    private sealed class Handler(Db db, IMediator mediator, Actor actor, Trail trail) : IRequestHandler<Query, Result>, IRequestHandler<Command, Moved>
    {
        private const string OfDepartment = """
            SELECT DISTINCT u.login, u.name
              FROM access_public_user u
              JOIN access_public_user_role r ON r.user_id = u.id
             WHERE u.department = @Department AND u.is_active = 1 AND r.role IN ('Reviewer', 'DepartmentHead') AND u.id <> @Id
             ORDER BY u.login
            """;

        private const string OfWindow = """
            SELECT u.login, u.name, w.name AS [window]
              FROM access_public_clerk c
              JOIN access_public_user u ON u.id = c.user_id
              LEFT JOIN access_public_window w ON w.id = c.window_id
             WHERE u.id <> @Id
             ORDER BY u.login
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var from = await InReach(query.From, ct);
            var (cases, applications) = await InHand(from, ct);
            var colleagues = await db.Query<Colleague>(from.Department is null ? OfWindow : OfDepartment, new { from.Department, from.Id }, ct);
            return new(from.Login, from.Name, from.IsActive, cases, applications, colleagues);
        }

        public async Task<Moved> Handle(Command command, CancellationToken ct)
        {
            new Check()
                .Text(command.From, "from", "移交人", "Who hands over", 40)
                .Text(command.To, "to", "接收人", "Who takes it", 40)
                .Text(command.Reason, "reason", "移交理由", "The reason", LongestReason)
                .That(command.Numbers is { Count: > 0 }, "handover.none", "numbers", "请勾选要移交的件。", "Tick what is to be handed over.")
                .That(command.Numbers is null || command.Numbers.Count <= Most, "handover.many", "numbers", $"一次最多移交 {Most} 件，请分次移交。", $"At most {Most} things are handed over at once; do it in parts.")
                .Done();
            var from = await InReach(command.From, ct);
            var to = await mediator.Send(new FindKnownUser(command.To), ct);
            var numbers = (command.Numbers ?? []).Select(n => (n ?? "").Trim().ToUpperInvariant()).ToHashSet();
            var (allCases, allApplications) = await InHand(from, ct);
            var (cases, applications) = (allCases.Where(c => numbers.Contains(c.Number)).ToList(), allApplications.Where(a => numbers.Contains(a.Number)).ToList());
            var gone = numbers.Except(cases.Select(c => c.Number)).Except(applications.Select(a => a.Number)).Order(StringComparer.Ordinal).ToList();
            if (gone.Count > 0)
            {
                var (shown, more) = (string.Join(' ', gone.Take(5)), gone.Count > 5 ? " …" : "");
                throw Refused.Conflict("handover.changed", $"{shown}{more} 已不由{from.Name}经办，没有移交；请刷新核对后重试。", $"{shown}{more} is not in the hands of {from.Name} any more: nothing was moved. Reload and look again.");
            }

            if (to is null || !to.IsActive || to.Id == from.Id
                || (cases.Count > 0 && !(to.Department == from.Department && to.Roles.Any(r => r is Role.Reviewer or Role.DepartmentHead)))
                || (applications.Count > 0 && !to.Roles.Contains(Role.WindowClerk)))
                throw Refused.Invalid("handover.unfit", "to",
                    $"请选择另一个使用中的账号：办理件移交给同部门的经办人或负责人，申请移交给窗口人员。「{command.To}」不符。",
                    $"Choose another open account: cases go to a reviewer or head of the same department, applications to a clerk of the window. “{command.To}” does not fit.");
            var count = cases.Count + applications.Count;
            var reason = command.Reason.Trim();
            trail.On(Subject.Account, from.Login);
            trail.Changed(new("经办人", "In the hands of"), from.Name, to.Name);
            trail.Changed(new("办理件", "Cases"), null, string.Join(' ', cases.Select(c => c.Number)));
            trail.Changed(new("申请", "Applications"), null, string.Join(' ', applications.Select(a => a.Number)));
            if (cases.Count > 0) await mediator.Send(new HandOverCases(cases, from.Name, to.Id, to.Name, reason), ct);
            if (applications.Count > 0) await mediator.Send(new HandOverApplications(applications, from.Id, from.Name, to.Id, to.Name, reason, to.WindowId), ct);
            await mediator.Send(
                new Notify($"handover:{Guid.NewGuid():n}", [new(UserId: to.Id), new(UserId: from.Id)],
                    new($"移交：{from.Name}的 {count} 件由{to.Name}经办", $"Handed over: {count} things of {from.Name} are now with {to.Name}"),
                    new($"由{actor.Name}移交，理由：{reason}。", $"By {actor.Name}. Reason: {reason}."),
                    cases.Count > 0 ? "/queue" : "/", MessageLevel.Yellow), ct);
            return new(cases.Count, applications.Count);
        }

        private async Task<KnownUser> InReach(string login, CancellationToken ct)
        {
            var from = await mediator.Send(new FindKnownUser(login), ct) ?? throw Refused.NotFound("account.unknown", "from", $"没有账号「{login}」。", $"There is no account “{login}”.");
            return actor.May(Act.HandOverWork, new Access.Contract.Place(from.Department)) ? from : throw Refused.Forbidden("account.otherDepartment",
                $"{from.Name}不在您的部门，请联系其部门负责人或中心督办。", $"{from.Name} is not of your department; ask the head of theirs or the supervisor.");
        }

        private async Task<(IReadOnlyList<CaseInHandOf> Cases, IReadOnlyList<ApplicationInHandOf> Applications)> InHand(KnownUser from, CancellationToken ct) => (
            from.Department is { } department ? await mediator.Send(new CasesInHandOf(from.Id, department), ct) : [],
            // An application is of no department: the head of a clerk who is of one too has no say in it.
            actor.May(Act.HandOverWork, new Access.Contract.Place()) ? await mediator.Send(new ApplicationsInHandOf(from.Id), ct) : []);
    }
}
