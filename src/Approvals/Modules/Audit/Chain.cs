using Approvals.Database;

namespace Approvals.Modules.Audit;

/// <summary>
/// The end of the chain. It is kept in memory so that a record costs one INSERT, and believed by nobody: the statement
/// writes only behind a row of that number and hash, and its number is the key. Where another process was first, or a
/// transaction was undone, nothing is written and the end is read again.
/// </summary>
internal sealed class Chain
{
    private const int Tries = 100;

    private const string Last = "SELECT id, hash FROM audit_record ORDER BY id DESC";

    // VALUES and not SELECT … WHERE EXISTS: a query of the table it writes keeps its row aside first, in SQLite a third of the
    // insert. Where the row before is not there, or another, its hash is null, which no record may have before it.
    private const string Insert = """
        INSERT INTO audit_record (id, recorded_at, occurred_at, user_id, login, user_name, roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation, previous, hash)
        VALUES (@Id, @RecordedAt, @OccurredAt, @UserId, @Login, @UserName, @Roles, @OnBehalfOf, @Source, @Place, @Command, @Subject, @Outcome, @Said, @Detail, @Correlation,
                (SELECT hash FROM audit_record WHERE id = @Id - 1 AND hash = @Previous), @Hash)
        """;

    private volatile End? known;

    internal sealed record End
    {
        public long Id { get; init; }
        public string Hash { get; init; } = "";
    }

    /// <summary>As the last statement of a transaction: until its commit no other record can be written.</summary>
    public async Task Append(Db db, Record record)
    {
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var end = known ?? await Read(db);
            var next = record with { Id = end.Id + 1, Previous = end.Hash, Hash = record.HashAfter(end.Hash) };
            if (await db.TryFollow(Insert, next))
            {
                known = new End { Id = next.Id, Hash = next.Hash };
                return;
            }

            known = null;
        }

        throw new InvalidOperationException("The record found no place at the end of the chain.");
    }

    public static async Task<End> Read(Db db, CancellationToken ct = default) =>
        (await db.First<End>(1, Last, null, ct)).SingleOrDefault() ?? throw new InvalidOperationException("The record has lost its beginning: restore audit_record from a copy.");
}
