using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>Opens the cases of an application: received, waiting for the window's word and for what each needs first.</summary>
internal static class OpeningCases
{
    private sealed record Existing
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public CaseStatus Status { get; init; }
        public DateOnly? DecidedOn { get; init; }
    }

    private sealed class Handler(Db db, Ids ids, Actor actor, ZoneClock clock, CalendarInForce calendar, SecondPerson second) : IRequestHandler<OpenCases, IReadOnlyList<string>>
    {
        // Writes nothing new: it makes a decision of the same project wait, or waits for it. Otherwise, on a server, an
        // approval and the opening of a case that needs it could each miss the other, and the case would wait for ever.
        private const string Hold = "UPDATE permits_case SET last_event = last_event WHERE project_id = @ProjectId";

        private const string OfProject = "SELECT id, number, item_code, status, decided_on FROM permits_case WHERE project_id = @ProjectId";

        private const string Insert = """
            INSERT INTO permits_case (id, number, application_number, project_id, item_id, item_code, department, status,
                   promised_limit, promised_unit, statutory_limit, statutory_unit, received_at, is_admitted, is_due_provisional,
                   last_event, last_occurred_at)
            VALUES (@Id, @Number, @ApplicationNumber, @ProjectId, @ItemId, @ItemCode, @Department, 1,
                   @PromisedLimit, @PromisedUnit, @StatutoryLimit, @StatutoryUnit, @ReceivedAt, 0, 0,
                   1, @ReceivedAt)
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason)
            VALUES (@Id, 1, 1, @ReceivedAt, @recordedAt, @UserId, @Name, '', @late)
            """;

        private const string InsertNeed = """
            INSERT INTO permits_need (case_id, item_code, met_by_case_id, met_on)
            VALUES (@CaseId, @ItemCode, @MetByCaseId, @MetOn)
            """;

        public async Task<IReadOnlyList<string>> Handle(OpenCases command, CancellationToken ct)
        {
            var late = Occurrence.Check(command.ReceivedAt, null, command.LateReason, clock, calendar.Current);
            second.DemandLate(late, command.ReceivedAt, clock, BackDating.OfTheWindow);
            await db.Execute(Hold, new { command.ProjectId }, ct);
            var existing = await db.Query<Existing>(OfProject, new { command.ProjectId }, ct);
            RefuseWhatIsOpen(command, existing);

            var first = await ids.Next(command.Cases.Count);
            var cases = command.Cases.Select((c, i) => new
            {
                Id = first + i,
                Number = $"{command.ApplicationNumber}-{i + 1:00}",
                command.ApplicationNumber,
                command.ProjectId,
                ItemId = c.Item.Id,
                ItemCode = c.Item.Code,
                c.Item.Department,
                PromisedLimit = c.Item.Promised?.Value,
                PromisedUnit = c.Item.Promised?.Unit,
                StatutoryLimit = c.Item.Statutory?.Value,
                StatutoryUnit = c.Item.Statutory?.Unit,
                command.ReceivedAt,
            }).ToList();
            if (!await db.TryInsert(Insert, cases, ct))
                throw Refused.Conflict("case.alreadyOpen", "本项目的同一事项刚刚由他人收件，请刷新后重试。", "Somebody has just opened a case of one of these items for this project; reload and try again.");

            var recordedAt = clock.Now;
            await db.Execute(InsertEvent, cases.Select(c => new { c.Id, c.ReceivedAt, recordedAt, actor.UserId, actor.Name, late }), ct);

            var approved = existing.Where(e => e.Status.IsApproved()).ToDictionary(e => e.ItemCode);
            var needs = command.Cases.SelectMany((c, i) => c.Needs.Distinct().Select(code => new
            {
                CaseId = first + i,
                ItemCode = code,
                MetByCaseId = approved.GetValueOrDefault(code)?.Id,
                MetOn = approved.GetValueOrDefault(code)?.DecidedOn,
            })).ToList();
            if (needs.Count > 0) await db.Execute(InsertNeed, needs, ct);
            return [.. cases.Select(c => c.Number)];
        }

        private static void RefuseWhatIsOpen(OpenCases command, IReadOnlyList<Existing> existing)
        {
            var problems = new List<Problem>();
            if (command.Cases.Count == 0)
                throw Refused.Invalid("case.noItem", "items", "请至少选择一个事项。", "Choose at least one item.");
            foreach (var twice in command.Cases.GroupBy(c => c.Item.Code).Where(g => g.Count() > 1))
                problems.Add(new("case.itemTwice", "items", new($"事项 {twice.Key} 重复选择，请只选一次。", $"Item {twice.Key} is chosen twice; choose it once.")));
            foreach (var wanted in command.Cases)
            {
                var standing = existing.FirstOrDefault(e => e.ItemCode == wanted.Item.Code && (!e.Status.IsTerminal() || e.Status.IsApproved()));
                if (standing is null) continue;
                var name = wanted.Item.Name;
                problems.Add(new("case.alreadyOpen", "items", new(
                    $"本项目已有 {wanted.Item.Code} {name.Zh}：办理件 {standing.Number}，{standing.Status.Name().Zh}，不能重复收件。",
                    $"The project already has {wanted.Item.Code} {name.En}: case {standing.Number}, {standing.Status.Name().En}; it cannot be taken in again.")));
            }

            if (problems.Count > 0) throw new Refused(RefusedAs.Conflict, problems);
        }
    }
}
