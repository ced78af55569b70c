using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>11: approved. The result paper carries its number from here on.</summary>
internal static class ApproveCase
{
    public const int LongestCertificateNumber = 80;

    [RecordAs("准予许可", "Approve the case", Subject.Case)]
    [Needs(Act.DecideCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string? CertificateNumber = null, string? Opinion = null, DateTime? OccurredAt = null, string? LateReason = null)
        : ICommand<Decide.Result>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/approve", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Approve a case").WithTags("Permits");

    /// <summary>The number as it is kept; needed unless the item has no result paper.</summary>
    public static string? Certificate(Check check, string? given, Item item)
    {
        var number = given?.Trim() ?? "";
        if (number.Length == 0 && item.Result.Zh.Length == 0) return null;
        check.Text(number, "certificateNumber", $"{item.Result.Zh}文号", $"The number of the {item.Result.En}", LongestCertificateNumber)
            .That(number.Length <= LongestCertificateNumber && !number.Contains('\n'), "field.tooLong", "certificateNumber",
                $"文号写成一行，最多 {LongestCertificateNumber} 个字符。", $"Write the number in one line of at most {LongestCertificateNumber} characters.");
        return number;
    }

    private sealed class Handler(IMediator mediator, CatalogueInForce catalogue) : IRequestHandler<Command, Decide.Result>
    {
        public async Task<Decide.Result> Handle(Command command, CancellationToken ct)
        {
            var found = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            var check = new Check();
            var certificate = Certificate(check, command.CertificateNumber, catalogue.Current.Item(found.ItemId)!);
            check.Text(command.Opinion, "opinion", "审查意见", "The opinion", GiveOpinion.Longest, optional: true).Done();
            return await mediator.Send(new Decide.Command(found, CaseStatus.Approved, command.OccurredAt, command.LateReason, command.Opinion, certificate), ct);
        }
    }
}
