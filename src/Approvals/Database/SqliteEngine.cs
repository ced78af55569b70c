using System.Collections;
using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Linq.Expressions;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Dapper;
using DbUp;
using DbUp.Builder;
using DbUp.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Approvals.Database;

/// <summary>
/// The embedded engine. SQLite has one writer at a time; connections that compete for it wait in sleeps of up to
/// seconds. So all commands of this process pass through one connection that takes the waiting ones together: a
/// savepoint each, one commit for all, and every caller is answered only after that commit is on the disk.
/// </summary>
internal sealed partial class SqliteEngine : Engine
{
    private const int CommandsPerCommit = 128;
    private const int LongestLog = 16_384; // pages: 64 MB
    private static readonly TimeSpan LongestGroup = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenSettlings = TimeSpan.FromMilliseconds(200);

    private readonly string file;
    private readonly ConcurrentBag<KeptConnection> readers = [];
    private readonly Channel<Work> queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lazy<Task> writer;
    private readonly IdBlock ids;
    private readonly SemaphoreSlim committed = new(0, 1);

    /// <remarks>Before the first connection. One thread at a time uses a connection, so SQLite need not lock it for us.</remarks>
    static SqliteEngine()
    {
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public SqliteEngine(string file, IdBlock ids)
    {
        this.file = Path.GetFullPath(file);
        this.ids = ids;
        writer = new(() => Task.WhenAll(Task.Run(Write), Task.Run(Settle)));
    }

    public override string Name => "sqlite";

    public override bool IsEmbedded => true;

    private string ConnectionString =>
        new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, Pooling = false }.ToString();

    public override ValueTask<DbConnection> Rent(CancellationToken ct) =>
        new(readers.TryTake(out var kept) ? kept : Open("PRAGMA query_only = ON"));

    public override ValueTask Return(DbConnection connection)
    {
        readers.Add((KeptConnection)connection);
        return default;
    }

    public override ValueTask<DbTransaction?> BeginSnapshot(DbConnection connection, CancellationToken ct)
    {
        ((KeptConnection)connection).Run("BEGIN");
        return default;
    }

    public override ValueTask EndSnapshot(DbConnection connection, DbTransaction? snapshot)
    {
        ((KeptConnection)connection).Run("COMMIT");
        return default;
    }

    /// <remarks>There is one writer, so the last of one is over before the work of the next begins.</remarks>
    public override async Task InTransaction(Func<DbConnection, DbTransaction?, Task<Func<Task>?>> work, Action undone, CancellationToken ct)
    {
        _ = writer.Value;
        var item = new Work(work, undone, ExecutionContext.Capture(), ct);
        ObjectDisposedException.ThrowIf(!queue.Writer.TryWrite(item), this);
        await item.Done.Task;
    }

    public override Task<int> Execute(DbConnection connection, DbTransaction? transaction, string sql, IEnumerable rows, CancellationToken ct) =>
        Task.FromResult(((KeptConnection)connection).Execute(sql, rows));

    public override string First(string sql, int rows) => $"{sql}\nLIMIT {rows}";

    /// <remarks>There is one writer, and this is it.</remarks>
    public override string Held(string sql) => sql;

    public override bool IsDuplicateKey(Exception error) =>
        error is SqliteException { SqliteErrorCode: 19, SqliteExtendedErrorCode: 2067 or 1555 };

    public override bool IsNull(Exception error) => error is SqliteException { SqliteErrorCode: 19, SqliteExtendedErrorCode: 1299 };

    /// <remarks>Another process has the file; within this one nobody waits for a lock.</remarks>
    public override bool IsBusy(Exception error) => error is SqliteException { SqliteErrorCode: 5 or 6 };

    /// <remarks>Only the writer hands out ids, so the block belongs to its transaction and dies with a rollback.</remarks>
    public override Task<long> ReserveIds(int count, Db caller) => IdBlock.Take(caller, count);

    public override async Task BulkInsert(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken ct)
    {
        const int RowsPerCommit = 50_000;
        using var source = rows.GetEnumerator();
        for (var more = true; more;)
        {
            await InTransaction((connection, _) =>
            {
                using var insert = connection.CreateCommand();
                var names = columns.Select((_, i) => "@p" + i).ToArray();
                insert.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", names)})";
                var cells = names.Select(n => new SqliteParameter(n, null)).ToArray();
                insert.Parameters.AddRange(cells);
                for (var done = 0; done < RowsPerCommit && (more = source.MoveNext()); done++)
                {
                    for (var i = 0; i < cells.Length; i++)
                    {
                        cells[i].ResetSqliteType();
                        cells[i].Value = source.Current[i] ?? DBNull.Value;
                    }

                    insert.ExecuteNonQuery();
                }

                return Task.FromResult<Func<Task>?>(null);
            }, () => { }, ct);
        }
    }

    public override async Task<string?> Unsound(DbConnection connection, string table, CancellationToken ct)
    {
        Task<IEnumerable<string>> Ask(string sql) => connection.QueryAsync<string>(new CommandDefinition(sql, new { table }, cancellationToken: ct));
        if ((await Ask("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = @table COLLATE NOCASE")).FirstOrDefault() is { } trigger) return $"trigger {trigger}";
        if (!(await Ask("SELECT name FROM pragma_table_info(@table) WHERE pk > 0")).Any()) return $"no primary key on {table}";
        return (await Ask($"PRAGMA integrity_check({table})")).First() is not "ok" and var wrong ? wrong : null;
    }

    public override async Task<bool> Holds(string table, CancellationToken ct)
    {
        if (!File.Exists(file)) return false;
        await using var connection = Open("PRAGMA query_only = ON");
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = @table", new { table }, cancellationToken: ct)) > 0;
    }

    public override UpgradeEngineBuilder Upgrades() => DeployChanges.To.SqliteDatabase(ConnectionString).WithPreprocessor(new RowsInTheirKey());

    public override async Task<IAsyncDisposable> LockForMigration(CancellationToken ct)
    {
        using (Open("PRAGMA journal_mode = WAL")) { } // once for the file; it stays
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (tries < 300)
            {
                await Task.Delay(100, ct);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        if (writer.IsValueCreated) await writer.Value;
        while (readers.TryTake(out var reader)) await reader.DisposeAsync();
    }

    private KeptConnection Open(string pragma)
    {
        if (!File.Exists(file)) DataFolder.Make(Path.GetDirectoryName(file)!); // not before: a command that only asks makes none
        var connection = new KeptConnection(ConnectionString);
        connection.Open();
        connection.Execute($"PRAGMA busy_timeout = 10000; PRAGMA cache_size = -16000; PRAGMA synchronous = FULL; {pragma}");
        return connection;
    }

    /// <summary>
    /// Moves what is committed from the log into the file, beside the writer: within a commit it would hold up everybody
    /// who waits for one. Where the writer never rests the log is cut by the writer itself, at <see cref="LongestLog"/>.
    /// </summary>
    private async Task Settle()
    {
        using var connection = Open("PRAGMA wal_autocheckpoint = 0");
        while (!queue.Reader.Completion.IsCompleted)
        {
            if (!await committed.WaitAsync(BetweenSettlings)) continue;
            connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
            await Task.Delay(BetweenSettlings);
        }
    }

    private async Task Write()
    {
        await using var connection = Open($"PRAGMA cache_size = -64000; PRAGMA wal_autocheckpoint = {LongestLog}");
        var group = new List<(Work Work, Exception? Error)>();
        while (await queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            Exception? lost = null;
            try
            {
                connection.Run("BEGIN IMMEDIATE");
                var started = Stopwatch.GetTimestamp();
                while (group.Count < CommandsPerCommit && Stopwatch.GetElapsedTime(started) < LongestGroup && queue.Reader.TryRead(out var work))
                {
                    group.Add((work, null));
                    group[^1] = (work, await RunInSavepoint(connection, work));
                }

                connection.Run("COMMIT");
                if (committed.CurrentCount == 0) committed.Release();
            }
            catch (Exception e)
            {
                // The group as a whole was lost (disk full, another process held the file too long): nobody is told "done".
                lost = e;
                ids.Discard();
                try { connection.Execute("ROLLBACK"); } catch (SqliteException) { /* SQLite had already rolled back. */ }
                for (var i = group.Count - 1; i >= 0; i--) group[i].Work.Undone();
                if (group.Count == 0 && queue.Reader.TryRead(out var first)) group.Add((first, null));
            }

            foreach (var (work, error) in group) work.Finish(error ?? lost);
        }
    }

    private async Task<Exception?> RunInSavepoint(KeptConnection connection, Work work)
    {
        if (work.Cancelled.IsCancellationRequested) return new OperationCanceledException(work.Cancelled);
        connection.Run("SAVEPOINT command");
        try
        {
            await work.Run(connection);
            connection.Run("RELEASE command");
            return null;
        }
        catch (Exception error)
        {
            ids.Discard();
            connection.Run("ROLLBACK TO command");
            connection.Run("RELEASE command");
            work.Undone();
            return error;
        }
    }

    /// <summary>
    /// Rows lie in the order of their key, as on SQL Server: a key named <c>bigint</c> would be an index beside the rows,
    /// and each insert would write two trees.
    /// </summary>
    private sealed partial class RowsInTheirKey : IScriptPreprocessor
    {
        public string Process(string contents) => Table().Replace(
            NumberedRow().Replace(contents, "$1INTEGER$2"),
            table => table.Value.Contains(" PRIMARY KEY (", StringComparison.Ordinal) ? table.Value[..^1] + " WITHOUT ROWID;" : table.Value);

        [GeneratedRegex(@"^(\s+\w+ )bigint( NOT NULL CONSTRAINT pk_\w+ PRIMARY KEY\b)", RegexOptions.Multiline)]
        private static partial Regex NumberedRow();

        [GeneratedRegex(@"CREATE TABLE .*?\n\);", RegexOptions.Singleline)]
        private static partial Regex Table();
    }

    private sealed class Work(Func<DbConnection, DbTransaction?, Task<Func<Task>?>> work, Action undone, ExecutionContext? context, CancellationToken cancelled)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Cancelled => cancelled;

        /// <summary>In the caller's own context, so that the language and the trace of the request stay with it.</summary>
        public Task Run(DbConnection connection)
        {
            if (context is null) return All(connection);
            var running = Task.CompletedTask;
            ExecutionContext.Run(context, _ => running = All(connection), null);
            return running;
        }

        private async Task All(DbConnection connection)
        {
            if (await work(connection, null) is { } last) await last();
        }

        public void Undone() => undone();

        public void Finish(Exception? error)
        {
            if (error is null) Done.SetResult();
            else Done.SetException(error);
        }
    }
}

/// <summary>
/// A connection that keeps the statements it has prepared, by their text: compiling a statement costs more than
/// running most of ours. Callers use it as any connection.
/// </summary>
internal sealed class KeptConnection(string connectionString) : SqliteConnection(connectionString)
{
    private const int Most = 500;
    private static readonly object[] NoParameters = [new()];
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Writing> writings = new(StringComparer.Ordinal);

    public override SqliteCommand CreateCommand() => new Command(this);

    /// <summary>A statement without parameters or rows.</summary>
    public void Run(string sql) => Execute(sql, NoParameters);

    /// <summary>One prepared statement for many rows.</summary>
    public int Execute(string sql, IEnumerable rows)
    {
        if (!writings.TryGetValue(sql, out var writing))
        {
            writing = new Writing(Handle!, sql);
            if (writings.Count < Most) writings.Add(sql, writing);
        }

        var touched = 0;
        foreach (var row in rows) touched += writing.Execute(row);
        return touched;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var command in prepared.Values) command.Dispose();
            prepared.Clear();
            foreach (var writing in writings.Values) writing.Dispose();
            writings.Clear();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// A statement whose values are bound by place. The provider's command looks for each parameter by its name, for
    /// each row again, and that cost more than the writing of the row.
    /// </summary>
    private sealed class Writing : IDisposable
    {
        private readonly sqlite3 db;
        private readonly sqlite3_stmt statement;
        private readonly string[] names;
        private RowColumns? columns;
        private int[] places = [];

        public Writing(sqlite3 db, string sql)
        {
            this.db = db;
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(db, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement, out var rest), db);
            if (!string.IsNullOrWhiteSpace(rest)) throw new ArgumentException("One statement at a time.", nameof(sql));
            names = [.. Enumerable.Range(1, raw.sqlite3_bind_parameter_count(statement)).Select(i => raw.sqlite3_bind_parameter_name(statement, i).utf8_to_string())];
        }

        public int Execute(object row)
        {
            var given = RowColumns.Of(row.GetType());
            if (given != columns)
            {
                places = [.. names.Select(given.Place)];
                columns = given;
            }

            try
            {
                for (var i = 0; i < places.Length; i++) Bind(i + 1, given.Value(places[i], row));
                int code;
                do code = raw.sqlite3_step(statement);
                while (code == raw.SQLITE_ROW);
                if (code != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(code, db);
                return raw.sqlite3_changes(db);
            }
            finally
            {
                _ = raw.sqlite3_reset(statement);
            }
        }

        public void Dispose() => statement.Dispose();

        private int BindText(int place, string text)
        {
            const int OnStack = 512;
            if (text.Length == 0) return raw.sqlite3_bind_text(statement, place, ""); // no bytes at all would be a null
            var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
            var bytes = longest <= OnStack ? stackalloc byte[OnStack] : new byte[longest];
            return raw.sqlite3_bind_text(statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        }

        private int BindDay(int place, DateOnly day)
        {
            Span<byte> text = stackalloc byte[10];
            return day.TryFormat(text, out _, "o", CultureInfo.InvariantCulture) ? raw.sqlite3_bind_text(statement, place, text) : throw new FormatException();
        }

        private int BindInstant(int place, DateTime at)
        {
            Span<byte> text = stackalloc byte[19];
            if (!at.TryFormat(text, out _, "s", CultureInfo.InvariantCulture)) throw new FormatException();
            text[10] = (byte)' ';
            return raw.sqlite3_bind_text(statement, place, text);
        }

        /// <summary>As the provider stores it.</summary>
        private void Bind(int place, object? value) => _ = value switch
        {
            null => raw.sqlite3_bind_null(statement, place),
            long number => raw.sqlite3_bind_int64(statement, place, number),
            int number => raw.sqlite3_bind_int64(statement, place, number),
            bool truth => raw.sqlite3_bind_int64(statement, place, truth ? 1 : 0),
            string text => BindText(place, text),
            DateOnly day => BindDay(place, day),
            DateTime at => BindInstant(place, at),
            _ => throw new NotSupportedException($"{names[place - 1]} is a {value.GetType()}."),
        };
    }

    /// <summary>Borrows the prepared statement of its text while it lives; two readers of one text get one each.</summary>
    private sealed class Command : SqliteCommand
    {
        private readonly KeptConnection owner;
        private SqliteCommand? kept;

        public Command(KeptConnection owner)
        {
            this.owner = owner;
            Connection = owner;
        }

        public override SqliteDataReader ExecuteReader(CommandBehavior behavior)
        {
            if (Transaction is not null) return base.ExecuteReader(behavior);
            if (kept is not null && !string.Equals(kept.CommandText, CommandText, StringComparison.Ordinal)) GiveBack();
            if (kept is null && !owner.prepared.Remove(CommandText, out kept)) kept = new SqliteCommand(CommandText, owner);
            kept.CommandTimeout = CommandTimeout;
            kept.Parameters.Clear();
            foreach (SqliteParameter parameter in Parameters) kept.Parameters.Add(parameter);
            return kept.ExecuteReader(behavior);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) GiveBack();
            base.Dispose(disposing);
        }

        private void GiveBack()
        {
            if (kept is null) return;
            kept.Parameters.Clear();
            if (owner.prepared.Count >= Most || !owner.prepared.TryAdd(kept.CommandText, kept)) kept.Dispose();
            kept = null;
        }
    }
}

/// <summary>How the values of one kind of row are read, compiled once.</summary>
internal sealed class RowColumns
{
    private static readonly ConcurrentDictionary<Type, RowColumns> Known = [];
    private readonly Func<object, object?>[] read;

    private RowColumns(Type type)
    {
        var properties = type.GetProperties().Where(p => p.CanRead && p.GetIndexParameters().Length == 0).ToArray();
        Names = [.. properties.Select(p => p.Name)];
        read = [.. properties.Select(property =>
        {
            var row = Expression.Parameter(typeof(object));
            return Expression.Lambda<Func<object, object?>>(Expression.Convert(Expression.Property(Expression.Convert(row, type), property), typeof(object)), row).Compile();
        })];
    }

    public IReadOnlyList<string> Names { get; }

    public static RowColumns Of(Type type) => Known.GetOrAdd(type, static t => new RowColumns(t));

    /// <summary>Where the value of a parameter is.</summary>
    public int Place(string parameter)
    {
        for (var i = 0; i < Names.Count; i++)
            if (parameter.AsSpan(1).SequenceEqual(Names[i])) return i;
        throw new ArgumentException($"Nothing is given for {parameter}.", nameof(parameter));
    }

    /// <summary>As it is stored: an instant in whole seconds of UTC, the number of an enum.</summary>
    public object? Value(int column, object row) => read[column](row) switch
    {
        DateTime at => Types.WholeSeconds(at, Names[column]),
        Enum value => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        var value => value,
    };
}
