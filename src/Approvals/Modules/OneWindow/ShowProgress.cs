using System.Security.Cryptography;
using System.Text;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// 进度查询: how an application stands, for whoever holds its receipt. Stage, days and what the applicant must do; no name,
/// no enterprise, no project, nobody who handles it.
/// </summary>
internal static class ShowProgress
{
    /// <summary>Open to everybody: the two values on the receipt are what lets one in.</summary>
    internal sealed record Query(string? Number, [property: Masked] string? Code) : IRequest<Result>, IInside;

    /// <param name="Stage">Where it stands at the window.</param>
    /// <param name="ToDo">What the applicant must do now; empty where it is others' turn.</param>
    /// <param name="Documents">The documents that are missing or to be corrected, by name.</param>
    internal sealed record Result(
        string Number, Text Stage, string StageCss, DateOnly ReceivedOn, DateOnly? AnsweredOn, IReadOnlyList<Text> ToDo, IReadOnlyList<Text> Documents, IReadOnlyList<Item> Items);

    /// <param name="DueOn">Until when it will be decided; null while its time does not run.</param>
    /// <param name="ReadyOn">Since when its paper waits at the window.</param>
    internal sealed record Item(
        string Number, Text Name, Text Department, CaseStatus Status, Text State, DateOnly? AcceptedOn, DateOnly? DueOn, bool IsDueProvisional, DateOnly? DecidedOn,
        DateOnly? ReadyOn, DateOnly? HandedOutOn, bool Waits);

    /// <summary>What a program sends: in the body, so that no log of addresses holds the code.</summary>
    internal sealed record Receipt(string? Number, string? Code);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/public/progress", (Receipt body, IMediator mediator) => mediator.Send(new Query(body.Number, body.Code)))
        .AllowAnonymous().WithTags("OneWindow").WithSummary("How an application stands, by the number and the query code on its receipt; no token needed");

    private sealed class Handler(Db db, IMediator mediator, Materials materials, CatalogueInForce catalogue, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const int Longest = 40;

        private const string Find = """
            SELECT id, number, query_code, state, received_at, answered_at
              FROM onewindow_application
             WHERE number = @number
            """;

        private const string Wrong = """
            SELECT i.document
              FROM onewindow_correction_item i
              JOIN onewindow_correction c ON c.application_id = i.application_id
             WHERE i.application_id = @Id AND c.closed_at IS NULL
             ORDER BY i.document
            """;

        private const string Papers = "SELECT case_id, arrived_at, handed_out_on FROM onewindow_result WHERE application_number = @Number";

        /// <summary>Compared where there is no application, so that the answer takes the same road.</summary>
        private static readonly string Nobody = RandomNumberGenerator.GetHexString(16);

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var (number, code) = (Typed(query.Number), Typed(query.Code).Replace("-", "", StringComparison.Ordinal));
            new Check()
                .That(number.Length is > 0 and <= Longest, "progress.number", "number", "请填写回执上的编号。", "Enter the number on the receipt.")
                .That(code.Length is > 0 and <= Longest, "progress.code", "code", "请填写回执上的查询码。", "Enter the query code on the receipt.")
                .Done();
            var row = await db.Find<Row>(Find, new { number }, ct);
            // Of the hashes, in constant time: neither how much of a code was right nor whether the number exists shows in the answer or its time.
            if (!CryptographicOperations.FixedTimeEquals(Hash(row?.QueryCode ?? Nobody), Hash(code)) || row is null)
                throw Refused.NotFound("progress.unknown", "", "没有找到：编号或查询码不对，请对照回执重新输入。", "Not found: the number or the query code is wrong; check them against the receipt.");
            return await Show(row, ct);
        }

        private async Task<Result> Show(Row row, CancellationToken ct)
        {
            var wrong = row.State == ApplicationState.Correcting ? (await db.Query<string>(Wrong, new { row.Id }, ct)).ToHashSet() : [];
            var papers = await materials.Of(row.Id, ct);
            var documents = row.State switch
            {
                ApplicationState.Correcting => papers.Where(p => wrong.Contains(p.Document)),
                ApplicationState.Received => papers.Where(p => p.IsMissing),
                _ => [],
            };
            var results = (await db.Query<Paper>(Papers, new { row.Number }, ct)).ToDictionary(p => p.CaseId);
            var items = (await mediator.Send(new CasesOfApplication(row.Number), ct)).Select(c => Show(c, results.GetValueOrDefault(c.Id))).ToList();
            return new(
                row.Number, row.State.Name(), row.State.Css(), clock.DayOf(row.ReceivedAt), row.AnsweredAt is { } at ? clock.DayOf(at) : null,
                [.. ToDo(row.State, items)], [.. documents.Select(d => d.Name)], items);
        }

        private Item Show(CaseFact fact, Paper? paper) => new(
            fact.Number, catalogue.Current.Item(fact.ItemId)!.Name, catalogue.Current.Department(fact.Department)!.Name, fact.Status, fact.Standing,
            fact.AcceptedOn, fact.Status.IsTerminal() ? null : fact.DueOn, fact.IsDueProvisional, fact.DecidedOn,
            paper is null ? null : clock.DayOf(paper.ArrivedAt), paper?.HandedOutOn, fact.BlockedBy.Count > 0);

        private static IEnumerable<Text> ToDo(ApplicationState state, List<Item> items)
        {
            // In force no longer, it is not left in anybody's hands.
            foreach (var item in items.Where(i => i is { Status: CaseStatus.Recalled or CaseStatus.Revoked, HandedOutOn: not null }))
                yield return new($"「{item.Name.Zh}」已{item.State.Zh}，领取的证件、文书不再有效，请交回窗口；接下来怎样办理，请向窗口询问。", $"“{item.Name.En}”: {item.State.En.ToLowerInvariant()}. The paper you were given no longer holds: bring it back to the window, and ask there how it goes on.");
            if (state == ApplicationState.Correcting)
                yield return new("请按补正告知书补齐或更正下列材料，交到窗口。", "Complete or correct the documents below as the notice of correction says, and hand them in at the window.");
            if (state == ApplicationState.NotAccepted)
                yield return new("本申请不予受理，理由和救济途径见不予受理通知书，请到窗口领取。", "The application is not accepted; the notice with the reasons and the remedies is at the window.");
            if (items.Any(i => i is { ReadyOn: not null, HandedOutOn: null }))
                yield return new("有结果可以领取，请带回执到窗口。", "A result is ready: bring the receipt to the window.");
        }

        /// <summary>As it is printed: capitals, and the letters that Crockford's alphabet leaves out for the digits they look like.</summary>
        private static string Typed(string? given) =>
            (given ?? "").Trim().ToUpperInvariant().Replace('O', '0').Replace('I', '1').Replace('L', '1');

        private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));

        private sealed record Row
        {
            public long Id { get; init; }
            public string Number { get; init; } = "";
            public string QueryCode { get; init; } = "";
            public ApplicationState State { get; init; }
            public DateTime ReceivedAt { get; init; }
            public DateTime? AnsweredAt { get; init; }

            /// <remarks>The code is for nobody's log.</remarks>
            public override string ToString() => Number;
        }

        private sealed record Paper
        {
            public long CaseId { get; init; }
            public DateTime ArrivedAt { get; init; }
            public DateOnly? HandedOutOn { get; init; }
        }
    }
}
