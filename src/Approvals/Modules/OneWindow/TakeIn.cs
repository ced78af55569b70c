using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>收件: one form of a project becomes one application, and a case for each item chosen.</summary>
internal static partial class TakeIn
{
    /// <param name="RequestKey">Made when the form is opened: the same key sent again gives the first result again.</param>
    /// <param name="Items">Codes of items of the project's process.</param>
    /// <param name="GivenDocuments">Codes of the documents handed in now.</param>
    /// <param name="ReceivedAt">When the papers came; now unless said otherwise. Without an offset: the zone's own time.</param>
    /// <param name="LateReason">Why it is entered more than one working day after they came.</param>
    [RecordAs("收件", "Take in an application", Subject.Application)]
    [Needs(Act.TakeIn)]
    [TakesTwo]
    internal sealed record Command(
        string RequestKey,
        string ProjectCode,
        IReadOnlyList<string> Items,
        IReadOnlyList<string> GivenDocuments,
        [property: Masked(IsName = true)] string Applicant,
        string ApplicantPhone,
        DateTime? ReceivedAt = null,
        string? LateReason = null) : ICommand<Result>;

    /// <param name="Number">The number on the receipt; its cases share it.</param>
    internal sealed record Result(string Number, IReadOnlyList<string> CaseNumbers);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications", async (Command body, IMediator mediator) =>
        {
            var result = await mediator.Send(body);
            return Results.Created($"/api/applications/{result.Number}", result);
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Take in one form: one application, a case for each item");

    /// <summary>As the catalogue writes them, however they were sent.</summary>
    public static List<string> Codes(IReadOnlyList<string>? codes) =>
        [.. (codes ?? []).Where(c => !string.IsNullOrWhiteSpace(c)).Select(c => c.Trim().ToUpperInvariant())];

    /// <summary>Whoever hands the form in, and how to reach them.</summary>
    public static Check CheckApplicant(Check check, string? applicant, string? phone) => check
        .Text(applicant, "applicant", "申请人", "Applicant", 80)
        .That(PhoneShape().IsMatch((phone ?? "").Trim()), "application.phone", "applicantPhone",
            "联系电话只能含数字、加号、减号和空格，5 至 20 位。", "The phone may hold digits, plus, minus and spaces, 5 to 20 of them.");

    [GeneratedRegex(@"^[0-9+\- ]{5,20}$")]
    private static partial Regex PhoneShape();

    private sealed class Handler(Db db, Ids ids, IMediator mediator, ZoneClock clock, OfficeHours office, CatalogueInForce catalogue, Actor actor, Trail trail)
        : IRequestHandler<Command, Result>
    {
        /// <summary>Crockford's: no I, L, O, U to be misread at the counter.</summary>
        private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

        private const int Tries = 8;

        // A window that was closed while the clerk's session still names it takes nothing in.
        private const string InsertApplication = """
            INSERT INTO onewindow_application
                   (id, number, request_key, project_id, process_id, state, applicant, applicant_phone, query_code,
                    received_at, received_by, received_by_name, handler_id, window_id)
            VALUES (@Id, @Number, @RequestKey, @ProjectId, @ProcessId, @State, @Applicant, @ApplicantPhone, @QueryCode,
                    @ReceivedAt, @ReceivedBy, @ReceivedByName, @HandlerId,
                    (SELECT w.id FROM access_public_window w WHERE w.id = @Window AND w.closed_at IS NULL))
            """;

        private const string InsertMaterial = """
            INSERT INTO onewindow_material (application_id, document, name_zh, name_en, wanted_by, comes_from, is_given, given_at)
            VALUES (@ApplicationId, @Document, @NameZh, @NameEn, @WantedBy, @ComesFrom, @IsGiven, @GivenAt)
            """;

        private const string FindByRequest = "SELECT number, project_id FROM onewindow_application WHERE request_key = @requestKey";

        private const string FindCases = """
            SELECT number, item_code
              FROM permits_public_case
             WHERE application_number = @Number
             ORDER BY id
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var itemCodes = Codes(command.Items);
            var given = Codes(command.GivenDocuments).ToHashSet();
            var receivedAt = Occurrence.When(command.ReceivedAt, clock);
            var check = CheckApplicant(new Check(), command.Applicant, command.ApplicantPhone)
                .That(Guid.TryParse(command.RequestKey, out var key), "application.requestKey", "requestKey",
                    "缺少表单编号或格式不对，请重新打开收件页面；程序请为每份表单新编一个 GUID。", "The form's key is missing or no GUID: open the intake page again, or in a program make a new GUID for each form.")
                .That(receivedAt <= clock.Now, "application.receivedInFuture", "receivedAt",
                    "收件时间不能晚于现在。", "The documents cannot have come in the future.")
                .That(itemCodes.Count > 0, "application.noItem", "items", "请至少选择一个事项。", "Choose at least one item.");
            foreach (var twice in itemCodes.GroupBy(c => c).Where(g => g.Count() > 1))
                check.Add("application.itemTwice", "items", $"事项 {twice.Key} 选了不止一次。", $"Item {twice.Key} is chosen more than once.");

            var project = string.IsNullOrWhiteSpace(command.ProjectCode) ? null : await mediator.Send(new FindProject(command.ProjectCode.Trim()), ct);
            if (project is null)
            {
                check.Add("project.unknown", "projectCode", $"没有项目代码为「{command.ProjectCode}」的项目，请先登记项目。",
                    $"There is no project with the code “{command.ProjectCode}”; register it first.").Done();
                throw new InvalidOperationException();
            }

            project.Within(actor, Act.TakeIn);
            trail.On(Subject.Project, project.Code); // until it has a number of its own
            var process = catalogue.Current.Process(project.ProcessId)!;
            var items = process.Items.Where(i => itemCodes.Contains(i.Item.Code)).ToList();
            foreach (var unknown in itemCodes.Distinct().Except(items.Select(i => i.Item.Code)))
            {
                check.Add("application.itemUnknown", "items", $"本项目的流程 {process.Code} 没有事项「{unknown}」，请从清单中选择。",
                    $"Item “{unknown}” is not in this project's process {process.Code}; choose from the list.");
            }

            var checklist = Checklist.Of(process, items);
            foreach (var unknown in items.Count == 0 ? [] : given.Except(checklist.Select(l => l.Document.Code)))
            {
                check.Add("application.documentUnknown", "givenDocuments", $"所选事项不需要材料「{unknown}」，请从材料清单中选择。",
                    $"No chosen item wants document “{unknown}”; choose from the checklist.");
            }

            check.Done();

            var id = await ids.Next();
            if (await Insert(id, key.ToString("d"), project, command, receivedAt, ct) is not { } number)
                return await First(key.ToString("d"), project.Id, itemCodes, ct);
            await db.Execute(InsertMaterial, checklist.Select(line => new
            {
                ApplicationId = id,
                Document = line.Document.Code,
                NameZh = line.Document.Name.Zh,
                NameEn = line.Document.Name.En,
                WantedBy = string.Join(' ', line.WantedBy),
                line.ComesFrom,
                IsGiven = given.Contains(line.Document.Code),
                GivenAt = given.Contains(line.Document.Code) ? receivedAt : (DateTime?)null,
            }).ToList(), ct);
            var cases = await mediator.Send(new OpenCases(number, project.Id, receivedAt, [.. items.Select(i => new NewCase(i.Item, i.Needs))], command.LateReason ?? ""), ct);
            await mediator.Send(new StartClocks([WindowDuties.Answer(id, number, office, receivedAt, again: false)]), ct);
            trail.Changed(new("事项", "Items"), null, string.Join(' ', itemCodes));
            return new(number, cases);
        }

        /// <summary>The number given; null where this form had already been sent.</summary>
        /// <remarks>The day says when, the rest is drawn: a number tells nobody how many came before it.</remarks>
        private async Task<string?> Insert(long id, string requestKey, ProjectFacts project, Command command, DateTime receivedAt, CancellationToken ct)
        {
            for (var attempt = 1; attempt <= Tries; attempt++)
            {
                var number = $"{clock.DayOf(receivedAt):yyyyMMdd}-{RandomNumberGenerator.GetString(Alphabet, 5)}";
                if (await db.TryInsert(InsertApplication, new
                {
                    Id = id,
                    Number = number,
                    RequestKey = requestKey,
                    ProjectId = project.Id,
                    project.ProcessId,
                    State = nameof(ApplicationState.Received),
                    Applicant = command.Applicant.Trim(),
                    ApplicantPhone = command.ApplicantPhone.Trim(),
                    QueryCode = RandomNumberGenerator.GetString(Alphabet, 8),
                    ReceivedAt = receivedAt,
                    ReceivedBy = actor.UserId,
                    ReceivedByName = actor.Name,
                    HandlerId = actor.For?.Id,
                    actor.Window,
                }, ct)) return number;
                if (await db.Find<Sent>(FindByRequest, new { requestKey }, ct) is not null) return null;
            }

            throw new InvalidOperationException($"{Tries} numbers in a row were taken.");
        }

        /// <summary>The same form again gives its first result; another form under its key, as from a page gone back to and changed, is not lost in silence.</summary>
        private async Task<Result> First(string requestKey, long projectId, List<string> itemCodes, CancellationToken ct)
        {
            var sent = (await db.Find<Sent>(FindByRequest, new { requestKey }, ct))!;
            var cases = await db.Query<SentCase>(FindCases, new { sent.Number }, ct);
            if (sent.ProjectId != projectId || !cases.Select(c => c.ItemCode).ToHashSet().SetEquals(itemCodes))
                throw Refused.Conflict("application.formSent",
                    $"此表单已收件，申请编号 {sent.Number}，其事项与现在所选不同。请打开该申请核对；要收其他事项，请重新打开收件页面。",
                    $"This form was already taken in as {sent.Number}, with other items than are chosen now. Look at that application; to take in other items, open the intake page again.");
            return new(sent.Number, [.. cases.Select(c => c.Number)]);
        }

        private sealed record Sent
        {
            public string Number { get; init; } = "";
            public long ProjectId { get; init; }
        }

        private sealed record SentCase
        {
            public string Number { get; init; } = "";
            public string ItemCode { get; init; } = "";
        }
    }
}
