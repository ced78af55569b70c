using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
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
    /// <param name="Answer">The clocks of the answer, with their arithmetic: the first, and the one after a correction.</param>
    /// <param name="Stages">The stages that have begun, each with its clock.</param>
    /// <param name="Start">Where a construction permit was granted: until when works must start.</param>
    internal sealed record Result(
        Head Head,
        ProjectFacts Project,
        IReadOnlyList<Materials.Line> Materials,
        Correction? Correction,
        IReadOnlyList<Case> Cases,
        IReadOnlyList<Paper> Papers,
        DutyLight? AnswerDue,
        IReadOnlyList<ClockFact> Answer,
        IReadOnlyList<StageRow> Stages,
        PermitStart.Standing? Start,
        IReadOnlyList<HandOver> HandOvers,
        IReadOnlyList<Move> Moves)
    {
        /// <summary>How it stands, as an answer to it may say back: what was corrected is not what was received.</summary>
        public string Seen => Head.State == ApplicationState.Received && Correction is not null ? "Corrected" : Head.State.ToString();

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

        /// <summary>The window kept silent: accepted by law from this day, that of receipt.</summary>
        public DateOnly? DeemedOn { get; init; }

        public string? RefusalReason { get; init; }
        public string? RightAuthority { get; init; }
        public DateTime? WithdrawnAt { get; init; }
        public string? WithdrawnBy { get; init; }
        public string? WithdrawalReason { get; init; }

        /// <summary>The window it belongs to; null is every window's.</summary>
        public long? WindowId { get; init; }

        public string? Window { get; init; }
    }

    /// <summary>转窗.</summary>
    /// <remarks>From none where it was every window's.</remarks>
    internal sealed record Move
    {
        public DateTime MovedAt { get; init; }
        public string MovedBy { get; init; } = "";
        public string? FromName { get; init; }
        public string ToName { get; init; } = "";
        public string Reason { get; init; } = "";
    }

    /// <summary>移交.</summary>
    internal sealed record HandOver
    {
        public DateTime HandedAt { get; init; }
        public string HandedBy { get; init; } = "";
        public string FromName { get; init; } = "";
        public string ToName { get; init; } = "";
        public string Reason { get; init; } = "";
    }

    internal sealed record StageRow(int Number, Text Name, ClockFact Clock);

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
        string Number, string ItemCode, Text ItemName, Text Department, Limit? Promised, CaseStatus Status, Text Standing, DateOnly? AcceptedOn, DateOnly? DueOn,
        bool IsDueProvisional, DateOnly? DecidedOn, string? CertificateNumber, IReadOnlyList<string> BlockedBy, DutyLight? Light);

    /// <param name="Due">Until when it must be delivered; null once it is.</param>
    internal sealed record Paper(
        string CaseNumber, string ItemCode, Text Name, bool IsRefusal, string? CertificateNumber, DateOnly DecidedOn, DateTime ArrivedAt,
        DateOnly? HandedOutOn, string? HandedOutBy, string? Recipient, DutyLight? Due, Text? TakenBack);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/applications/{number}", (string number, IMediator mediator) => mediator.Send(new Query(number)))
        .Needs<Query>().WithTags("OneWindow").WithSummary("One application: documents, cases, results");

    private sealed class Handler(Db db, IMediator mediator, Materials materials, Answering answering, ZoneClock clock, CalendarInForce calendar, CatalogueInForce catalogue, Actor actor)
        : IRequestHandler<Query, Result>
    {
        private const string FindHead = """
            SELECT a.id, a.project_id, a.process_id, a.number, a.state, a.applicant, a.applicant_phone, a.query_code, a.received_at, a.received_by_name,
                   a.answered_at, a.answered_by, a.deemed_on, a.refusal_reason, a.right_authority, a.withdrawn_at, a.withdrawn_by, a.withdrawal_reason,
                   a.window_id, w.name AS [window], c.asked_at, c.asked_by, c.closed_at
              FROM onewindow_application a
              LEFT JOIN onewindow_correction c ON c.application_id = a.id
              LEFT JOIN access_public_window w ON w.id = a.window_id
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
            SELECT k.subject_id, k.limit_rule AS [rule], k.due_on, k.warn_on, k.is_provisional, k.limit_unit
              FROM permits_public_case c
              JOIN deadlines_public_clock k ON k.subject_id = c.id AND k.subject_kind = 'case' AND k.limit_rule IN ('promised', 'delivery')
             WHERE c.application_number = @number AND k.stopped_on IS NULL
            """;

        private const string HandedOver = "SELECT handed_at, handed_by, from_name, to_name, reason FROM onewindow_handover WHERE application_id = @Id ORDER BY id";

        private const string Moved = "SELECT moved_at, moved_by, from_name, to_name, reason FROM onewindow_window_move WHERE application_id = @Id ORDER BY id";

        private const string Stages = "SELECT id, stage FROM onewindow_stage WHERE application_id = @Id ORDER BY started_on, stage";

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
            var project = (await mediator.Send(new GetProject(row.ProjectId), ct)).Within(actor, Act.SeeWork);
            var facts = await mediator.Send(new CasesOfApplication(number), ct);
            var clocks = (await db.Query<ClockRow>(Clocks, new { number }, ct)).ToDictionary(c => (c.SubjectId, c.Rule));
            var papers = await db.Query<ResultRow>(Results, new { number }, ct);
            var correction = row.AskedAt is { } asked
                ? new Correction(asked, row.AskedBy!, row.ClosedAt, await db.Query<Wrong>(CorrectionItems, new { row.Id }, ct))
                : null;
            var answer = await mediator.Send(new ClocksOf("application", row.Id), ct);
            var head = HasNeed(project.Place() with { Window = row.WindowId }, facts) ? row : row with { ApplicantPhone = Personal.Phone(row.ApplicantPhone), QueryCode = Personal.Hidden };
            return new(
                head, project, await materials.Of(row.Id, ct), correction,
                [.. facts.Select(f => Show(f, clocks.GetValueOrDefault((f.Id, Rules.Promised))))],
                [.. papers.Select(p => Show(p, facts.Single(f => f.Id == p.CaseId), clocks.GetValueOrDefault((p.CaseId, Rules.Delivery))))],
                answer.FirstOrDefault(c => c.StoppedOn is null) is { } due ? DutyLight.Of(due) : null, answer,
                await StagesOf(row, ct), await PermitStart.StandingOf(facts, db, mediator, clock.Today, ct),
                await db.Query<HandOver>(HandedOver, new { row.Id }, ct), await db.Query<Move>(Moved, new { row.Id }, ct));
        }

        /// <summary>Whoever must reach the applicant: its window, a department that has one of the cases, the agent of the project.</summary>
        private bool HasNeed(Place place, IReadOnlyList<CaseFact> cases) =>
            actor.May(Act.DecideIntake, place) || actor.May(Act.TakeIn, place) || cases.Any(c => actor.May(Act.HandleCase, new Place(c.Department)));

        private async Task<IReadOnlyList<StageRow>> StagesOf(HeadRow row, CancellationToken ct)
        {
            var (process, stages) = (catalogue.Current.Process(row.ProcessId)!, new List<StageRow>());
            foreach (var stage in await db.Query<StageId>(Stages, new { row.Id }, ct))
                foreach (var fact in await mediator.Send(new ClocksOf("stage", stage.Id), ct)) stages.Add(new(stage.Stage, StageClocks.Name(process, stage.Stage), fact));
            return stages;
        }

        private Case Show(CaseFact fact, ClockRow? running)
        {
            var item = catalogue.Current.Item(fact.ItemId)!;
            var light = running is null ? null : DutyLight.Of(running, clock.Today, calendar.Current);
            return new(fact.Number, fact.ItemCode, item.Name, catalogue.Current.Department(fact.Department)!.Name, item.Promised, fact.Status, fact.Standing,
                fact.AcceptedOn, fact.DueOn, fact.IsDueProvisional, fact.DecidedOn, fact.CertificateNumber, fact.BlockedBy, light);
        }

        private Paper Show(ResultRow row, CaseFact fact, ClockRow? running)
        {
            var refused = fact.Status == CaseStatus.Refused;
            var name = ReceiveResult.Paper(fact.Status, catalogue.Current.Item(fact.ItemId)!, row.Paper);
            var due = row.HandedOutOn is null && running is not null ? DutyLight.Of(running, clock.Today, calendar.Current) : null;
            return new(row.CaseNumber, fact.ItemCode, name, refused, row.CertificateNumber, row.DecidedOn, row.ArrivedAt, row.HandedOutOn, row.HandedOutBy, row.Recipient, due,
                fact.Status is CaseStatus.Recalled or CaseStatus.Revoked ? fact.Status.Name() : null);
        }

        private sealed record HeadRow : Head
        {
            public long Id { get; init; }
            public long ProjectId { get; init; }
            public long ProcessId { get; init; }
            public DateTime? AskedAt { get; init; }
            public string? AskedBy { get; init; }
            public DateTime? ClosedAt { get; init; }
        }

        private sealed record StageId
        {
            public long Id { get; init; }
            public int Stage { get; init; }
        }

        private sealed record ClockRow : RunningClock
        {
            public long SubjectId { get; init; }
            public string Rule { get; init; } = "";
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
