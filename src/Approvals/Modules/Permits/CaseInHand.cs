using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// A case as its department acts on it. Refused where there is no such case, where it is another department's, and
/// where it is not in the department's hands: closed, not yet accepted by the window, or waiting for another item.
/// </summary>
internal static class CaseInHand
{
    internal sealed record Query(string Number) : IRequest<Row>, IInside;

    internal sealed record Row
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public string ApplicationNumber { get; init; } = "";
        public long ProjectId { get; init; }
        public long ItemId { get; init; }
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public CaseStatus Status { get; init; }
        public bool IsAdmitted { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public string? CertificateNumber { get; init; }
        public int LastEvent { get; init; }
        public DateTime LastOccurredAt { get; init; }
    }

    /// <summary>After a change that touched no row although the case was in hand a moment before.</summary>
    public static Refused Changed(string number) =>
        Refused.Conflict("case.changed", $"{number} 刚刚被他人改动，本次操作没有保存，请刷新后重试。", $"{number} was changed by somebody else just now; nothing was saved. Reload and try again.");

    public static Refused Unknown(string number) =>
        Refused.NotFound("case.notFound", "number", $"没有办理件 {number}，请检查编号。", $"There is no case {number}; check the number.");

    /// <summary>Says when and how a case was closed.</summary>
    public static Refused Closed(string number, CaseStatus status, DateOnly? decidedOn, string? certificateNumber)
    {
        if (decidedOn is not { } day)
            return Refused.Conflict("case.closed", $"{number} 已经结束：{status.Name().Zh}。", $"{number} is closed: {status.Name().En}.");
        var (zh, en) = certificateNumber is null ? ("", "") : ($"，文号 {certificateNumber}", $", number {certificateNumber}");
        return Refused.Conflict("case.alreadyDecided",
            $"{number} 已于 {Words.Day(day)} 决定：{status.Name().Zh}{zh}。", $"{number} was decided on {Words.Day(day)}: {status.Name().En}{en}.");
    }

    private sealed class Handler(Db db, IMediator mediator, Actor actor, CatalogueInForce catalogue) : IRequestHandler<Query, Row>
    {
        private const string Find = """
            SELECT id, number, application_number, project_id, item_id, item_code, department, status, is_admitted, accepted_on,
                   decided_on, certificate_number, last_event, last_occurred_at
              FROM permits_case
             WHERE number = @number
            """;

        public async Task<Row> Handle(Query query, CancellationToken ct)
        {
            var number = query.Number.Trim().ToUpperInvariant();
            var row = await db.Find<Row>(Find, new { number }, ct) ?? throw Unknown(number);
            if (!actor.May(Act.HandleCase, new Place(row.Department)))
            {
                var owner = catalogue.Current.Department(row.Department)?.Name ?? new Text(row.Department, row.Department);
                throw Refused.Forbidden("case.otherDepartment", $"{number} 由{owner.Zh}办理，请联系该部门。", $"{number} is in the hands of {owner.En}; ask that department.");
            }

            if (row.Status.IsTerminal()) throw Closed(number, row.Status, row.DecidedOn, row.CertificateNumber);
            if (!row.IsAdmitted)
            {
                throw Refused.Conflict("case.notAdmitted",
                    $"窗口尚未受理申请 {row.ApplicationNumber}，{number} 还不能办理。", $"The window has not accepted application {row.ApplicationNumber} yet; {number} cannot be handled.");
            }

            if (row.AcceptedOn is null)
            {
                var blockers = await mediator.Send(new Blockers.Query(row.Id), ct);
                throw Refused.Conflict("case.blocked",
                    $"{number} 在等待前置事项：{string.Join("；", blockers.Select(b => b.Sentence.Zh))}。", $"{number} waits for: {string.Join("; ", blockers.Select(b => b.Sentence.En))}.");
            }

            return row;
        }
    }
}
