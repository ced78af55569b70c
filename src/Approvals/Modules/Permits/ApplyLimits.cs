using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// Open cases take the limits of the item's version in force. Without this they keep those they were opened with; which
/// take the new ones is for the supervisor to choose, from the list of what would move; another supervisor approves it, for
/// a longer limit is an extension by another name.
/// </summary>
internal static class ApplyLimits
{
    /// <param name="Code">The item.</param>
    /// <param name="Cases">The numbers of the chosen cases.</param>
    /// <param name="All">All open cases of the item instead.</param>
    /// <param name="Reason">Why they change.</param>
    [RecordAs("调整在办件的时限", "Change the limits of open cases")]
    [Needs(Act.ChangeLimits)]
    [TakesTwo]
    internal sealed record Command(string Code = "", IReadOnlyList<string>? Cases = null, bool All = false, string? Reason = null) : ICommand<Result>;

    /// <param name="Changed">Cases that took the new limits.</param>
    /// <param name="Moved">Due dates that moved.</param>
    internal sealed record Result(int Changed, int Moved);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/catalogue/items/{code}/limits", (string code, Command body, IMediator mediator) => mediator.Send(body with { Code = code }))
            .Needs<Command>().WithSummary("Give chosen open cases the limits of an item's version in force").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, SecondPerson second, Trail trail) : IRequestHandler<Command, Result>
    {
        // The guard: what was shown is still open.
        private const string Change = """
            UPDATE permits_case
               SET promised_limit = @Promised, promised_unit = @PromisedUnit, statutory_limit = @Statutory, statutory_unit = @StatutoryUnit
             WHERE id = @Id AND status IN (1, 3, 6, 7, 8, 9, 10, 16)
            """;

        /// <summary>The log of each case says its own.</summary>
        private const int MostOnTrail = 10;

        private const string Frozen = """
            SELECT id, promised_limit AS promised, promised_unit, statutory_limit AS statutory, statutory_unit
              FROM permits_case
             WHERE id IN @ids
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var wanted = (command.Cases ?? []).Select(n => (n ?? "").Trim().ToUpperInvariant()).Where(n => n.Length > 0).ToHashSet();
            var lines = await Lines(command, wanted, ct);
            var known = lines.Select(l => l.Number).ToHashSet();
            var unknown = command.All ? [] : wanted.Except(known).ToList();
            new Check()
                .That(command.All || wanted.Count > 0, "limits.noCase", "cases", "请勾选要调整时限的办理件。", "Choose the cases whose limits are to change.")
                .That(unknown.Count == 0, "limits.unknownCase", "cases",
                    $"{string.Join("、", unknown.Take(10))} 不是本事项的在办件，或时限已与现行目录一致，请刷新后重选。", $"{string.Join(", ", unknown.Take(10))}: no open case of this item with other limits; reload and choose again.")
                .Text(command.Reason, "reason", "调整的理由", "The reason of the change", ExtendCase.LongestReason)
                .Done();
            second.Demand(
                new($"{command.Code} {(command.All ? "全部在办件" : string.Join("、", known.Order()))}：{command.Reason!.Trim()}", $"{command.Code}, {(command.All ? "all open cases" : string.Join(", ", known.Order()))}: {command.Reason.Trim()}"),
                null,
                new Post(Role.Supervisor));
            var moved = 0;
            foreach (var batch in lines.Where(l => l.Limits.Count > 0).Chunk(500)) moved += await Apply(batch, command.Reason!.Trim(), ct);
            Tell([.. lines.SelectMany(l => l.Limits.Select(c => (l.Number, c)))]);
            return new(lines.Count(l => l.Limits.Count > 0), moved);
        }

        private async Task<List<PreviewLimits.Line>> Lines(Command command, HashSet<string> wanted, CancellationToken ct)
        {
            var lines = new List<PreviewLimits.Line>();
            string? after = null;
            do
            {
                var page = await mediator.Send(new PreviewLimits.Query(command.Code, after, ListCases.LargestPage), ct);
                lines.AddRange(page.Lines.Where(l => command.All || wanted.Contains(l.Number)));
                after = page.Next;
            }
            while (after is not null);
            return lines;
        }

        private async Task<int> Apply(PreviewLimits.Line[] lines, string reason, CancellationToken ct)
        {
            var frozen = (await db.Query<Row>(Frozen, new { ids = lines.Select(l => l.Id).ToList() }, ct)).ToDictionary(r => r.Id);
            var rows = lines.Select(l => l.Limits.Aggregate(frozen[l.Id], (row, limit) => limit.Rule == Rules.Promised
                ? row with { Promised = limit.New.Value, PromisedUnit = limit.New.Unit }
                : row with { Statutory = limit.New.Value, StatutoryUnit = limit.New.Unit })).ToList();
            if (await db.Execute(Change, rows, ct) != lines.Length)
                throw Refused.Conflict("case.changed", "有办理件刚刚被他人改动，本次没有调整，请刷新后重试。", "A case was changed by somebody else just now; nothing was changed. Reload and try again.");
            var moved = await mediator.Send(new ChangeLimits([.. lines.SelectMany(l => l.Limits.Select(c => new ChangedLimit("case", l.Id, c.Rule, c.New)))]), ct);
            foreach (var line in lines)
                await mediator.Send(new NoteEvent.Command(line.Id, CaseActivity.LimitChanged, $"时限按现行目录调整：{string.Join("；", line.Limits.Select(Sentence))}。理由：{reason}"), ct);
            return moved.Count(m => m.From != m.To);
        }

        private void Tell(IReadOnlyList<(string Number, PreviewLimits.Changed Change)> limits)
        {
            foreach (var (number, change) in limits.Take(MostOnTrail))
                trail.Changed(new($"{number} {Rules.Name(change.Rule).Zh}", $"{number} {Rules.Name(change.Rule).En}"), change.Old.Name, change.New.Name);
            if (limits.Count > MostOnTrail)
                trail.Changed<Text>(new("其余时限", "The other limits"), new("见各件记录", "As the log of each case says"), new($"{limits.Count - MostOnTrail} 项已调整", $"{limits.Count - MostOnTrail} changed"));
        }

        private static string Sentence(PreviewLimits.Changed c)
        {
            var dates = c.DueNow == c.DueThen ? "" : $"，到期 {Words.Day(c.DueNow)} → {Words.Day(c.DueThen)}";
            return $"{Rules.Name(c.Rule).Zh} {c.Old.Name.Zh} → {c.New.Name.Zh}{dates}";
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public int? Promised { get; init; }
            public string? PromisedUnit { get; init; }
            public int? Statutory { get; init; }
            public string? StatutoryUnit { get; init; }
        }
    }
}
