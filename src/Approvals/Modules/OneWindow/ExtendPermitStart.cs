using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>延期开工 (建筑法 9): the authority that granted the construction permit gives three months more, twice at most, before the time has run out; its head approves it.</summary>
internal static class ExtendPermitStart
{
    /// <param name="Reason">Why works cannot start in time.</param>
    /// <param name="CaseNumber">The case of the permit.</param>
    /// <param name="Number">Its application.</param>
    [RecordAs("延期开工", "Extend the start of the works", Subject.Case, nameof(Command.CaseNumber))]
    [Needs(Act.DecideCase)]
    [TakesTwo]
    internal sealed record Command(string Reason, string CaseNumber = "", string Number = "") : ICommand<Result>;

    /// <param name="Extension">The first or the second.</param>
    /// <param name="StartBy">Until when works must start now.</param>
    internal sealed record Result(int Extension, DateOnly StartBy);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/results/{caseNumber}/extend-start", (string number, string caseNumber, Command body, IMediator mediator) =>
            mediator.Send(body with { CaseNumber = caseNumber, Number = number }))
        .Needs<Command>().WithTags("OneWindow").WithSummary("Give three months more for the start of works after the construction permit; twice at most");

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, Actor actor, SecondPerson second, CatalogueInForce catalogue) : IRequestHandler<Command, Result>
    {
        private const string Insert = """
            INSERT INTO onewindow_start_extension (case_id, number, reason, approved_by, granted_by, granted_at)
            VALUES (@Id, @Extension, @Reason, @ApprovedBy, @GrantedBy, @Now)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            new Check().Text(command.Reason, "reason", "延期理由", "The reason", 200).Done();
            var (number, caseNumber) = (command.Number.Trim().ToUpperInvariant(), command.CaseNumber.Trim().ToUpperInvariant());
            var permit = (await mediator.Send(new CasesOfApplication(number), ct)).SingleOrDefault(c => c.Number == caseNumber);
            var standing = permit is null ? null : await PermitStart.StandingOf([permit], db, mediator, clock.Today, ct);
            if (permit is null || standing is null)
                throw Refused.NotFound("start.unknown", "caseNumber", $"「{command.CaseNumber}」不是正在等待开工的施工许可，请核对编号。", $"“{command.CaseNumber}” is no construction permit that waits for the start of works; check the number.");
            if (!actor.May(Act.DecideCase, new Place(permit.Department)))
            {
                var owner = catalogue.Current.Department(permit.Department)?.Name ?? new Text(permit.Department, permit.Department);
                throw Refused.Forbidden("case.otherDepartment", $"{permit.Number} 由{owner.Zh}发证，延期由发证机关批准。", $"{permit.Number} was granted by {owner.En}; the extension is theirs to give.");
            }

            var due = standing.Clock.DueOn;
            if (standing.Lapsed)
                throw Refused.Conflict("start.lapsed", $"开工期限已于 {Words.Day(due)} 届满，施工许可证自行废止，不能再延期（建筑法第九条）。", $"The time to start works ended on {Words.Day(due)}: the permit has lapsed and cannot be extended (Construction Law, Art. 9).");
            if (standing.Clock.StoppedOn is { } started)
                throw Refused.Conflict("start.started", $"已于 {Words.Day(started)} 开工，不需要延期。", $"Works started on {Words.Day(started)}; nothing needs to be extended.");
            var extension = standing.Extensions.Count + 1;
            if (extension > PermitStart.Extensions) throw Twice();

            var reason = command.Reason.Trim();
            var approvedBy = second.Demand(
                new($"第 {extension} 次延期三个月，现应于 {Words.Day(due)} 前开工：{reason}", $"Extension {extension}, three months; works are due to start by {Words.Day(due)}: {reason}"),
                null,
                new Post(Role.DepartmentHead, permit.Department));
            if (!await db.TryInsert(Insert, new { permit.Id, Extension = extension, Reason = reason, ApprovedBy = approvedBy, GrantedBy = actor.Name, clock.Now }, ct))
                throw Refused.Conflict("start.extended", "刚刚已由他人延期，请刷新后查看。", "Somebody has just extended it; reload.");
            var limit = new Limit(PermitStart.Months * (extension + 1), Limit.Months);
            var moved = await mediator.Send(new ChangeLimits([new("case", permit.Id, Rules.PermitStart, limit)]), ct);
            return new(extension, moved.Single().To!.Value);
        }

        private static Refused Twice() => Refused.Conflict("start.extendedTwice",
            "已延期两次，依法不能再延期；期满未开工的，施工许可证自行废止（建筑法第九条）。",
            "It has been extended twice, and the law allows no third time: without a start by its end the permit lapses (Construction Law, Art. 9).");
    }
}
