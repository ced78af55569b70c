using Approvals.Database;
using Approvals.Modules.Audit;

namespace Approvals.Benchmarks;

/// <summary>
/// Eight writers at once, each transaction three rows of work and then its record: chained as the program does it, beside
/// the same record without a chain, beside no record, and beside a record that a second writer links afterwards.
/// </summary>
internal static class AuditChain
{
    private const int Writers = 8;
    private const int PerRound = 4000;
    private const int Rounds = 7;

    private static readonly string[] Schema =
    [
        "CREATE TABLE bench_work (id INTEGER NOT NULL PRIMARY KEY, text nvarchar(200) NOT NULL)",
        "CREATE TABLE bench_record AS SELECT id, recorded_at, occurred_at, user_id, login, user_name, roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation FROM audit_record WHERE 1 = 0",
        "CREATE INDEX ix_bench_record_subject ON bench_record (subject, id)",
        "CREATE INDEX ix_bench_record_login ON bench_record (login, id)",
        "CREATE INDEX ix_bench_record_refused ON bench_record (id) WHERE outcome <> 'done'",
        "CREATE TABLE bench_link (place INTEGER NOT NULL PRIMARY KEY, record bigint NOT NULL, hash nvarchar(64) NOT NULL)",
    ];

    private static long next;

    public static async Task Run()
    {
        await using var lab = await Lab.Open(0);
        await lab.Transact(async db =>
        {
            foreach (var statement in Schema) await db.Execute(statement);
        });
        var chain = lab.App.Services.GetRequiredService<Chain>();
        Task<double> Chained() => Write(lab, (db, record) => chain.Append(db, record));
        Task<double> Bare() => Write(lab, AddBare);
        Task<double> Without() => Write(lab, (_, _) => Task.CompletedTask);

        var (ours, bare, ratio) = await Paired.Rates(Rounds, Chained, Bare);
        Paired.Row("8 writers at once, the record chained", Paired.PerSecond(ours), $"the record without a chain {Paired.PerSecond(bare)}", ratio, "≥ 0.8");
        (ours, var none, ratio) = await Paired.Rates(Rounds, Chained, Without);
        Paired.Row("8 writers at once, the record chained", Paired.PerSecond(ours), $"no record at all {Paired.PerSecond(none)}", ratio, "—");
        (ours, var later, ratio) = await Paired.Rates(Rounds, Chained, () => LinkedAfterwards(lab));
        Paired.Row("8 writers at once, the record chained", Paired.PerSecond(ours), $"linked afterwards by a second writer {Paired.PerSecond(later)}", ratio, "—");
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

    /// <summary>The other shape: committed records get their place a moment later, from one writer that holds nobody up.</summary>
    private static async Task<double> LinkedAfterwards(Lab lab)
    {
        var (from, hash, place) = (next, Record.Beginning, next);
        using var done = new CancellationTokenSource();
        var linking = Task.Run(async () =>
        {
            while (true)
            {
                var ended = done.IsCancellationRequested;
                await using var scope = lab.App.Services.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<Db>();
                var unlinked = await db.First<Record>(1000,
                    "SELECT r.id, r.recorded_at, r.occurred_at, r.user_id, r.login, r.user_name, r.roles, r.on_behalf_of, r.source, r.place, r.command, r.subject, r.outcome, r.said, r.detail, r.correlation FROM bench_record r WHERE r.id > @from AND NOT EXISTS (SELECT 1 FROM bench_link l WHERE l.record = r.id) ORDER BY r.id",
                    new { from });
                if (unlinked.Count == 0 && ended) return;
                if (unlinked.Count == 0)
                {
                    await Task.Delay(20);
                    continue;
                }

                var links = new List<object>(unlinked.Count);
                foreach (var record in unlinked)
                {
                    hash = record.HashAfter(hash);
                    links.Add(new { place = ++place, record = record.Id, hash });
                }

                await lab.Transact(async d => await d.Execute("INSERT INTO bench_link (place, record, hash) VALUES (@place, @record, @hash)", links));
            }
        });
        var written = await Write(lab, AddBare);
        await done.CancelAsync();
        await linking;
        return written;
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
