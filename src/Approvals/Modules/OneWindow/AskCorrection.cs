using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>一次性告知补正: the applicant is told once, of everything, what is missing or wrong (行政许可法 32).</summary>
internal static class AskCorrection
{
    /// <param name="Items">Everything at once, by document of the checklist.</param>
    /// <param name="OccurredAt">When it was done; now unless said otherwise. Without an offset: the zone's own time.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    [RecordAs("一次性告知补正", "Ask for a correction", Subject.Application)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command(IReadOnlyList<Wrong> Items, string Number = "", DateTime? OccurredAt = null, string? LateReason = null) : ICommand<Unit>;

    /// <param name="Document">Its code on the checklist.</param>
    /// <param name="What">What is missing or wrong, as the applicant will read it.</param>
    internal sealed record Wrong(string Document, string What);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/correction", async (string number, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Ask for a correction: once, everything at once, from the checklist");

    private sealed class Handler(Db db, IMediator mediator, Materials materials, Answering answering, ZoneClock clock, Actor actor, Trail trail)
        : IRequestHandler<Command, Unit>
    {
        private const string Find = """
            SELECT a.id, a.state, c.asked_at, c.asked_by
              FROM onewindow_application a
              LEFT JOIN onewindow_correction c ON c.application_id = a.id
             WHERE a.number = @Number AND (a.window_id IS NULL OR @Window IS NULL OR a.window_id = @Window)
            """;

        private const string BeginCorrecting = """
            UPDATE onewindow_application
               SET state = 'Correcting'
             WHERE id = @Id AND state = 'Received' AND (window_id IS NULL OR @Window IS NULL OR window_id = @Window)
            """;

        private const string InsertCorrection = """
            INSERT INTO onewindow_correction (application_id, asked_at, asked_by)
            VALUES (@Id, @at, @by)
            """;

        private const string InsertItem = """
            INSERT INTO onewindow_correction_item (application_id, document, what)
            VALUES (@Id, @Document, @What)
            """;

        private const string TakeBack = """
            UPDATE onewindow_material
               SET is_given = 0, given_at = NULL
             WHERE application_id = @Id AND document = @Document
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var window = actor.WindowFor(Act.DecideIntake);
            var row = await db.Find<Row>(Find, new { command.Number, Window = window }, ct) ?? throw await answering.Lost(command.Number, ct);
            if (row.AskedAt is not null) throw Again(row);
            if (row.State != nameof(ApplicationState.Received)) throw await answering.Lost(command.Number, ct);
            var items = await Read(command, row.Id, ct);

            var at = Occurrence.When(command.OccurredAt, clock);
            if (await db.Execute(BeginCorrecting, new { row.Id, Window = window }, ct) == 0) throw await answering.Lost(command.Number, ct);
            if (!await db.TryInsert(InsertCorrection, new { row.Id, at, by = actor.Name }, ct))
                throw Again((await db.Find<Row>(Find, new { command.Number, Window = window }, ct))!);
            trail.Changed(new("状态", "Status"), ApplicationState.Received.Name(), ApplicationState.Correcting.Name());
            await answering.EndPeriod(command.Number, at, ct);
            var lines = items.Select(i => new { row.Id, i.Document, i.What }).ToList();
            await db.Execute(InsertItem, lines, ct);
            await db.Execute(TakeBack, lines, ct);
            await mediator.Send(new MarkCases(command.Number, CaseStatus.CorrectionOpened, at, Note(items), command.LateReason ?? ""), ct);
            return Unit.Value;
        }

        private async Task<List<Wrong>> Read(Command command, long id, CancellationToken ct)
        {
            var items = (command.Items ?? []).Select(i => new Wrong((i?.Document ?? "").Trim().ToUpperInvariant(), (i?.What ?? "").Trim())).ToList();
            var checklist = await materials.Of(id, ct);
            var check = new Check().That(items.Count > 0, "correction.empty", "items", "请从材料清单中选出要补正的材料。", "Choose from the checklist what must be corrected.");
            foreach (var twice in items.GroupBy(i => i.Document).Where(g => g.Count() > 1))
                check.Add("correction.twice", "items", $"材料 {twice.Key} 列了不止一次。", $"Document {twice.Key} is listed more than once.");
            foreach (var item in items)
            {
                if (checklist.All(l => l.Document != item.Document)) Materials.NotListed(check, item.Document, "items");
                check.Text(item.What, "items", $"{item.Document} 的补正要求", $"What is wrong with {item.Document}", 200);
            }

            // Told once, of everything: what is not there belongs on the list.
            foreach (var left in checklist.Where(l => l.IsMissing && items.TrueForAll(i => i.Document != l.Document)))
            {
                check.Add("correction.incomplete", "items", $"{left.Document} {left.NameZh} 还没有收到，补正只能告知一次，请一并列入。",
                    $"{left.Document} {left.NameEn} is missing too; the applicant is told once, so list it as well.");
            }

            check.Done();
            return items;
        }

        /// <summary>For the log of each case; a long list stands there by its codes alone, in full it stands in the correction.</summary>
        private static string Note(List<Wrong> items)
        {
            var full = string.Join("；", items.Select(i => $"{i.Document} {i.What}"));
            return full.Length <= MarkCases.LongestNote ? full : string.Join("、", items.Select(i => i.Document));
        }

        private Refused Again(Row row) => Refused.Conflict("correction.once",
            $"依法只能一次性告知补正：{row.AskedBy}已于 {answering.Time(row.AskedAt)} 告知过。",
            $"The law allows one correction: {row.AskedBy} asked for it at {answering.Time(row.AskedAt)}.");

        private sealed record Row
        {
            public long Id { get; init; }
            public string State { get; init; } = "";
            public DateTime? AskedAt { get; init; }
            public string? AskedBy { get; init; }
        }
    }
}
