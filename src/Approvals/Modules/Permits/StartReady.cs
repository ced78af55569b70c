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

/// <summary>
/// Starts every case of a project that the window has accepted and that nothing blocks any more: event 3, and its
/// clocks. It is accepted on the day the last of these came true, so the department's time begins when it can work; after
/// closing time or on a day off that is the next working day (民法典 203).
/// </summary>
internal static class StartReady
{
    /// <param name="ProjectId">The project.</param>
    /// <param name="Note">What made them ready, for the log.</param>
    /// <param name="LateReason">Why that was entered late, where it was.</param>
    internal sealed record Command(long ProjectId, string Note, string LateReason) : ICommand<IReadOnlyList<string>>, IInside;

    private sealed record Ready
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public string ApplicationNumber { get; init; } = "";
        public long ItemId { get; init; }
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public int? PromisedLimit { get; init; }
        public string? PromisedUnit { get; init; }
        public int? StatutoryLimit { get; init; }
        public string? StatutoryUnit { get; init; }
        public int LastEvent { get; init; }
        public DateTime LastOccurredAt { get; init; }
        public DateTime AdmittedAt { get; init; }
        public string? AdmissionNote { get; init; }
        public DateTime? MetAt { get; init; }

        public DateTime StartedAt
        {
            get
            {
                var at = LastOccurredAt > AdmittedAt ? LastOccurredAt : AdmittedAt;
                return MetAt > at ? MetAt.Value : at;
            }
        }
    }

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, OfficeHours office, CalendarOfCommand calendar, CatalogueInForce catalogue) : IRequestHandler<Command, IReadOnlyList<string>>
    {
        // Of what is noted on an approved case afterwards, the approval is the first.
        private const string Find = """
            SELECT id, number, application_number, department, item_id, item_code, promised_limit, promised_unit, statutory_limit, statutory_unit, last_event, last_occurred_at, admitted_at, admission_note,
                   (SELECT MAX(COALESCE(n.deemed_at, e.occurred_at))
                      FROM permits_need n
                      LEFT JOIN permits_event e ON e.case_id = n.met_by_case_id AND e.status IN (11, 12)
                            AND NOT EXISTS (SELECT 1 FROM permits_event d WHERE d.case_id = e.case_id AND d.status IN (11, 12) AND d.number < e.number)
                     WHERE n.case_id = permits_case.id) AS met_at
              FROM permits_case
             WHERE project_id = @ProjectId AND is_admitted = 1 AND accepted_on IS NULL AND status IN (1, 7)
               AND NOT EXISTS (SELECT 1 FROM permits_need n WHERE n.case_id = permits_case.id AND n.met_on IS NULL)
             ORDER BY id
            """;

        private const string Start = """
            UPDATE permits_case
               SET status = 3, accepted_on = @AcceptedOn, due_on = @DueOn, is_due_provisional = @IsProvisional,
                   last_event = last_event + 1, last_occurred_at = @StartedAt
             WHERE id = @Id AND accepted_on IS NULL AND status IN (1, 7) AND last_event = @LastEvent
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason)
            VALUES (@Id, @number, 3, @StartedAt, @recordedAt, @UserId, @Name, @Note, @LateReason)
            """;

        public async Task<IReadOnlyList<string>> Handle(Command command, CancellationToken ct)
        {
            var ready = await db.Query<Ready>(Find, new { command.ProjectId }, ct);
            if (ready.Count == 0) return [];

            var days = await calendar.Read(ct);
            var clocks = new List<ClockStart>();
            foreach (var c in ready)
            {
                var (acceptedOn, from) = (office.DayOf(c.StartedAt, days), office.CarriedFrom(c.StartedAt));
                var warning = catalogue.Current.Item(c.ItemId)?.WarningDays;
                if (c.PromisedLimit is { } promised) clocks.Add(new("case", c.Id, Rules.Promised, c.Number, c.Department, acceptedOn, new Limit(promised, c.PromisedUnit!), c.ItemCode, warning) { CarriedFrom = from });
                if (c.StatutoryLimit is { } statutory) clocks.Add(new("case", c.Id, Rules.Statutory, c.Number, c.Department, acceptedOn, new Limit(statutory, c.StatutoryUnit!), c.ItemCode, warning) { CarriedFrom = from });
            }

            var due = new Dictionary<(long, string), DueDay>();
            if (clocks.Count > 0)
            {
                var dates = await mediator.Send(new StartClocks(clocks), ct);
                for (var i = 0; i < clocks.Count; i++) due[(clocks[i].SubjectId, clocks[i].Rule)] = dates[i];
            }

            var started = await db.Execute(Start, ready.Select(c =>
            {
                // The zone keeps its promise; where it made none, the law's limit counts.
                DueDay? day = due.TryGetValue((c.Id, "promised"), out var promised) ? promised
                    : due.TryGetValue((c.Id, "statutory"), out var statutory) ? statutory : null;
                return new { c.Id, AcceptedOn = office.DayOf(c.StartedAt, days), DueOn = day?.Date, IsProvisional = day?.IsProvisional ?? false, c.LastEvent, c.StartedAt };
            }), ct);
            if (started != ready.Count)
                throw Refused.Conflict("case.changed", "有办理件刚刚被他人改动，请刷新后重试。", "A case was changed by somebody else just now; reload and try again.");

            var recordedAt = clock.Now;
            await db.Execute(InsertEvent, ready.Select(c => new
            {
                c.Id,
                number = c.LastEvent + 1,
                c.StartedAt,
                recordedAt,
                actor.UserId,
                actor.Name,
                Note = Note(command.Note, c.AdmissionNote),
                command.LateReason,
            }), ct);
            await mediator.Publish(new CasesAccepted(command.ProjectId, [.. ready.Select(c => new AcceptedCase(c.Id, c.Number, c.ApplicationNumber, c.ItemCode, office.DayOf(c.StartedAt, days), office.CarriedFrom(c.StartedAt)))]), ct);
            return [.. ready.Select(c => c.Number)];
        }

        private static string Note(string ready, string? admission) => (ready, admission) switch
        {
            (_, null) => ready,
            ("", _) => admission,
            _ => $"{ready}；{admission}",
        };
    }
}
