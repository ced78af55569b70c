using System.Collections;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Approvals.Database;
using Approvals.Web;
using DbUp.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Approvals.Tests.Database;

/// <summary>What every command relies on, on whichever engine the suite runs.</summary>
[Parallelizable]
internal sealed class EngineTests
{
    private const string Add = "INSERT INTO database_id_block (name, next_id) VALUES (@name, @value)";
    private const string Raise = "UPDATE database_id_block SET next_id = next_id + 1 WHERE name = @name";
    private const string ValueOf = "SELECT next_id FROM database_id_block WHERE name = @name";
    private const string Names = "SELECT name FROM database_id_block WHERE name LIKE 't%' ORDER BY name";

    [Test]
    public async Task A_command_that_fails_leaves_nothing_and_harms_no_other_in_its_group()
    {
        await using var app = await App.Start();
        var work = Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            try
            {
                await InTransaction(app, async db =>
                {
                    await db.Execute(Add, new { name = $"t{i:00}", value = (long)i });
                    if (i % 4 == 0) throw new InvalidOperationException("planned");
                });
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }));
        var done = await Task.WhenAll(work);
        var expected = Enumerable.Range(0, 40).Where(i => i % 4 != 0).Select(i => $"t{i:00}");
        Assert.Multiple(async () =>
        {
            Assert.That(done.Count(d => d), Is.EqualTo(30));
            Assert.That(await app.Rows<string>(Names), Is.EqualTo(expected));
        });
    }

    [Test]
    public async Task Sixteen_at_once_lose_no_update()
    {
        await using var app = await App.Start();
        await InTransaction(app, db => db.Execute(Add, new { name = "t", value = 0L }));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++) await InTransaction(app, db => db.Execute(Raise, new { name = "t" }));
        })));
        Assert.That(await app.Value<long>(ValueOf, new { name = "t" }), Is.EqualTo(320));
    }

    [Test]
    public async Task A_command_runs_in_the_language_of_its_caller()
    {
        await using var app = await App.Start();
        var seen = new ConcurrentDictionary<string, string>();
        await Task.WhenAll(new[] { "en", "zh-CN" }.Select(language => Task.Run(() =>
        {
            CultureInfo.CurrentUICulture = new CultureInfo(language);
            return InTransaction(app, _ =>
            {
                seen[language] = CultureInfo.CurrentUICulture.Name;
                return Task.CompletedTask;
            });
        })));
        Assert.That(seen, Is.EquivalentTo(new Dictionary<string, string> { ["en"] = "en", ["zh-CN"] = "zh-CN" }));
    }

    [Test]
    public async Task Ids_are_never_given_twice_though_commands_fail_between()
    {
        await using var app = await App.Start();
        var given = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                await using var scope = app.Services.CreateAsyncScope();
                var (db, ids) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<Ids>());
                var taken = new List<long>();
                try
                {
                    await db.Transact(async () =>
                    {
                        var first = await ids.Next(90);
                        taken.AddRange(Enumerable.Range(0, 90).Select(n => first + n));
                        if ((client + i) % 3 == 0) throw new InvalidOperationException("planned");
                        return true;
                    }, CancellationToken.None);
                    foreach (var id in taken) given.Add(id); // an id counts once its command is kept
                }
                catch (InvalidOperationException)
                {
                }
            }
        })));
        Assert.That(given, Is.Unique.And.Count.EqualTo(8 * 20 * 90));
    }

    [Test]
    public async Task A_read_outside_a_command_cannot_write()
    {
        await using var app = await App.Start();
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        Assert.That(() => db.Execute(Raise, new { name = "all" }), Throws.InvalidOperationException);
    }

    [Test]
    public async Task The_same_statement_may_be_read_twice_at_once()
    {
        await using var app = await App.Start();
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        for (var i = 0; i < 3; i++)
            Assert.That(await db.Query<long>(ValueOf, new { name = "all" }), Has.Count.EqualTo(1));
        Assert.That(await db.Query<long>(ValueOf, new { name = "none" }), Is.Empty);
    }

    [Test]
    public async Task A_key_that_is_taken_is_told_from_other_failures()
    {
        await using var app = await App.Start();
        var (first, second) = (false, true);
        await InTransaction(app, async db =>
        {
            first = await db.TryInsert(Add, new { name = "t", value = 1L });
            second = await db.TryInsert(Add, new { name = "t", value = 2L });
            await db.Execute(Raise, new { name = "t" });
        });
        Assert.Multiple(async () =>
        {
            Assert.That((first, second), Is.EqualTo((true, false)));
            Assert.That(await app.Value<long>(ValueOf, new { name = "t" }), Is.EqualTo(2), "the transaction went on");
        });
    }

    /// <summary>By the numbers of the server: the time of a statement or a lock was over, or it was undone for a deadlock. All else is an error.</summary>
    [TestCase(-2, true)]
    [TestCase(1222, true)]
    [TestCase(1205, true)]
    [TestCase(2627, false)]
    [TestCase(547, false)]
    [TestCase(208, false)]
    [TestCase(0, false)]
    public void A_wait_that_was_too_long_is_told_from_other_failures(int number, bool isBusy) => Assert.That(SqlServerEngine.IsBusy(number), Is.EqualTo(isBusy));

    [Test]
    public async Task A_command_that_waited_too_long_is_refused_and_one_that_fails_otherwise_or_while_it_is_kept_is_not()
    {
        var busy = Assert.ThrowsAsync<Refused>(() => Failing(new Late(true), isCommitting: false))!;
        Assert.That((busy.Status, busy.Problems.Single().Code), Is.EqualTo((RefusedAs.Conflict, "database.busy")));
        Assert.That(busy.Problems.Single().Message.Zh, Does.Contain("没有保存").And.Contain("请过几分钟再试"));
        Assert.That(busy.Message, Does.Contain("Nothing was saved; try again in a few minutes"));
        Assert.ThrowsAsync<Late>(() => Failing(new Late(true), isCommitting: true), "nobody can say whether it was kept");
        Assert.ThrowsAsync<Late>(() => Failing(new Late(true), isCommitting: true, last: () => Task.CompletedTask), "nor where its record was written");
        Assert.ThrowsAsync<Refused>(() => Failing(new Late(true), isCommitting: true, last: () => throw new Late(true)), "its record was not");
        Assert.ThrowsAsync<Late>(() => Failing(new Late(false), isCommitting: false));

        static async Task Failing(Late error, bool isCommitting, Func<Task>? last = null)
        {
            await using var engine = new Stalling(error, isCommitting);
            await using var db = new Db(engine, NullLogger<Db>.Instance) { Ending = () => last };
            await db.Transact(() => isCommitting ? Task.FromResult(true) : throw error, default);
        }
    }

    /// <summary>The chain is one: its links are added in turn. The order of ends is the engine's own and needs no server.</summary>
    [Test]
    public async Task On_the_server_a_transaction_with_a_record_waits_for_the_commit_of_the_one_before_and_one_without_for_nobody()
    {
        await using var engine = new SqlServerEngine("");
        var (done, first) = (new List<string>(), new TaskCompletionSource());
        Task End(string name, bool hasRecord, Task commit) => engine.End(
            hasRecord ? () => Note($"{name} records") : null,
            async () =>
            {
                await commit;
                await Note($"{name} is kept");
            },
            () => done.Add($"{name} is undone"),
            default);
        Task Note(string what)
        {
            done.Add(what);
            return Task.CompletedTask;
        }

        var one = End("one", true, first.Task);
        var two = End("two", true, Task.CompletedTask);
        var (waits, alone) = (!two.IsCompleted, End("none", false, Task.CompletedTask).IsCompletedSuccessfully);
        first.SetResult();
        await Task.WhenAll(one, two).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(() => engine.End(() => throw new InvalidOperationException("planned"), () => Note("lost"), () => done.Add("it is undone"), default), Throws.InvalidOperationException);
        await End("three", true, Task.CompletedTask).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.That((waits, alone), Is.EqualTo((true, true)));
        Assert.That(done, Is.EqualTo(new[] { "one records", "none is kept", "one is kept", "two records", "two is kept", "it is undone", "three records", "three is kept" }));
    }

    [Test]
    public async Task Who_would_migrate_waits_until_the_other_is_done_and_not_until_that_program_ends()
    {
        await using var app = await App.Start();
        var engine = app.Services.GetRequiredService<Engine>();
        var first = await engine.LockForMigration(default);
        var second = engine.LockForMigration(default);
        await Task.Delay(500);
        var waited = !second.IsCompleted;

        await first.DisposeAsync();
        var got = await Task.WhenAny(second, Task.Delay(20_000)) == second;

        Assert.That((waited, got), Is.EqualTo((true, true)));
        await (await second).DisposeAsync();
    }

    private sealed class Late(bool isBusy) : DbException
    {
        public bool IsBusy => isBusy;
    }

    /// <summary>Fails while it works, or once all is done and only the commit is left.</summary>
    private sealed class Stalling(Late error, bool isCommitting) : Engine
    {
        public override string Name => throw new NotSupportedException();

        public override bool IsEmbedded => throw new NotSupportedException();

        public override async Task InTransaction(Func<DbConnection, DbTransaction?, Task<Func<Task>?>> work, Action undone, CancellationToken ct)
        {
            if (await work(null!, null) is { } last) await last();
            if (isCommitting) throw error;
        }

        public override bool IsBusy(Exception thrown) => thrown is Late { IsBusy: true };

        public override ValueTask DisposeAsync() => default;

        public override ValueTask<DbConnection> Rent(CancellationToken ct) => throw new NotSupportedException();

        public override ValueTask Return(DbConnection connection) => throw new NotSupportedException();

        public override ValueTask<DbTransaction?> BeginSnapshot(DbConnection connection, CancellationToken ct) => throw new NotSupportedException();

        public override ValueTask EndSnapshot(DbConnection connection, DbTransaction? snapshot) => throw new NotSupportedException();

        public override Task<int> Execute(DbConnection connection, DbTransaction? transaction, string sql, IEnumerable rows, CancellationToken ct) => throw new NotSupportedException();

        public override string First(string sql, int rows) => throw new NotSupportedException();

        public override string Held(string sql) => throw new NotSupportedException();

        public override bool IsDuplicateKey(Exception thrown) => throw new NotSupportedException();

        public override bool IsNull(Exception thrown) => throw new NotSupportedException();

        public override Task<long> ReserveIds(int count, Db caller) => throw new NotSupportedException();

        public override Task BulkInsert(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken ct) => throw new NotSupportedException();

        public override Task<string?> Unsound(DbConnection connection, string table, CancellationToken ct) => throw new NotSupportedException();

        public override Task<bool> Holds(string table, CancellationToken ct) => throw new NotSupportedException();

        public override UpgradeEngineBuilder Upgrades() => throw new NotSupportedException();

        public override Task<IAsyncDisposable> LockForMigration(CancellationToken ct) => throw new NotSupportedException();
    }

    private static async Task InTransaction(App app, Func<Db, Task> work)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await db.Transact(async () =>
        {
            await work(db);
            return true;
        }, CancellationToken.None);
    }
}
