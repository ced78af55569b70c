using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>督办答复: the department says why it is late, what it does about it, and when it will be done. Once.</summary>
internal static class AnswerOrder
{
    public const int Longest = 1000;

    /// <param name="Answer">Why it is late.</param>
    /// <param name="Measures">What is being done.</param>
    /// <param name="PromisedOn">The day by which it will be done; today or later.</param>
    [RecordAs("答复督办单", "Answer the supervision order", Subject.Order)]
    [Needs(Act.AnswerOrder)]
    internal sealed record Command(string Number = "", string? Answer = null, string? Measures = null, DateOnly? PromisedOn = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/orders/{number}/answer", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Answer a supervision order").WithTags("Supervision");

    private sealed class Handler(Db db, OrderInHand orders, Actor actor, ZoneClock clock, Wording say, IMediator mediator, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Give = """
            UPDATE supervision_order
               SET answered_at = @Now, answered_by = @Name, answer = @Answer, measures = @Measures, promised_on = @PromisedOn
             WHERE id = @Id AND answered_at IS NULL AND finished_at IS NULL
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var order = await orders.Find(command.Number, ct);
            if (!actor.IsSystem && !actor.AnswersFor().Contains(order.Department))
            {
                var whose = say.Department(order.Department);
                throw Refused.Forbidden("order.otherDepartment", $"督办单 {order.Number} 由{whose.Zh}答复。", $"Supervision order {order.Number} is for {whose.En} to answer.");
            }

            var today = clock.Today;
            new Check()
                .Text(command.Answer, "answer", "超期原因", "The reason for the delay", Longest)
                .Text(command.Measures, "measures", "采取的措施", "The measures", Longest, optional: true)
                .That(command.PromisedOn is not { } day || (day >= today && WorkingDays.Covers(day)), "order.promisedInPast", "promisedOn",
                    $"承诺办结日 {Words.Day(command.PromisedOn)} 应为今天或以后的日期，请更正。", $"{Words.Day(command.PromisedOn)} is not a day from today on; correct the promised day.")
                .Done();
            var answer = new { order.Id, clock.Now, actor.Name, Answer = command.Answer!.Trim(), Measures = Trimmed(command.Measures), command.PromisedOn };
            if (await db.Execute(Give, answer, ct) == 0) throw await orders.Lost(command.Number, ct);
            trail.Changed(new("超期原因", "Reason for the delay"), null, answer.Answer);
            trail.Changed(new("采取的措施", "Measures"), null, answer.Measures);
            trail.Changed(new("承诺办结日", "Promised day"), null, answer.PromisedOn);
            await mediator.Send(new StopClocks("order", order.Id, today), ct);
            List<Audience> to = [new(Role.Supervisor)];
            if (order.EscalatedAt is not null) to.Add(new(Role.ZoneLeader));
            var text = answer.Answer.Length > 400 ? answer.Answer[..400] + "…" : answer.Answer;
            await mediator.Send(new Notify(
                $"order:{order.Number}:answered",
                to,
                new($"督办单 {order.Number} 已答复", $"Supervision order {order.Number} has been answered"),
                new($"{say.Department(order.Department).Zh}{actor.Name}答复：{text}", $"{say.Department(order.Department).En}, {actor.Name}: {text}"),
                $"/orders/{order.Number}",
                MessageLevel.Info,
                $"order:{order.Number}"), ct);
            return Unit.Value;
        }

        private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
