namespace Approvals.Database;

/// <summary>Ids for new rows: 64-bit, ascending within a process, never given twice. People see numbers, not ids.</summary>
internal sealed class Ids(IdBlock block, Engine engine, Db db)
{
    public async ValueTask<long> Next() => block.TryTake(1) ?? await Refill(1);

    /// <summary>The first of so many ids in a row.</summary>
    public async ValueTask<long> Next(int count) => block.TryTake(count) ?? await Refill(count);

    private async Task<long> Refill(int count)
    {
        var size = Math.Max(IdBlock.Size, count);
        var first = await engine.ReserveIds(size, db);
        block.Put(first + count, first + size);
        return first;
    }
}

/// <summary>The ids this process has reserved and not yet given.</summary>
internal sealed class IdBlock
{
    public const int Size = 1_000;

    private const string Advance = "UPDATE database_id_block SET next_id = next_id + @count WHERE name = @name";
    private const string Read = "SELECT next_id FROM database_id_block WHERE name = @name";

    private readonly Lock gate = new();
    private long next;
    private long end;

    public long? TryTake(int count)
    {
        lock (gate)
        {
            if (end - next < count) return null;
            next += count;
            return next - count;
        }
    }

    public void Put(long from, long to)
    {
        lock (gate)
        {
            // Two requests may refill at once on SQL Server: the later block wins, what is left of the other is skipped.
            if (from >= next) (next, end) = (from, to);
        }
    }

    /// <summary>Forgets what is left: the transaction that reserved it may have been undone.</summary>
    public void Discard()
    {
        lock (gate) next = end = 0;
    }

    public static async Task<long> Take(Db db, int count)
    {
        await db.Execute(Advance, new { count, name = "all" });
        return await db.Find<long>(Read, new { name = "all" }) - count;
    }
}
