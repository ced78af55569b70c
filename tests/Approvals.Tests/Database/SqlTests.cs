using Approvals.Database;
using Microsoft.Data.Sqlite;
using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Approvals.Tests.Database;

/// <summary>
/// What can be known of every SQL text without a server: it is T-SQL in the common dialect, every name in it exists in
/// the SQL Server schema, SQLite compiles it, and it stays in its own module.
/// </summary>
[Parallelizable]
internal sealed class SqlTests
{
    private static readonly HashSet<string> CommonFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "COUNT", "SUM", "MIN", "MAX", "AVG", "COALESCE", "CONCAT", "STRING_AGG", "IIF", "CAST", "ROW_NUMBER", "LOWER", "UPPER", "ABS", "NULLIF",
    };

    private static IReadOnlyList<Statement> All => Statement.All;

    [Test]
    public void There_are_statements() => Assert.That(All, Has.Count.GreaterThan(50));

    [TestCaseSource(nameof(All))]
    public void Is_TSql_in_the_common_dialect(Statement statement)
    {
        var parsed = Parse(statement.TSql, out var errors);
        Assert.That(errors, Is.Empty);
        var calls = new Calls();
        parsed.Accept(calls);
        Assert.Multiple(() =>
        {
            Assert.That(calls.Functions.Except(CommonFunctions, StringComparer.OrdinalIgnoreCase), Is.Empty, "functions both engines have");
            Assert.That(parsed.ScriptTokenStream.Where(t => t.Text is "||" or "*=" && t.TokenType != TSqlTokenType.AsciiStringLiteral), Is.Empty, "SQL Server before 2025 has no ||");
            Assert.That(calls.Stars, Is.Zero, "SELECT * breaks when a column is added");
            Assert.That(((TSqlScript)parsed).Batches.Sum(b => b.Statements.Count), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task What_a_command_holds_is_read_serializable_on_the_server_and_by_nothing_after_it()
    {
        await using var engine = new SqlServerEngine("");
        var script = (TSqlScript)Parse(engine.Held("SELECT COALESCE(MAX(id), 0) FROM calendar_edition"), out var errors);

        Assert.That(errors, Is.Empty);
        Assert.That(script.Batches.Single().Statements.Select(s => (s as SetTransactionIsolationLevelStatement)?.Level), Is.EqualTo(new IsolationLevel?[]
        {
            IsolationLevel.Serializable, null, IsolationLevel.ReadCommitted,
        }));
    }

    [TestCaseSource(nameof(All))]
    public void Stays_in_its_module(Statement statement)
    {
        var names = new Tables();
        Parse(statement.TSql, out _).Accept(names);
        var foreign = from table in names.Names.Except(names.Own, StringComparer.OrdinalIgnoreCase)
                      let module = ModulesTests.OwnerOf(table)
                      where module != statement.Module
                      where !(table.StartsWith(module + "_public_", StringComparison.OrdinalIgnoreCase) && ModulesTests.MayUse(statement.Module, module))
                      select table;
        Assert.That(foreign, Is.Empty, "tables of another module, or views of one it may not use");
    }

    /// <summary>One model for all: a wrong table, column or variable in any statement is an error or a warning here.</summary>
    [Test]
    public void Every_name_exists_on_SQL_Server()
    {
        using var model = new TSqlModel(SqlServerVersion.Sql160, new TSqlModelOptions { Collation = "Chinese_PRC_CI_AS" });
        foreach (var definition in Definitions(Migrator.Scripts("sqlserver"))) model.AddObjects(definition);

        for (var i = 0; i < All.Count; i++)
        {
            var variables = new Variables();
            Parse(All[i].TSql, out _).Accept(variables);
            var parameters = variables.Names.Count == 0 ? "" : string.Join(", ", variables.Names.Select(v => v + " nvarchar(400)"));
            model.AddObjects($"CREATE PROCEDURE [q{i}] {parameters} AS BEGIN\n{All[i].TSql}\nEND");
        }

        var messages = model.Validate().Select(m => $"{Named(m.ToString())}{m}").ToList();
        Assert.That(messages, Is.Empty);

        static string Named(string message)
        {
            var match = System.Text.RegularExpressions.Regex.Match(message, @"\[q(\d+)\]");
            return match.Success ? All[int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)].Name + ": " : "";
        }
    }

    [Test]
    public async Task Compiles_on_SQLite()
    {
        await using var app = await App.Start();
        if (App.Server is not null) Assert.Ignore("on SQLite only");
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(app.Services.GetRequiredService<Settings>().DataFolder, "approvals.db")}");
        await connection.OpenAsync();
        var failures = new List<string>();
        foreach (var statement in All)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "EXPLAIN " + statement.TSql;
            var variables = new Variables();
            Parse(statement.TSql, out _).Accept(variables);
            foreach (var name in variables.Names) command.Parameters.AddWithValue(name, DBNull.Value);
            try
            {
                using var reader = await command.ExecuteReaderAsync();
            }
            catch (SqliteException e)
            {
                failures.Add($"{statement.Name}: {e.Message}");
            }
        }

        Assert.That(failures, Is.Empty);
    }

    [Test]
    public void A_script_of_a_pair_has_its_other()
    {
        var lone = typeof(Site).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("db.", StringComparison.Ordinal) && n.Split('.').Length == 4)
            .GroupBy(n => n.Split('.')[1])
            .Where(g => g.Count() != 2)
            .Select(g => g.Key);
        Assert.That(lone, Is.Empty);
    }

    [Test]
    public async Task Migrating_again_changes_nothing()
    {
        await using var app = await App.Start();
        var before = await app.Rows<string>(Journal);
        await Migrator.Migrate(app.Services.GetRequiredService<Engine>());
        Assert.That(await app.Rows<string>(Journal), Is.EqualTo(before).And.Not.Empty);
    }

    private const string Journal = "SELECT ScriptName FROM SchemaVersions ORDER BY ScriptName";

    private static TSqlFragment Parse(string sql, out IList<ParseError> errors)
    {
        using var reader = new StringReader(sql);
        return new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out errors);
    }

    /// <summary>What the scripts define, statement by statement; rows they insert define nothing, and a column that was added later is one of its table.</summary>
    private static List<string> Definitions(IEnumerable<(string Name, string Text)> scripts)
    {
        var definitions = new List<string>();
        var tables = new Dictionary<string, (int At, CreateTableStatement Table)>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, text) in scripts)
        {
            var parsed = (TSqlScript)Parse(text, out var errors);
            if (errors.Count > 0) throw new InvalidOperationException($"{name} line {errors[0].Line}: {errors[0].Message}");
            foreach (var statement in parsed.Batches.SelectMany(b => b.Statements))
            {
                if (statement is InsertStatement or UpdateStatement or DeleteStatement) continue;
                if (statement is AlterTableAddTableElementStatement { Definition.ColumnDefinitions: { Count: > 0 } added } alter)
                {
                    var (at, altered) = tables[alter.SchemaObjectName.BaseIdentifier.Value];
                    foreach (var column in added) altered.Definition.ColumnDefinitions.Add(column);
                    new Sql160ScriptGenerator().GenerateScript(altered, out var whole);
                    definitions[at] = whole;
                    continue;
                }

                if (statement is DropViewStatement { Objects: var dropped })
                {
                    foreach (var view in dropped.Select(d => d.BaseIdentifier.Value))
                        definitions.RemoveAt(definitions.FindIndex(d => d.StartsWith($"CREATE VIEW {view} ", StringComparison.OrdinalIgnoreCase) || d.StartsWith($"CREATE VIEW {view}\n", StringComparison.OrdinalIgnoreCase)));
                    Find();
                    continue;
                }

                if (statement is DropTableStatement { Objects: var gone })
                {
                    foreach (var lost in gone.Select(d => d.BaseIdentifier.Value))
                    {
                        tables.Remove(lost);
                        definitions.RemoveAll(d => d.StartsWith($"CREATE TABLE {lost} ", StringComparison.OrdinalIgnoreCase) || (d.StartsWith("CREATE INDEX ", StringComparison.OrdinalIgnoreCase) && d.Contains($" ON {lost} ", StringComparison.OrdinalIgnoreCase)));
                    }

                    Find();
                    continue;
                }

                if (statement is CreateTableStatement table) tables.Add(table.SchemaObjectName.BaseIdentifier.Value, (definitions.Count, table));
                definitions.Add(text.Substring(statement.StartOffset, statement.FragmentLength));
            }
        }

        return definitions;

        void Find()
        {
            foreach (var (key, (at, of)) in tables.ToList())
                tables[key] = (definitions.FindIndex(d => d.StartsWith("CREATE TABLE " + key, StringComparison.OrdinalIgnoreCase)) is var moved and >= 0 ? moved : at, of);
        }
    }

    private sealed class Calls : TSqlFragmentVisitor
    {
        public List<string> Functions { get; } = [];

        public int Stars { get; private set; }

        public override void Visit(FunctionCall node) => Functions.Add(node.FunctionName.Value);

        public override void Visit(SelectStarExpression node) => Stars++;

        public override void Visit(ConvertCall node) => Functions.Add("CONVERT");

        public override void Visit(ParameterlessCall node) => Functions.Add(node.ParameterlessCallType.ToString());
    }

    private sealed class Tables : TSqlFragmentVisitor
    {
        public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>Names the statement itself gives: its common table expressions and aliases.</summary>
        public HashSet<string> Own { get; } = new(StringComparer.OrdinalIgnoreCase);

        public override void Visit(NamedTableReference node)
        {
            Names.Add(node.SchemaObject.BaseIdentifier.Value);
            if (node.Alias is not null && node.Alias.Value != node.SchemaObject.BaseIdentifier.Value) Own.Add(node.Alias.Value);
        }

        public override void Visit(CommonTableExpression node) => Own.Add(node.ExpressionName.Value);
    }

    private sealed class Variables : TSqlFragmentVisitor
    {
        public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

        public override void Visit(VariableReference node) => Names.Add(node.Name);
    }
}
