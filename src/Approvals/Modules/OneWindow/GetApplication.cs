using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>One application with its papers, its cases and what came of them.</summary>
internal static class GetApplication
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Number) : IRequest<Result>;

    /// <param name="AnswerDue">Until when the window must answer; null once it has, and while the applicant corrects.</param>
    internal sealed record Result(
        Head Head,
        ProjectFacts Project,
        IReadOnlyList<Materials.Line> Materials,
        Correction? Correction,
        IReadOnlyList<Case> Cases,
        IReadOnlyList<Paper> Papers,
        DutyLight? AnswerDue)
    {
        public IReadOnlyList<Materials.Line> Missing => [.. Materials.Where(m => m.IsMissing)];
    }

    internal record Head
    {
        public string Number { get; init; } = "";
        public ApplicationState State { get; init; }
        public string Applicant { get; init; } = "";
        public string ApplicantPhone { get; init; } = "";
        public string QueryCode { get; init; } = "";
        public DateTime ReceivedAt { get; init; }
        public string ReceivedByName { get; init; } = "";
        public DateTime? AnsweredAt { get; init; }
        public string? AnsweredBy { get; init; }
        public string? RefusalReason { get; init; }
        public string? RightAuthority { get; init; }
        public DateTime? WithdrawnAt { get; init; }
        public string? WithdrawnBy { get; init; }
        public string? WithdrawalReason { get; init; }
    }

    internal sealed record Correction(DateTime AskedAt, string AskedBy, DateTime? ClosedAt, IReadOnlyList<Wrong> Items);

    internal sealed record Wrong
    {
        public string Document { get; init; } = "";
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public string What { get; init; } = "";

        public Text Name => new(NameZh, NameEn);
    }

    /// <param name="Light">How its promised due day stands; null before it starts and after it ends.</param>
    /// <param name="BlockedBy">What it waits for, while it waits.</param>
    internal sealed record Case(
        string Number, string ItemCode, Text ItemName, Text Department, Limit? Promised, CaseStatus Status, DateOnly? AcceptedOn, DateOnly? DueOn,
        bool IsDueProvisional, DateOnly? DecidedOn, string? CertificateNumber, IReadOnlyList<string> BlockedBy, DutyLight? Light);

    /// <param name="Due">Until when it must be delivered; null once it is.</param>
    internal sealed record Paper(
        string CaseNumber, string ItemCode, Text Name, bool IsRefusal, string? CertificateNumber, DateOnly DecidedOn, DateTime ArrivedAt,
        DateOnly? HandedOutOn, string? HandedOutBy, string? Recipient, DutyLight? Due);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/applications/{number}", (string number, IMediator mediator) => mediator.Send(new Query(number)))
        .Needs<Query>().WithTags("OneWindow").WithSummary("One application: documents, cases, results");

    private sealed class Handler(Db db, IMediator mediator, Materials materials, Answering answering, ZoneClock clock, OfficeHours office, CalendarInForce calendar, CatalogueInForce catalogue)
        : IRequestHandler<Query, Result>
    {
        private const string FindHead = """
            SELECT a.id, a.project_id, a.number, a.state, a.applicant, a.applicant_phone, a.query_code, a.received_at, a.received_by_name,
                   a.answered_at, a.answered_by, a.refusal_reason, a.right_authority, a.withdrawn_at, a.withdrawn_by, a.withdrawal_reason,
                   c.asked_at, c.asked_by, c.closed_at
              FROM onewindow_application a
              LEFT JOIN onewindow_correction c ON c.application_id = a.id
             WHERE a.number = @number
            """;

        private const string CorrectionItems = """
            SELECT i.document, m.name_zh, m.name_en, i.what
              FROM onewindow_correction_item i
              JOIN onewindow_material m ON m.application_id = i.application_id AND m.document = i.document
             WHERE i.application_id = @Id
             ORDER BY i.document
            """;

        private const string Clocks = """
            SELECT k.subject_id, k.due_on, k.warn_on, k.is_provisional
              FROM permits_public_case c
              JOIN deadlines_public_clock k ON k.subject_id = c.id AND k.subject_kind = 'case' AND k.limit_rule = 'promised'
             WHERE c.application_number = @number AND k.stopped_on IS NULL
            """;

        private const string Results = """
            SELECT case_id, case_number, paper, certificate_number, decided_on, arrived_at, handed_out_on, handed_out_by, recipient
              FROM onewindow_result
             WHERE application_number = @number
             ORDER BY case_id
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var number = query.Number.ToUpperInvariant();
            var row = await db.Find<HeadRow>(FindHead, new { number }, ct) ?? throw await answering.Lost(number, ct);
            var project = await mediator.Send(new GetProject(row.ProjectId), ct);
            var facts = await mediator.Send(new CasesOfApplication(number), ct);
            var clocks = (await db.Query<ClockRow>(Clocks, new { number }, ct)).ToDictionary(c => c.SubjectId);
            var papers = await db.Query<ResultRow>(Results, new { number }, ct);
            var correction = row.AskedAt is { } asked
                ? new Correction(asked, row.AskedBy!, row.ClosedAt, await db.Query<Wrong>(CorrectionItems, new { row.Id }, ct))
                : null;
            return new(
                row, project, await materials.Of(row.Id, ct), correction,
                [.. facts.Select(f => Show(f, clocks.GetValueOrDefault(f.Id)))],
                [.. papers.Select(p => Show(p, facts.Single(f => f.Id == p.CaseId)))],
                row.State == ApplicationState.Received ? Answer(row) : null);
        }

        private DutyLight Answer(HeadRow row) => DutyLight.Of(
            WindowDuties.AnswerDue(calendar.Current, office.DayOf(row.ReceivedAt), row.ClosedAt is { } closed ? office.DayOf(closed) : null),
            clock.Today, calendar.Current);

        private Case Show(CaseFact fact, ClockRow? running)
        {
            var item = catalogue.Current.Item(fact.ItemId)!;
            var light = running is null ? null
                : running.DueOn is { } due ? DutyLight.Of(due, running.IsProvisional, running.WarnOn ?? due, clock.Today, calendar.Current) : DutyLight.Paused;
            return new(fact.Number, fact.ItemCode, item.Name, catalogue.Current.Department(fact.Department)!.Name, item.Promised, fact.Status,
                fact.AcceptedOn, fact.DueOn, fact.IsDueProvisional, fact.DecidedOn, fact.CertificateNumber, fact.BlockedBy, light);
        }

        private Paper Show(ResultRow row, CaseFact fact)
        {
            var refused = fact.Status == CaseStatus.Refused;
            var name = ReceiveResult.Paper(fact.Status, catalogue.Current.Item(fact.ItemId)!, row.Paper);
            var due = row.HandedOutOn is null
                ? DutyLight.Of(WindowDuties.DeliveryDue(calendar.Current, row.DecidedOn), clock.Today, calendar.Current)
                : null;
            return new(row.CaseNumber, fact.ItemCode, name, refused, row.CertificateNumber, row.DecidedOn, row.ArrivedAt, row.HandedOutOn, row.HandedOutBy, row.Recipient, due);
        }

        private sealed record HeadRow : Head
        {
            public long Id { get; init; }
            public long ProjectId { get; init; }
            public DateTime? AskedAt { get; init; }
            public string? AskedBy { get; init; }
            public DateTime? ClosedAt { get; init; }
        }

        private sealed record ClockRow
        {
            public long SubjectId { get; init; }
            public DateOnly? DueOn { get; init; }
            public DateOnly? WarnOn { get; init; }
            public bool IsProvisional { get; init; }
        }

        private sealed record ResultRow
        {
            public long CaseId { get; init; }
            public string CaseNumber { get; init; } = "";
            public string Paper { get; init; } = "";
            public string? CertificateNumber { get; init; }
            public DateOnly DecidedOn { get; init; }
            public DateTime ArrivedAt { get; init; }
            public DateOnly? HandedOutOn { get; init; }
            public string? HandedOutBy { get; init; }
            public string? Recipient { get; init; }
        }
    }
}
