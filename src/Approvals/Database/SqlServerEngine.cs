using System.Collections;
using System.Data;
using System.Data.Common;
using System.Net;
using Dapper;
using DbUp;
using DbUp.Builder;
using Microsoft.Data.SqlClient;

namespace Approvals.Database;

/// <summary>The production engine: a connection and a transaction a command, isolation READ COMMITTED.</summary>
internal sealed class SqlServerEngine(string connectionString) : Engine
{
    private const int Deadlock = 1205;
    private const int Tries = 3;

    /// <remarks>It does not fail where it was not given the lock: it says so.</remarks>
    private const string MigrationLock = """
        DECLARE @given int;
        EXEC @given = sp_getapplock @Resource = 'approvals.migrate', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 300000;
        SELECT @given;
        """;

    private readonly SemaphoreSlim ending = new(1, 1);

    public override string Name => "sqlserver";

    public override bool IsEmbedded => false;

    /// <summary>What of a connection string is not for a network that others share.</summary>
    public static IEnumerable<(string Zh, string En)> Insecure(string connectionString)
    {
        var given = new SqlConnectionStringBuilder(connectionString);
        var server = given.DataSource.Split(',', '\\')[0].Trim();
        if (server.StartsWith("tcp:", StringComparison.OrdinalIgnoreCase)) server = server[4..];
        if (server is "." or "(local)" || server.StartsWith("(localdb)", StringComparison.OrdinalIgnoreCase) || server.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(server, out var ip) && IPAddress.IsLoopback(ip))) yield break;
        if (given.Encrypt == SqlConnectionEncryptOption.Optional)
            yield return ("Encrypt=false，与数据库服务器的通信未加密。请设为 Encrypt=true。", "Encrypt=false leaves the way to the database server in the clear. Set Encrypt=true.");
        if (given.TrustServerCertificate)
            yield return ("TrustServerCertificate=true，不核对服务器证书。请安装受信任的证书并去掉此项。", "TrustServerCertificate=true takes any server for the right one. Install a trusted certificate and remove it.");
        if (given.UserID.Equals("sa", StringComparison.OrdinalIgnoreCase))
            yield return ("使用 sa 登录，权限过大。请建立只对本数据库有权的登录名。", "It signs in as sa, who may do anything. Make a login with rights in this database alone.");
    }

    public override async ValueTask<DbConnection> Rent(CancellationToken ct)
    {
        var connection = new SqlConnection(connectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    public override ValueTask Return(DbConnection connection) => connection.DisposeAsync();

    public override async ValueTask<DbTransaction?> BeginSnapshot(DbConnection connection, CancellationToken ct) => await connection.BeginTransactionAsync(IsolationLevel.Snapshot, ct);

    public override ValueTask EndSnapshot(DbConnection connection, DbTransaction? snapshot) => snapshot!.DisposeAsync();

    public override async Task InTransaction(Func<DbConnection, DbTransaction?, Task<Func<Task>?>> work, Action undone, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await Rent(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                await End(await work(connection, transaction), () => transaction.CommitAsync(CancellationToken.None), undone, ct);
                return;
            }
            catch (SqlException e) when (e.Number == Deadlock && attempt < Tries)
            {
                // The server undid the loser of a deadlock whole; a command keeps no state outside its transaction, so it may run again.
            }
        }
    }

    /// <summary>The last of one transaction waits for the commit of the one before it that had a last: in memory and in turn, not for a lock of the server. Who has none waits for nobody.</summary>
    public async Task End(Func<Task>? last, Func<Task> commit, Action undone, CancellationToken ct)
    {
        if (last is null)
        {
            await commit();
            return;
        }

        await ending.WaitAsync(ct);
        try
        {
            await last();
            await commit();
        }
        catch
        {
            undone();
            throw;
        }
        finally
        {
            ending.Release();
        }
    }

    public override Task<int> Execute(DbConnection connection, DbTransaction? transaction, string sql, IEnumerable rows, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, rows, transaction, cancellationToken: ct));

    public override string First(string sql, int rows) => $"{sql}\nOFFSET 0 ROWS FETCH NEXT {rows} ROWS ONLY";

    /// <remarks>Serializable for this one statement: the range it read is locked, for sharing, to the end of the transaction.</remarks>
    public override string Held(string sql) => $"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n{sql};\nSET TRANSACTION ISOLATION LEVEL READ COMMITTED;";

    public override bool IsDuplicateKey(Exception error) => error is SqlException { Number: 2601 or 2627 };

    public override bool IsNull(Exception error) => error is SqlException { Number: 515 };

    public override bool IsBusy(Exception error) => error is SqlException { Number: var number } && IsBusy(number);

    /// <remarks>-2: the time of a statement was over; 1222: that of a lock.</remarks>
    public static bool IsBusy(int number) => number is -2 or 1222 or Deadlock;

    /// <remarks>In a transaction of its own, so that the row of the counter is never held for the length of a command.</remarks>
    public override async Task<long> ReserveIds(int count, Db caller)
    {
        var db = caller.Beside();
        return await db.Transact(() => IdBlock.Take(db, count), CancellationToken.None);
    }

    public override async Task BulkInsert(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken ct)
    {
        const int RowsPerBatch = 20_000;
        using var bulk = new SqlBulkCopy(connectionString, SqlBulkCopyOptions.CheckConstraints | SqlBulkCopyOptions.UseInternalTransaction)
        {
            DestinationTableName = table,
            BulkCopyTimeout = 0,
        };
        foreach (var column in columns) bulk.ColumnMappings.Add(column, column);
        foreach (var batch in rows.Chunk(RowsPerBatch))
        {
            using var data = new DataTable();
            for (var i = 0; i < columns.Count; i++)
                data.Columns.Add(columns[i], batch.Select(r => r[i]?.GetType()).FirstOrDefault(t => t is not null) ?? typeof(string));
            foreach (var row in batch) data.Rows.Add(row);
            await bulk.WriteToServerAsync(data, ct);
        }
    }

    /// <remarks>A server checks its own pages, and an index of it leaves out no row that its definition does not.</remarks>
    public override async Task<string?> Unsound(DbConnection connection, string table, CancellationToken ct)
    {
        Task<string?> Ask(string sql) => connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(sql, new { table }, cancellationToken: ct));
        if (await Ask("SELECT name FROM sys.triggers WHERE parent_id = OBJECT_ID(@table)") is { } trigger) return $"trigger {trigger}";
        return await Ask("SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID(@table) AND is_primary_key = 1 AND is_disabled = 0") is null ? $"no primary key on {table}" : null;
    }

    public override async Task<bool> Holds(string table, CancellationToken ct)
    {
        await using var connection = await Rent(ct);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT COUNT(*) FROM sys.tables WHERE name = @table", new { table }, cancellationToken: ct)) > 0;
    }

    public override UpgradeEngineBuilder Upgrades() => DeployChanges.To.SqlDatabase(connectionString);

    public override async Task<IAsyncDisposable> LockForMigration(CancellationToken ct)
    {
        // The session's lock ends with its connection: one that goes back to a pool would keep it for as long as it lies there.
        var connection = new SqlConnection(new SqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        try
        {
            await connection.OpenAsync(ct);
            if (await connection.ExecuteScalarAsync<int>(new CommandDefinition(MigrationLock, commandTimeout: 0, cancellationToken: ct)) < 0)
                throw new InvalidOperationException("另一进程正在更新数据库结构，等候已超过五分钟，请稍后再启动。 Another process has been changing the schema for more than five minutes; start again later.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        return connection;
    }

    public override ValueTask DisposeAsync()
    {
        ending.Dispose();
        return default;
    }
}
