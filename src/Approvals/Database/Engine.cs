using System.Collections;
using System.Data.Common;
using DbUp.Builder;

namespace Approvals.Database;

/// <summary>All that differs between the engines. Slices never see it: they speak to <see cref="Db"/>.</summary>
internal abstract class Engine : IAsyncDisposable
{
    /// <summary>What the script of a pair carries before <c>.sql</c>: <c>sqlite</c> or <c>sqlserver</c>.</summary>
    public abstract string Name { get; }

    /// <summary>True where the engine runs in this process: there is nothing to wait for, and waiting politely only costs.</summary>
    public abstract bool IsEmbedded { get; }

    /// <summary>A connection for reading; give it back with <see cref="Return"/>.</summary>
    public abstract ValueTask<DbConnection> Rent(CancellationToken ct);

    public abstract ValueTask Return(DbConnection connection);

    /// <summary>What a reading connection reads from here on is of one moment, until <see cref="EndSnapshot"/>.</summary>
    public abstract ValueTask<DbTransaction?> BeginSnapshot(DbConnection connection, CancellationToken ct);

    public abstract ValueTask EndSnapshot(DbConnection connection, DbTransaction? snapshot);

    /// <summary>Runs the work in one transaction and returns when it is durable. An exception undoes all of it.</summary>
    /// <param name="work">
    /// What the caller wants done. What it answers is done after it and before the commit, by one transaction of this
    /// process at a time: each sees what the one before it has left. Who answers null waits for nobody.
    /// </param>
    /// <param name="undone">Called each time that it is undone, before any other of this process sees that.</param>
    /// <param name="ct">Gives up.</param>
    public abstract Task InTransaction(Func<DbConnection, DbTransaction?, Task<Func<Task>?>> work, Action undone, CancellationToken ct);

    /// <summary>A writing statement, once for each row; the sum of rows touched.</summary>
    public abstract Task<int> Execute(DbConnection connection, DbTransaction? transaction, string sql, IEnumerable rows, CancellationToken ct);

    /// <summary>The statement, cut to its first rows. The statement ends with its ORDER BY.</summary>
    public abstract string First(string sql, int rows);

    /// <summary>The query, so that nobody adds to what it read until the transaction ends.</summary>
    public abstract string Held(string sql);

    /// <summary>True where a unique or primary key refused the row.</summary>
    public abstract bool IsDuplicateKey(Exception error);

    /// <summary>True where a column that wants a value was given none.</summary>
    public abstract bool IsNull(Exception error);

    /// <summary>True where a statement waited for what another one holds for longer than is waited, or was undone so that another could go on.</summary>
    public abstract bool IsBusy(Exception error);

    /// <summary>Reserves ids that no other process will be given; the first of them.</summary>
    public abstract Task<long> ReserveIds(int count, Db caller);

    /// <summary>Writes many rows as fast as the engine can, in transactions of its own; for loading, not for commands.</summary>
    public abstract Task BulkInsert(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken ct);

    /// <summary>What is wrong with a table or an index of it as they are stored, in the engine's words; null where nothing is.</summary>
    public abstract Task<string?> Unsound(DbConnection connection, string table, CancellationToken ct);

    /// <summary>There is such a table. To ask makes nothing.</summary>
    public abstract Task<bool> Holds(string table, CancellationToken ct);

    public abstract UpgradeEngineBuilder Upgrades();

    /// <summary>Held while migrating, so that two processes that start together do not migrate together.</summary>
    public abstract Task<IAsyncDisposable> LockForMigration(CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}
