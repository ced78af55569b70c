using Approvals.Database;
using Approvals.Modules.Audit;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Approvals.Tests.Audit;

/// <summary>The record as it lies in the database.</summary>
internal static class Log
{
    private const string All = $"SELECT {Record.Columns} FROM audit_record WHERE id > 0 ORDER BY id";

    public static Task<IReadOnlyList<Record>> Records(this App app) => app.Rows<Record>(All);

    /// <summary>The records of one command.</summary>
    public static async Task<IReadOnlyList<Record>> LogOf(this App app, string command) => [.. (await app.Records()).Where(r => r.Command == command)];

    public static async Task<Record> Last(this App app) => (await app.Records())[^1];

    /// <summary>What somebody with the database in his hands does: past every command, and without a record.</summary>
    /// <remarks>Held to T-SQL, so that the same attacks run on a server (<c>APPROVALS_TEST_SQLSERVER</c>).</remarks>
    public static async Task Tamper(this App app, params string[] statements)
    {
        foreach (var statement in statements)
        {
            new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(statement), out var errors);
            Assert.That(errors.Select(e => e.Message), Is.Empty, statement);
        }

        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await db.Transact(async () =>
        {
            foreach (var statement in statements) await db.Execute(statement);
            return true;
        }, default);
    }
}
