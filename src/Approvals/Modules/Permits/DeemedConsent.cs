using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// 超时默认: a case past its limit, whose item allows it, no longer holds up what waits for it. Nothing is approved: the case
/// runs on, late, and no paper has a number. Off unless the catalogue says otherwise.
/// </summary>
internal static class DeemedConsent
{
    /// <summary>A bounded share of the work.</summary>
    [RecordAs("登记默认同意", "Enter deemed consent")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(int Cases = 100) : ICommand<Result>;

    /// <param name="Unblocked">Cases that no longer wait for a late one.</param>
    /// <param name="More">Whether there may be late cases left to look at.</param>
    internal sealed record Result(int Unblocked, bool More);

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("permits.deemed-consent");
            while ((await mediator.Send(new Command(), ct)).More)
            {
            }
        }
    }

    private sealed record Late
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
        public DateOnly DueOn { get; init; }
    }

    private sealed record Waiting
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
    }

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CatalogueInForce catalogue, Trail trail) : IRequestHandler<Command, Result>
    {
        // The law's limit where there is one, else the promised one. A paused clock has no due date; one that rests on an
        // unpublished calendar may be due later; and a case without anything left to free is no longer found.
        private const string Find = """
            SELECT c.id, c.number, c.project_id, c.item_code, k.due_on
              FROM permits_case c
              JOIN deadlines_public_clock k ON k.subject_id = c.id AND k.subject_kind = 'case' AND k.stopped_on IS NULL
             WHERE c.item_id IN @items AND c.status IN (3, 6, 7, 8, 9, 10) AND c.accepted_on IS NOT NULL
               AND (k.limit_rule = 'statutory' OR k.limit_rule = 'promised' AND c.statutory_limit IS NULL)
               AND k.due_on < @today AND k.is_provisional = 0
               AND EXISTS (SELECT 1
                             FROM permits_case w
                             JOIN permits_need n ON n.case_id = w.id AND n.item_code = c.item_code AND n.met_on IS NULL
                            WHERE w.project_id = c.project_id AND w.status IN (1, 6, 7, 16))
             ORDER BY c.id
            """;

        private const string WaitingForIt = """
            SELECT w.id, w.number
              FROM permits_case w
              JOIN permits_need n ON n.case_id = w.id
             WHERE w.project_id = @ProjectId AND w.status IN (1, 6, 7, 16) AND n.item_code = @ItemCode AND n.met_on IS NULL
             ORDER BY w.id
            """;

        private const string Free = """
            UPDATE permits_need
               SET met_by_case_id = @LateId, met_on = @today, deemed_at = @Now
             WHERE case_id = @Id AND item_code = @ItemCode AND met_on IS NULL
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var items = catalogue.Current.Items.Where(i => i.DeemedConsent).Select(i => i.Id).ToList();
            if (items.Count == 0) return new(0, false);
            var today = clock.Today;
            var late = await db.First<Late>(command.Cases, Find, new { items, today }, ct);
            var unblocked = 0;
            foreach (var c in late)
            {
                var waiting = await db.Query<Waiting>(WaitingForIt, new { c.ProjectId, c.ItemCode }, ct);
                // One approved in between had what it waited for: nothing was deemed of it.
                var freed = new List<Waiting>();
                foreach (var w in waiting)
                    if (await db.Execute(Free, new { LateId = c.Id, today, clock.Now, w.Id, c.ItemCode }, ct) > 0) freed.Add(w);
                if (freed.Count == 0) continue;
                unblocked += freed.Count;
                var numbers = string.Join("、", freed.Select(w => w.Number));
                trail.Changed<Text>(new(numbers, numbers), new($"等待 {c.Number}（{c.ItemCode}）", $"Waiting for {c.Number} ({c.ItemCode})"), new("超时默认，不再等待", "Deemed by silence, waiting no more"));
                await mediator.Send(new NoteEvent.Command(c.Id, CaseActivity.DeemedConsent, Cut($"超时默认：{Words.Day(c.DueOn)} 到期未决定，{numbers} 不再等待本件；本件继续办理，不出结果")), ct);
                foreach (var w in freed)
                    await mediator.Send(new NoteEvent.Command(w.Id, CaseActivity.Noted, $"前置事项 {c.ItemCode}（{c.Number}）超过时限未决定，按超时默认不再等待；并非批准"), ct);
                await mediator.Send(new StartReady.Command(c.ProjectId, $"前置事项 {c.ItemCode} 超时默认（{c.Number}）", ""), ct);
            }

            return new(unblocked, late.Count == command.Cases);
        }

        private static string Cut(string note) => note.Length <= MarkCases.LongestNote ? note : note[..MarkCases.LongestNote];
    }
}
