using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>One case with all that is known of it.</summary>
internal static class ShowCase
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Number) : IRequest<Result>;

    internal sealed record Result(
        Facts Case,
        Text Item,
        Text Department,
        Text ResultPaper,
        string ProjectCode,
        string ProjectName,
        string Enterprise,
        Text State,
        NextStep? Next,
        IReadOnlyList<ClockFact> Clocks,
        IReadOnlyList<Blockers.Blocker> BlockedBy,
        IReadOnlyList<Blocked> Blocks,
        IReadOnlyList<Lost> RestsOn,
        IReadOnlyList<Event> Events,
        IReadOnlyList<Opinion> Opinions,
        IReadOnlyList<OwedDocument> OwedDocuments,
        IReadOnlyList<Document> Documents,
        IReadOnlyList<Paused> Pauses,
        IReadOnlyList<ExtensionFact> Extensions)
    {
        /// <summary>Of what still runs, the clock that is due next; one that stands still is due on no day.</summary>
        public ClockFact? Bites => Clocks.Where(k => k.StoppedOn is null && k.DueOn is not null).MinBy(k => k.DueOn);

        /// <summary>The pauses that are still open, in the order in which they were opened.</summary>
        public IEnumerable<Paused> Open => Pauses.Where(p => p.Fact.To is null).OrderBy(p => p.Notice);

        /// <summary>The extension that holds.</summary>
        public ExtensionFact? Extension => Extensions.FirstOrDefault(e => e.RemovedAt is null);
    }

    /// <param name="Notice">Which pause of the case it is, counted as they were opened.</param>
    /// <param name="Clock">The longest it may last.</param>
    internal sealed record Paused(int Notice, PauseFact Fact, ClockFact? Clock, Heard? Hearing);

    /// <summary>A hearing asked for, and set.</summary>
    internal sealed record Heard
    {
        public long PauseId { get; init; }
        public DateOnly RequestedOn { get; init; }
        public DateOnly? NotifiedOn { get; init; }
        public string? NoticeNumber { get; init; }
        public DateOnly? HeldOn { get; init; }
    }

    internal sealed record Facts
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public string ApplicationNumber { get; init; } = "";
        public long ProjectId { get; init; }
        public long ItemId { get; init; }
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public CaseStatus Status { get; init; }
        public int? PromisedLimit { get; init; }
        public string? PromisedUnit { get; init; }
        public int? StatutoryLimit { get; init; }
        public string? StatutoryUnit { get; init; }
        public DateTime ReceivedAt { get; init; }
        public bool IsAdmitted { get; init; }
        public DateTime? AdmittedAt { get; init; }
        public string? AdmissionNote { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DueOn { get; init; }
        public bool IsDueProvisional { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public string? CertificateNumber { get; init; }
        public DateTime LastOccurredAt { get; init; }
    }

    internal sealed record Blocked
    {
        public string Number { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public long ItemId { get; init; }
    }

    /// <summary>What it went on with and what holds no more, while nothing has taken its place.</summary>
    internal sealed record Lost
    {
        public string Number { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public long ItemId { get; init; }
        public CaseStatus Status { get; init; }
    }

    internal sealed record Event
    {
        public int Number { get; init; }
        public CaseStatus Status { get; init; }
        public DateTime OccurredAt { get; init; }
        public DateTime RecordedAt { get; init; }
        public string UserName { get; init; } = "";
        public string Note { get; init; } = "";
        public string LateReason { get; init; } = "";
    }

    internal sealed record Opinion
    {
        public string UserName { get; init; } = "";
        public string Text { get; init; } = "";
        public DateTime RecordedAt { get; init; }
    }

    internal sealed record OwedDocument
    {
        public string Document { get; init; } = "";
        public DateOnly DueOn { get; init; }
        public DateOnly? GivenOn { get; init; }
        public string? GivenTo { get; init; }
    }

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/cases/{number}", (string number, IMediator mediator) => mediator.Send(new Query(number)))
            .Needs<Query>().WithSummary("One case: facts, clocks, what blocks it, its log").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, CatalogueInForce catalogue, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string Find = """
            SELECT id, number, application_number, project_id, item_id, item_code, department, status, promised_limit, promised_unit,
                   statutory_limit, statutory_unit, received_at, is_admitted, admitted_at, admission_note, accepted_on, due_on, is_due_provisional,
                   decided_on, certificate_number, last_occurred_at
              FROM permits_case
             WHERE number = @number
            """;

        private const string WaitingForIt = """
            SELECT c.number, c.item_code, c.item_id
              FROM permits_case c
              JOIN permits_need n ON n.case_id = c.id
             WHERE c.project_id = @ProjectId AND n.item_code = @ItemCode AND n.met_on IS NULL AND c.status IN (1, 6, 7, 16)
             ORDER BY c.item_code, c.id
            """;

        private const string GoneSince = """
            SELECT p.number, p.item_code, p.item_id, p.status
              FROM permits_need n
              JOIN permits_case p ON p.id = n.met_by_case_id
             WHERE n.case_id = @Id AND p.status IN (2, 4, 5, 13, 14, 15)
               AND NOT EXISTS (SELECT 1 FROM permits_case r WHERE r.project_id = p.project_id AND r.item_code = p.item_code AND r.status IN (11, 12))
             ORDER BY p.item_code
            """;

        private const string Log = """
            SELECT number, status, occurred_at, recorded_at, user_name, note, late_reason
              FROM permits_event
             WHERE case_id = @Id
             ORDER BY number DESC
            """;

        private const string InHands = "SELECT user_name FROM permits_public_handler WHERE case_id = @Id";

        private const string Said = "SELECT user_name, text, recorded_at FROM permits_opinion WHERE case_id = @Id ORDER BY id DESC";

        private const string Owed = "SELECT document, due_on, given_on, given_to FROM permits_owed_document WHERE case_id = @Id ORDER BY document";

        private const string Hearings = "SELECT pause_id, requested_on, notified_on, notice_number, held_on FROM permits_hearing WHERE case_id = @Id";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var number = query.Number.Trim().ToUpperInvariant();
            var c = await db.Find<Facts>(Find, new { number }, ct) ?? throw CaseInHand.Unknown(number);
            var item = catalogue.Current.Item(c.ItemId)!;
            var department = catalogue.Current.Department(c.Department)?.Name ?? new Text(c.Department, c.Department);
            var project = (await mediator.Send(new GetProject(c.ProjectId), ct)).Within(actor, Act.SeeWork);
            var clocks = await mediator.Send(new ClocksOf("case", c.Id), ct);
            IReadOnlyList<Blockers.Blocker> blockers = c.AcceptedOn is null && !c.Status.IsTerminal() ? await mediator.Send(new Blockers.Query(c.Id), ct) : [];
            var blocks = await db.Query<Blocked>(WaitingForIt, new { c.ProjectId, c.ItemCode }, ct);
            IReadOnlyList<Lost> restsOn = c.AcceptedOn is null || (c.Status.IsTerminal() && !c.Status.IsApproved()) ? [] : await db.Query<Lost>(GoneSince, new { c.Id }, ct);
            var events = await db.Query<Event>(Log, new { c.Id }, ct);
            var opinions = await db.Query<Opinion>(Said, new { c.Id }, ct);
            IReadOnlyList<OwedDocument> owed = c.Status == CaseStatus.ApprovedDocumentsOwed ? await db.Query<OwedDocument>(Owed, new { c.Id }, ct) : [];
            var handler = events.FirstOrDefault(e => e.Status == CaseStatus.DepartmentStarted && e.Note.Length == 0)?.UserName;
            if (handler is not null) handler = await db.Find<string>(InHands, new { c.Id }, ct) ?? handler;
            var owes = owed.Where(o => o.GivenOn is null).Select(o => (DateOnly?)o.DueOn).Min();
            return new(
                c, item.Name, department, item.Result, project.Code, project.Name, project.Enterprise,
                c.Status.Standing(c.IsAdmitted, c.AcceptedOn),
                NextStep.Of(c.Status, c.IsAdmitted, c.AcceptedOn, department, handler, blockers, owes, clocks.Any(k => k.Rule == Rules.Delivery && k.StoppedOn is not null)),
                clocks, blockers, c.Status.IsApproved() ? [] : blocks, restsOn, events, opinions, owed, item.Documents,
                c.AcceptedOn is null ? [] : await Pauses(c.Id, ct), c.AcceptedOn is null ? [] : await mediator.Send(new ExtensionsOf("case", c.Id), ct));
        }

        private async Task<IReadOnlyList<Paused>> Pauses(long id, CancellationToken ct)
        {
            var pauses = await mediator.Send(new PausesOf("case", id), ct);
            if (pauses.Count == 0) return [];
            var hearings = (await db.Query<Heard>(Hearings, new { Id = id }, ct)).ToDictionary(h => h.PauseId);
            var order = pauses.Select(p => p.Id).Order().ToList();
            var shown = new List<Paused>(pauses.Count);
            foreach (var pause in pauses)
            {
                var clocks = await mediator.Send(new ClocksOf("pause", pause.Id), ct);
                shown.Add(new(order.IndexOf(pause.Id) + 1, pause, clocks is [var clock, ..] ? clock : null, hearings.GetValueOrDefault(pause.Id)));
            }

            return shown;
        }
    }
}
