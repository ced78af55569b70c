using System.Text.Encodings.Web;
using System.Text.Json;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Documents;

/// <summary>Each printing of a paper stays on record: the second and each after it is a 补打 and says so.</summary>
internal sealed class KeepingPrints(Db db, ZoneClock clock, Actor actor, Trail trail) : IRequestHandler<KeepPrint, int>, IRequestHandler<PrintsOf, Prints>
{
    private const int Longest = 4000;

    /// <summary>The last of what is kept of a paper that says more than there is room for.</summary>
    private static readonly string[] NoRoom = [];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Insert = """
        INSERT INTO documents_print (subject, paper, number, printed_at, printed_by, printed_by_name, says)
        VALUES (@Subject, @Paper, @number, @Now, @UserId, @Name, @says)
        """;

    private const string Find = """
        SELECT number, printed_at, printed_by_name, says
          FROM documents_print
         WHERE subject = @Subject AND paper = @Paper
         ORDER BY number
        """;

    public async Task<int> Handle(KeepPrint command, CancellationToken ct)
    {
        var number = (await db.Query<Row>(Find, new { command.Subject, command.Paper }, ct)).Count + 1;
        var (kept, says) = (command.Says.Count, "");
        do says = JsonSerializer.Serialize(command.Says.Take(kept).Select(p => new[] { p.What.Zh, p.What.En, p.Says }).Concat(kept < command.Says.Count ? [NoRoom] : []), Json);
        while (says.Length > Longest && kept-- > 0);
        if (!await db.TryInsert(Insert, new { command.Subject, command.Paper, number, clock.Now, actor.UserId, actor.Name, says }, ct))
            throw Refused.Conflict("print.moved", "刚刚已由他人打印，请重新打开本页再打印。", "Somebody has just printed it; open the page again and print.");
        trail.Changed(new("打印次数", "Printings"), number - 1, number);
        return number;
    }

    public async Task<Prints> Handle(PrintsOf query, CancellationToken ct)
    {
        var rows = await db.Query<Row>(Find, new { query.Subject, query.Paper }, ct);
        return new([.. rows.Select(r => new Print(r.Number, clock.Local(r.PrintedAt), r.PrintedByName))], rows.Count == 0 ? [] : [.. Moved(rows[0].Says, query.Says)]);
    }

    private static IEnumerable<Text> Moved(string first, IReadOnlyList<Particular> now)
    {
        var all = JsonSerializer.Deserialize<string[][]>(first)!;
        var (kept, isWhole) = (all.Where(p => p.Length > 0).ToList(), all.All(p => p.Length > 0));
        foreach (var was in kept)
        {
            var says = now.FirstOrDefault(p => p.What.Zh == was[0])?.Says ?? "—";
            if (says != was[2]) yield return new($"{was[0]} {was[2]} → {says}", $"{was[1]} {was[2]} → {says}");
        }

        if (!isWhole)
        {
            yield return new($"首次打印的内容太长，只留存并比较了前 {kept.Count} 项", $"The first printing said too much to be kept whole: only its first {kept.Count} particulars are compared");
            yield break;
        }

        foreach (var added in now.Where(p => p.Says.Length > 0 && !kept.Exists(was => was[0] == p.What.Zh)))
            yield return new($"{added.What.Zh} — → {added.Says}", $"{added.What.En} — → {added.Says}");
    }

    private sealed record Row
    {
        public int Number { get; init; }
        public DateTime PrintedAt { get; init; }
        public string PrintedByName { get; init; } = "";
        public string Says { get; init; } = "";
    }
}
