using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using MediatR;

namespace Approvals.Modules.Audit;

/// <summary>
/// The end of the chain. It is kept in memory so that a record costs one INSERT, and believed by nobody: the statement
/// writes only behind a row of that number and hash, and its number is the key. Where another process was first nothing is
/// written and the end is read again. Where what this process had left is gone or another, somebody took it away: that is
/// said, and its number is not given again, so that whoever verifies sees the gap.
/// </summary>
internal sealed partial class Chain(ILogger<Chain> log)
{
    private const int Tries = 100;

    /// <summary>What has no number after it: it follows a record that is gone.</summary>
    private const string InsertAnyway = """
        INSERT INTO audit_record (id, recorded_at, occurred_at, user_id, login, user_name, roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation, previous, hash)
        VALUES (@Id, @RecordedAt, @OccurredAt, @UserId, @Login, @UserName, @Roles, @OnBehalfOf, @Source, @Place, @Command, @Subject, @Outcome, @Said, @Detail, @Correlation, @Previous, @Hash)
        """;

    private const string HashOf = "SELECT hash FROM audit_record WHERE id = @Id";

    private const string Last = "SELECT id, hash FROM audit_record ORDER BY id DESC";

    // VALUES and not SELECT … WHERE EXISTS: a query of the table it writes keeps its row aside first, in SQLite a third of the
    // insert. Where the row before is not there, or another, its hash is null, which no record may have before it.
    private const string Insert = """
        INSERT INTO audit_record (id, recorded_at, occurred_at, user_id, login, user_name, roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation, previous, hash)
        VALUES (@Id, @RecordedAt, @OccurredAt, @UserId, @Login, @UserName, @Roles, @OnBehalfOf, @Source, @Place, @Command, @Subject, @Outcome, @Said, @Detail, @Correlation,
                (SELECT hash FROM audit_record WHERE id = @Id - 1 AND hash = @Previous), @Hash)
        """;

    /// <summary>The last that this process wrote and that was not undone: it stands, whoever has written behind it.</summary>
    private volatile End? known;

    private volatile bool hasLostItsEnd;

    internal sealed record End
    {
        public long Id { get; init; }
        public string Hash { get; init; } = "";
    }

    /// <summary>As the last statement of a transaction: until its commit no other record can be written.</summary>
    public async Task Append(Db db, Record record)
    {
        var end = known ?? await Read(db);
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var next = record with { Id = end.Id + 1, Previous = end.Hash, Hash = record.HashAfter(end.Hash) };
            if (await db.TryFollow(Insert, next))
            {
                Keep(db, next);
                return;
            }

            end = known is { } left && await db.Find<string>(HashOf, left) != left.Hash ? await Say(db, left, record) : await Read(db);
        }

        throw new InvalidOperationException("The record found no place at the end of the chain.");
    }

    private void Keep(Db db, Record next)
    {
        var before = known;
        db.IfUndone(() => known = before);
        known = new End { Id = next.Id, Hash = next.Hash };
    }

    /// <summary>Writes that the end is gone behind where it stood: where it is verified there is a gap, or what does not follow.</summary>
    private async Task<End> Say(Db db, End left, Record record)
    {
        hasLostItsEnd = true;
        Lost(left.Id, left.Hash);
        var said = new Record
        {
            RecordedAt = record.RecordedAt,
            OccurredAt = record.RecordedAt,
            Login = "system",
            UserName = Actor.SystemName,
            Source = "inside",
            Command = Commands.EndLost,
            Outcome = "failed",
            Said = "{}",
            Detail = Said.Of(new[]
            {
                new[]
                {
                    "audit.endLost", "", $"第 {left.Id} 条（散列 {left.Hash}）曾在末尾，由本程序写入，现已不在或被换过。请核对审计记录。",
                    $"Record {left.Id} (hash {left.Hash}) stood at the end as this program wrote it, and is gone or another. Verify the record.",
                },
            }),
            Correlation = record.Correlation,
            Previous = left.Hash,
        };
        said = said with { Hash = said.HashAfter(left.Hash) };
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var next = said with { Id = Math.Max((await Read(db)).Id, left.Id) + 1 };
            if (!await db.TryInsert(InsertAnyway, next)) continue; // another process was first
            Keep(db, next);
            return known!;
        }

        throw new InvalidOperationException("The record found no place behind what is gone.");
    }

    internal sealed class Standing(Chain chain) : IRequestHandler<RecordNow, RecordStanding>
    {
        public Task<RecordStanding> Handle(RecordNow query, CancellationToken ct) => Task.FromResult(chain.hasLostItsEnd ? RecordStanding.LostItsEnd : RecordStanding.Whole);
    }

    public static async Task<End> Read(Db db, CancellationToken ct = default) =>
        (await db.First<End>(1, Last, null, ct)).SingleOrDefault() ?? throw new InvalidOperationException("The record has lost its beginning: restore audit_record from a copy.");

    [LoggerMessage(LogLevel.Critical, "The audit record has lost its end: record {Id} {Hash}, which this program wrote, is gone or another. Keep a copy of the database and verify the record.")]
    private partial void Lost(long id, string hash);
}
