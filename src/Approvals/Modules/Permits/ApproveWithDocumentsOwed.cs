using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>12, 容缺: approved on a promise; secondary documents are owed until a day.</summary>
internal static class ApproveWithDocumentsOwed
{
    public const int LongestPromise = 90;

    [RecordAs("容缺通过", "Approve with documents owed", Subject.Case)]
    [Needs(Act.DecideCase)]
    [TakesTwo]
    internal sealed record Command(
        string Number = "",
        string? CertificateNumber = null,
        IReadOnlyList<string>? Documents = null,
        DateOnly? DueOn = null,
        string? Opinion = null,
        DateTime? OccurredAt = null,
        string? LateReason = null)
        : ICommand<Decide.Result>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/approve-with-documents-owed", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Approve a case while secondary documents are owed").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, CatalogueInForce catalogue, ZoneClock clock) : IRequestHandler<Command, Decide.Result>
    {
        private const string InsertOwed = "INSERT INTO permits_owed_document (case_id, document, due_on) VALUES (@Id, @document, @DueOn)";

        public async Task<Decide.Result> Handle(Command command, CancellationToken ct)
        {
            var found = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            var item = catalogue.Current.Item(found.ItemId)!;
            var documents = (command.Documents ?? []).Select(d => (d ?? "").Trim().ToUpperInvariant()).Distinct().ToList();
            var unknown = documents.Except(item.Documents.Select(d => d.Code)).ToList();
            var latest = clock.Today.AddDays(LongestPromise);
            var check = new Check();
            var certificate = ApproveCase.Certificate(check, command.CertificateNumber, item);
            check.That(documents.Count > 0, "owed.noDocument", "documents", "请勾选所欠的材料。", "Choose the documents that are owed.")
                .That(unknown.Count == 0, "owed.unknownDocument", "documents",
                    $"{string.Join("、", unknown)} 不是 {item.Code} 的材料。", $"{string.Join(", ", unknown)}: not among the documents of {item.Code}.")
                .That(command.DueOn > clock.Today && command.DueOn <= latest, "owed.dueOn", "dueOn",
                    $"补交期限应在明天至 {Words.Day(latest)} 之间（最长 {LongestPromise} 日）。", $"The documents are due between tomorrow and {Words.Day(latest)} ({LongestPromise} days at most).")
                .Text(command.Opinion, "opinion", "审查意见", "The opinion", GiveOpinion.Longest, optional: true)
                .Done();

            var result = await mediator.Send(
                new Decide.Command(found, CaseStatus.ApprovedDocumentsOwed, command.OccurredAt, command.LateReason, command.Opinion, certificate), ct);
            await db.Execute(InsertOwed, documents.Select(document => new { found.Id, document, command.DueOn }), ct);
            // Each document has its own day; the clocks of the decision were stopped before these begin.
            await mediator.Send(new StartClocks([.. documents.Select(document =>
                ClockStart.Agreed("case", found.Id, $"{Rules.Owed}:{document}", found.Number, found.Department, clock.Today, command.DueOn!.Value)! with { Item = found.ItemCode })]), ct);
            return result;
        }
    }
}
