using Approvals.Database;
using Approvals.Modules.Audit;
using Dapper;

namespace Approvals.Benchmarks;

/// <summary>
/// Eight writers at once, each transaction three rows of work and then its record: chained as the program does it, beside
/// the same record without a chain and beside no record.
/// </summary>
internal static class AuditChain
{
    private const int Writers = 8;
    private const int PerRound = 4000;
    private const int Rounds = 7;

    private static long next;

    public static async Task Run()
    {
        await using var lab = await Lab.Open(0);
        await MakeTables(lab);
        var chain = lab.App.Services.GetRequiredService<Chain>();
        Task<double> Chained() => Write(lab, (db, record) => chain.Append(db, record));
        Task<double> Bare() => Write(lab, AddBare);
        Task<double> Without() => Write(lab, (_, _) => Task.CompletedTask);

        var (ours, bare, ratio) = await Paired.Rates(Rounds, Chained, Bare);
        Paired.Row("8 writers at once, the record chained", Paired.PerSecond(ours), $"the record without a chain {Paired.PerSecond(bare)}", ratio, "≥ 0.8");
        (ours, var none, ratio) = await Paired.Rates(Rounds, Chained, Without);
        Paired.Row("8 writers at once, the record chained", Paired.PerSecond(ours), $"no record at all {Paired.PerSecond(none)}", ratio, "—");
    }

    /// <summary>The record without its chain: the same table with the same key, check and indexes, but for the two hashes.</summary>
    private static async Task MakeTables(Lab lab)
    {
        await using var connection = lab.Bare();
        var record = await connection.QueryAsync<string>("SELECT sql FROM sqlite_schema WHERE tbl_name = 'audit_record' AND sql IS NOT NULL ORDER BY type = 'table' DESC");
        foreach (var statement in record) await connection.ExecuteAsync(statement.Replace("audit_record", "bench_record", StringComparison.Ordinal));
        await connection.ExecuteAsync("ALTER TABLE bench_record DROP COLUMN previous; ALTER TABLE bench_record DROP COLUMN hash");
        await connection.ExecuteAsync("CREATE TABLE bench_work (id INTEGER NOT NULL PRIMARY KEY, text nvarchar(200) NOT NULL)");
    }

    private static async Task<double> Write(Lab lab, Func<Db, Record, Task> last)
    {
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < PerRound / Writers; i++)
            {
                var id = Interlocked.Increment(ref next);
                var record = Sample(id);
                await lab.Transact(
                    async db =>
                    {
                        for (var row = 0; row < 3; row++)
                            await db.Execute("INSERT INTO bench_work (id, text) VALUES (@id, @text)", new { id = (id * 3) + row, text = "三行业务数据，长短与办理记录相仿；三行业务数据，长短与办理记录相仿" });
                    },
                    db => last(db, record));
            }
        })));
        return PerRound;
    }

    private static async Task AddBare(Db db, Record record) => await db.Execute(
        """
        INSERT INTO bench_record (id, recorded_at, occurred_at, user_id, login, user_name, roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation)
        VALUES (@Id, @RecordedAt, @OccurredAt, @UserId, @Login, @UserName, @Roles, @OnBehalfOf, @Source, @Place, @Command, @Subject, @Outcome, @Said, @Detail, @Correlation)
        """,
        record);

    private static Record Sample(long id) => new()
    {
        Id = id,
        RecordedAt = new DateTime(2026, 3, 2, 1, 0, 0, DateTimeKind.Utc),
        OccurredAt = new DateTime(2026, 3, 2, 1, 0, 0, DateTimeKind.Utc),
        UserId = 1,
        Login = "bench",
        UserName = "经办人",
        Roles = "Reviewer",
        Source = "page",
        Place = "192.0.2.1",
        Command = "Permits.ApproveCase",
        Subject = $"case:20260302-{id:00000}-01",
        Outcome = "done",
        Said = """{"number":"20260302-00000-01","certificateNumber":"示例文号〔2026〕1号","opinion":"符合规划条件，准予许可"}""",
        Detail = """[[["状态","Status"],["已受理","Accepted"],["办结（通过）","Approved"]]]""",
        Correlation = Guid.CreateVersion7().ToString("n"),
    };

    private static async Task Transact(this Lab lab, Func<Db, Task> work, Func<Db, Task>? last = null)
    {
        await using var scope = lab.App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        if (last is not null) db.Ending = () => () => last(db);
        await db.Transact(
            async () =>
            {
                await work(db);
                return true;
            },
            default);
    }
}
