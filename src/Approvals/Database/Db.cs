using System.Collections;
using System.Data.Common;
using Approvals.Web;
using Dapper;

namespace Approvals.Database;

/// <summary>
/// The unit of work of one request. Inside a command every statement runs on the command's transaction; outside it
/// reads run on a reading connection. No slice sees a connection, a transaction or an engine.
/// </summary>
internal sealed partial class Db(Engine engine, ILogger<Db> log) : IAsyncDisposable
{
    private DbConnection? reading;
    private DbConnection? writing;
    private DbTransaction? transaction;
    private readonly List<Action> afterwards = [];
    private readonly List<Action> undoing = [];

    public bool InTransaction => writing is not null;

    /// <summary>Asked when the work of a transaction is done: what it does as its last statement, or null.</summary>
    public Func<Func<Task>?>? Ending { get; set; }

    /// <summary>Called where the engine runs a transaction once more, to forget what the lost try has left in memory.</summary>
    public Action? Again { get; set; }

    /// <summary>Called where a transaction ended and nothing of it is kept.</summary>
    public Action? Undone { get; set; }

    /// <summary>Rows the transaction has written so far.</summary>
    public int Touched { get; private set; }

    /// <summary>Done once the transaction is durable, and not at all where it is undone; at once where there is none.</summary>
    public void OnceDurable(Action act)
    {
        if (InTransaction) afterwards.Add(act);
        else act();
    }

    /// <summary>Done where the transaction is undone, the last first, and before the record of any other is written.</summary>
    public void IfUndone(Action act) => undoing.Add(act);

    /// <summary>For a transaction of its own beside this one.</summary>
    public Db Beside() => new(engine, log);

    /// <summary>Runs the work in one transaction; work already inside one joins it.</summary>
    public async Task<T> Transact<T>(Func<Task<T>> work, CancellationToken ct)
    {
        if (InTransaction) return await work();
        var (result, tries, isCommitting, isKept) = (default(T)!, 0, false, false);
        try
        {
            await engine.InTransaction(
                async (connection, tx) =>
                {
                    Touched = 0;
                    afterwards.Clear();
                    undoing.Clear();
                    isCommitting = false;
                    if (++tries > 1) Again?.Invoke();
                    (writing, transaction) = (connection, tx);
                    try
                    {
                        result = await work();
                        if (Ending?.Invoke() is { } last) return () => End(last, connection, tx);
                    }
                    finally
                    {
                        (writing, transaction) = (null, null);
                    }

                    isCommitting = true;
                    return null;
                },
                Undo,
                ct);
            isKept = true;
        }
        catch (DbException e) when (engine.IsBusy(e) && !isCommitting)
        {
            // Of a commit nobody can say whether it was kept, so that stays an error.
            Waited(log, e);
            throw Refused.Conflict(
                "database.busy",
                "系统正忙：同样的数据正由另一项操作写入（例如夜间日报或另一次重算），等候已超过时限，本次操作没有保存。请过几分钟再试。",
                "Busy: another operation is writing the same data (the nightly report or another recount, say), and the wait for it took too long. Nothing was saved; try again in a few minutes.");
        }
        finally
        {
            if (!isKept)
            {
                Undo();
                Undone?.Invoke();
            }
        }

        undoing.Clear();
        foreach (var act in afterwards) act();
        afterwards.Clear();
        return result;

        void Undo()
        {
            for (var i = undoing.Count - 1; i >= 0; i--) undoing[i]();
            undoing.Clear();
        }

        async Task End(Func<Task> last, DbConnection connection, DbTransaction? tx)
        {
            (writing, transaction) = (connection, tx);
            try
            {
                await last();
            }
            finally
            {
                (writing, transaction) = (null, null);
            }

            isCommitting = true;
        }
    }

    /// <summary>Everything the work reads is of one moment, whatever is written meanwhile.</summary>
    public async Task<T> Snapshot<T>(Func<Task<T>> work, CancellationToken ct)
    {
        if (InTransaction) return await work();
        var connection = await Connection(ct);
        transaction = await engine.BeginSnapshot(connection, ct);
        try
        {
            return await work();
        }
        finally
        {
            await engine.EndSnapshot(connection, transaction);
            transaction = null;
        }
    }

    public async Task<IReadOnlyList<T>> Query<T>(string sql, object? parameters = null, CancellationToken ct = default)
    {
        var (connection, command) = (await Connection(ct), Command(sql, parameters, ct));
        return (engine.IsEmbedded ? connection.Query<T>(command) : await connection.QueryAsync<T>(command)).AsList();
    }

    /// <summary>The first rows of a statement that ends with its ORDER BY.</summary>
    public Task<IReadOnlyList<T>> First<T>(int rows, string sql, object? parameters = null, CancellationToken ct = default) =>
        Query<T>(engine.First(sql, rows), parameters, ct);

    /// <summary>What is wrong with a table or an index of it as they are stored; null where nothing is.</summary>
    public async Task<string?> Unsound(string table, CancellationToken ct) => await engine.Unsound(await Connection(ct), table, ct);

    /// <summary>There is such a table, and no view in its place.</summary>
    public Task<bool> Holds(string table, CancellationToken ct) => engine.Holds(table, ct);

    /// <summary>The one row, or null.</summary>
    public async Task<T?> Find<T>(string sql, object? parameters = null, CancellationToken ct = default)
    {
        var (connection, command) = (await Connection(ct), Command(sql, parameters, ct));
        return engine.IsEmbedded ? connection.QuerySingleOrDefault<T>(command) : await connection.QuerySingleOrDefaultAsync<T>(command);
    }

    /// <summary>As <see cref="Find"/>, in a command: what it read stays the whole answer until the command is durable; whoever would add to it waits.</summary>
    public Task<T?> FindHeld<T>(string sql, object? parameters = null, CancellationToken ct = default) => InTransaction
        ? Find<T>(engine.Held(sql), parameters, ct)
        : throw new InvalidOperationException("Only a command holds what it reads.");

    /// <summary>Rows touched. With a list as parameters the statement runs once for each, and the sum is given.</summary>
    public async Task<int> Execute(string sql, object? parameters = null, CancellationToken ct = default)
    {
        if (writing is null) throw new InvalidOperationException("Only a command writes: send an ICommand.");
        var rows = await engine.Execute(writing, transaction, sql, parameters as IEnumerable ?? new[] { parameters ?? new object() }, ct);
        Touched += rows;
        return rows;
    }

    /// <summary>As <see cref="Execute"/>; false where a unique key already holds the row.</summary>
    /// <remarks>On SQL Server a refused row leaves the transaction alive, and on SQLite the statement alone is undone.</remarks>
    public async Task<bool> TryInsert(string sql, object parameters, CancellationToken ct = default)
    {
        try
        {
            return await Execute(sql, parameters, ct) > 0;
        }
        catch (DbException e) when (engine.IsDuplicateKey(e))
        {
            return false;
        }
    }

    /// <summary>As <see cref="TryInsert"/>; false too where the row it is to follow, which the statement reads into a column that wants a value, is not there.</summary>
    public async Task<bool> TryFollow(string sql, object parameters, CancellationToken ct = default)
    {
        try
        {
            return await TryInsert(sql, parameters, ct);
        }
        catch (DbException e) when (engine.IsNull(e))
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (reading is null) return;
        await engine.Return(reading);
        reading = null;
    }

    private async ValueTask<DbConnection> Connection(CancellationToken ct) => writing ?? (reading ??= await engine.Rent(ct));

    [LoggerMessage(LogLevel.Warning, "A command was refused because the database was busy")]
    private static partial void Waited(ILogger log, Exception error);

    private CommandDefinition Command(string sql, object? parameters, CancellationToken ct) =>
        new(sql, parameters, transaction, cancellationToken: ct);
}
