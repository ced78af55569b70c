using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// 延长 (行政许可法 42): once, by at most 10 working days with the head of the department; where the law's limit is the 45
/// days of joint handling, by 15 with the zone's leader. The applicant is told why.
/// </summary>
internal static class ExtendCase
{
    public const int LongestReason = 200;

    private const int JointLimit = 45;

    /// <param name="NoticeNumber">The number of the written notice to the applicant.</param>
    [RecordAs("延长时限", "Extend the case", Subject.Case)]
    [Needs(Act.HandleCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", int? Days = null, string? Reason = null, string? NoticeNumber = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/extension", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Extend the limits of a case, once").WithTags("Permits");

    /// <summary>Whose approval it takes: the zone's leader where the law's limit is the 45 working days of joint handling.</summary>
    public static Role ApproverOf(IEnumerable<ClockFact> clocks)
    {
        var running = clocks.Where(k => k.StoppedOn is null && k.Limit.Unit == Limit.WorkingDays && Rules.OfDecision.Contains(k.Rule)).ToList();
        var law = running.Find(k => k.Rule == Rules.Statutory) ?? running.FirstOrDefault();
        return law?.Limit.Value == JointLimit ? Role.ZoneLeader : Role.DepartmentHead;
    }

    private sealed class Handler(IMediator mediator, SecondPerson second) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var c = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            var role = ApproverOf(await mediator.Send(new ClocksOf("case", c.Id), ct));
            new Check()
                .That(command.Days is not null, "field.required", "days", "请填写延长的工作日数。", "Give the working days of the extension.")
                .Text(command.Reason, "reason", "延长的理由", "The reason of the extension", LongestReason)
                .Notice(command.NoticeNumber)
                .Done();
            var (days, reason, notice) = (command.Days!.Value, command.Reason!.Trim(), command.NoticeNumber!.Trim());
            var signed = second.Demand(
                new($"延长 {days} 个工作日（行政许可法第四十二条）：{reason}；告知书 {notice}", $"{days} working days more (Administrative Licensing Law art. 42): {reason}; notice {notice}"),
                null,
                role == Role.ZoneLeader ? new Post(role) : new Post(role, c.Department));
            await mediator.Send(new ExtendClocks("case", c.Id, days, reason, signed, notice), ct);
            await mediator.Send(new NoteEvent.Command(c.Id, CaseActivity.Extended, $"延长 {days} 个工作日（行政许可法第四十二条）：{reason}；告知书 {notice}；批准人 {signed}", c.LastEvent), ct);
            return Unit.Value;
        }
    }
}
