using System.Security.Cryptography;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>
/// 督办阶梯: who is told of an alert, and what it opens. It runs in the transaction of the alert, so what follows from an
/// alert is there exactly when the alert is. The whole ladder stands in <c>docs/decisions/0009-ladder.md</c>.
/// </summary>
internal static class Ladder
{
    /// <summary>Working days for the answer to an order; then the leaders of the zone are told.</summary>
    public const int AnswerDays = 3;

    private const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    private const int Tries = 5;

    private sealed class Raised(Db db, Ids ids, ZoneClock clock, IMediator mediator, Handlers handlers, Wording say) : INotificationHandler<DeadlinesAlerted>
    {
        private const string FindOpen = """
            SELECT id, number
              FROM supervision_order
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND due_on = @DueOn AND finished_at IS NULL
            """;

        private const string Open = """
            INSERT INTO supervision_order (id, number, subject_kind, subject_id, limit_rule, label, department, item, due_on, opened_at, answer_due_on)
            VALUES (@Id, @Number, @SubjectKind, @SubjectId, @Rule, @Label, @Department, @Item, @DueOn, @Now, @Today)
            """;

        private const string SetAnswerDay = "UPDATE supervision_order SET answer_due_on = @Date WHERE id = @Id";

        private const string Join = """
            INSERT INTO supervision_cause (alert_id, order_id, clock_id, limit_rule, began_on, joined_at)
            VALUES (@AlertId, @OrderId, @ClockId, @Rule, @BeganOn, @Now)
            """;

        private const string Escalate = """
            UPDATE supervision_order
               SET escalated_at = @Now
             WHERE id = @SubjectId AND escalated_at IS NULL AND answered_at IS NULL AND finished_at IS NULL
            """;

        private const string About = """
            SELECT subject_kind, limit_rule, label, department, item, due_on
              FROM supervision_order
             WHERE id = @SubjectId
            """;

        /// <remarks>Share by share: what a share needs is gone before the next, and each value of a list is looked for among all of it by its name.</remarks>
        public async Task Handle(DeadlinesAlerted told, CancellationToken ct)
        {
            foreach (var alerts in told.Alerts.Chunk(100))
            {
                var inHand = await handlers.OfCases([.. alerts.Where(a => a.Level == Light.Yellow)], ct);
                await handlers.FindWindows(alerts.Where(a => a.Department.Length == 0 && a.SubjectKind != "order").Select(a => a.Label), ct);
                var notices = new List<Notify>();
                foreach (var alert in alerts)
                {
                    var notice = (alert.SubjectKind, alert.Level) switch
                    {
                        ("order", Light.Red) => await Unanswered(alert, ct),
                        ("order", _) => await Remind(alert, ct),
                        (_, Light.Red) => await Late(alert, ct),
                        _ => await AtRisk(alert, inHand, ct),
                    };
                    if (notice is not null) notices.Add(notice);
                }

                await mediator.Send(new NotifyAll(notices), ct);
            }
        }

        private async Task<Notify> AtRisk(DeadlineAlerted alert, IReadOnlyDictionary<string, long> inHand, CancellationToken ct)
        {
            var to = new List<Audience> { new(Role.Supervisor) };
            to.Add(await handlers.Of(alert, inHand, ct));
            // A pause was approved by the head of the department.
            if (alert.SubjectKind == "pause") to.Add(handlers.HeadOf(alert.Department, alert.Label));
            return Tell(alert, to, say.AtRisk(alert), Subjects.Page(alert.SubjectKind, alert.Label, alert.Rule), MessageLevel.Yellow);
        }

        private async Task<Notify> Late(DeadlineAlerted alert, CancellationToken ct)
        {
            var order = await db.Find<Order>(FindOpen, alert, ct);
            var opens = order is null;
            order ??= await OpenOrder(alert, ct);
            await db.Execute(Join, new { alert.AlertId, OrderId = order.Id, alert.ClockId, alert.Rule, alert.BeganOn, clock.Now }, ct);
            return Tell(alert, [handlers.HeadOf(alert.Department, alert.Label), new(Role.Supervisor)], say.Late(alert, order.Number, opens), $"/orders/{order.Number}", MessageLevel.Red);
        }

        /// <remarks>The day says when, the rest is drawn: a number tells nobody how many came before it.</remarks>
        private async Task<Order> OpenOrder(DeadlineAlerted alert, CancellationToken ct)
        {
            var id = await ids.Next();
            for (var attempt = 1; attempt <= Tries; attempt++)
            {
                var number = $"DB-{clock.Today:yyyyMMdd}-{RandomNumberGenerator.GetString(Alphabet, 4)}";
                var order = new { Id = id, Number = number, alert.SubjectKind, alert.SubjectId, alert.Rule, alert.Label, alert.Department, alert.Item, alert.DueOn, clock.Now, clock.Today };
                if (!await db.TryInsert(Open, order, ct)) continue;
                var due = await mediator.Send(new StartClocks([new("order", id, Rules.Order, number, alert.Department, clock.Today, new Limit(AnswerDays, Limit.WorkingDays), alert.Item)]), ct);
                await db.Execute(SetAnswerDay, new { Id = id, due[0].Date }, ct);
                return new() { Id = id, Number = number };
            }

            throw new InvalidOperationException($"{Tries} numbers in a row were taken.");
        }

        private async Task<Notify?> Remind(DeadlineAlerted alert, CancellationToken ct) =>
            await db.Find<Matter>(About, alert, ct) is { } matter
                ? Tell(alert, [await Answerer(matter, ct)], say.AnswerDue(alert, matter), $"/orders/{alert.Label}", MessageLevel.Yellow)
                : null;

        private async Task<Notify?> Unanswered(DeadlineAlerted alert, CancellationToken ct)
        {
            if (await db.Execute(Escalate, new { alert.SubjectId, clock.Now }, ct) == 0) return null;
            var matter = (await db.Find<Matter>(About, alert, ct))!;
            return Tell(alert, [new(Role.ZoneLeader), new(Role.Supervisor), await Answerer(matter, ct)], say.Unanswered(alert, matter), $"/orders/{alert.Label}", MessageLevel.Red);
        }

        /// <summary>An order has a number of its own; what it is about says at which window that is.</summary>
        private async Task<Audience> Answerer(Matter matter, CancellationToken ct)
        {
            if (matter.Department.Length == 0) await handlers.FindWindows([matter.Label], ct);
            return handlers.HeadOf(matter.Department, matter.Label);
        }

        private static Notify Tell(DeadlineAlerted alert, IReadOnlyList<Audience> to, (Text Title, Text Body) words, string link, MessageLevel level) =>
            new($"alert:{alert.AlertId}", to, words.Title, words.Body, link, level, $"{alert.SubjectKind}:{alert.Label}");

        private sealed record Order
        {
            public long Id { get; init; }
            public string Number { get; init; } = "";
        }
    }

    /// <summary>Ends what rests on a clock that is red no more; the order ends with the last of its clocks.</summary>
    private sealed class Settled(Db db, ZoneClock clock, IMediator mediator) : INotificationHandler<LateClockSettled>
    {
        private const string Resting = """
            SELECT DISTINCT o.id, o.number, o.department, o.escalated_at, o.answered_at
              FROM supervision_cause c
              JOIN supervision_order o ON o.id = c.order_id
             WHERE c.clock_id = @ClockId AND c.settled_at IS NULL
            """;

        private const string Settle = "UPDATE supervision_cause SET settled_at = @Now WHERE clock_id = @ClockId AND settled_at IS NULL";

        private const string Finish = """
            UPDATE supervision_order
               SET finished_at = @Now, finished_how = @How
             WHERE id = @Id AND finished_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM supervision_cause WHERE order_id = @Id AND settled_at IS NULL)
            """;

        public async Task Handle(LateClockSettled settled, CancellationToken ct)
        {
            var orders = await db.Query<Order>(Resting, settled, ct);
            if (orders.Count == 0) return;
            await db.Execute(Settle, new { settled.ClockId, clock.Now }, ct);
            foreach (var order in orders)
            {
                if (await db.Execute(Finish, new { order.Id, clock.Now, How = settled.IsStopped ? "stopped" : "moved" }, ct) == 0) continue;
                await mediator.Send(new StopClocks("order", order.Id, clock.Today), ct);
                // Whoever heard that it went wrong hears that it has ended.
                if (order.EscalatedAt is null) continue;
                var (title, body) = Wording.Finished(order.Number, settled);
                await mediator.Send(new Notify($"order:{order.Number}:finished", [new(Role.ZoneLeader)], title, body, $"/orders/{order.Number}", MessageLevel.Info, $"order:{order.Number}"), ct);
            }
        }

        private sealed record Order
        {
            public long Id { get; init; }
            public string Number { get; init; } = "";
            public DateTime? EscalatedAt { get; init; }
        }
    }

    /// <summary>The day of the answer is a copy of what the order's clock says.</summary>
    private sealed class Moved(Db db) : INotificationHandler<DueDatesMoved>
    {
        private const string Copy = "UPDATE supervision_order SET answer_due_on = @To WHERE id = @SubjectId AND finished_at IS NULL";

        public async Task Handle(DueDatesMoved moved, CancellationToken ct)
        {
            var ours = moved.Dates.Where(d => d is { SubjectKind: "order", To: not null }).Select(d => new { d.SubjectId, d.To }).ToList();
            if (ours.Count > 0) await db.Execute(Copy, ours, ct);
        }
    }

    /// <summary>What an order is about.</summary>
    internal sealed record Matter
    {
        public string SubjectKind { get; init; } = "";
        public string LimitRule { get; init; } = "";
        public string Label { get; init; } = "";
        public string Department { get; init; } = "";
        public string Item { get; init; } = "";
        public DateOnly DueOn { get; init; }
    }
}
