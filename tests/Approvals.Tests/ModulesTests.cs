using System.Text.RegularExpressions;
using Approvals.Tests.Database;

namespace Approvals.Tests;

/// <summary>Who may use whom: one table, for types and for SQL.</summary>
[Parallelizable]
internal sealed partial class ModulesTests
{
    private static readonly Dictionary<string, string[]> Table = new()
    {
        ["Access"] = [],
        ["Calendar"] = ["Access"],
        ["Audit"] = ["Access", "Calendar"],
        ["Catalogue"] = ["Access", "Calendar"],
        ["Deadlines"] = ["Access", "Calendar", "Catalogue"],
        ["Projects"] = ["Access", "Calendar", "Catalogue", "Countersigning"],
        ["Documents"] = ["Access", "Calendar"],
        ["Messages"] = ["Access", "Calendar"],
        ["Countersigning"] = ["Access", "Calendar", "Catalogue", "Messages"],
        ["Operations"] = ["Access", "Audit", "Calendar", "Documents", "Messages"],
        ["Land"] = ["Access", "Audit", "Calendar", "Catalogue", "Countersigning", "Deadlines", "Messages", "Projects"],
        ["Permits"] = ["Access", "Audit", "Calendar", "Catalogue", "Countersigning", "Deadlines", "Documents", "Messages", "Projects"],
        ["OneWindow"] = ["Access", "Audit", "Calendar", "Catalogue", "Countersigning", "Deadlines", "Documents", "Land", "Messages", "Permits", "Projects"],
        ["Supervision"] = ["Access", "Calendar", "Catalogue", "Deadlines", "Land", "Messages", "OneWindow", "Permits", "Projects"],
        ["Reports"] = ["Access", "Calendar", "Catalogue", "Deadlines", "Messages", "OneWindow", "Operations", "Permits", "Projects", "Supervision"],
        ["Portfolio"] = ["Access", "Calendar", "Messages", "Projects"],
        ["Timeline"] = ["Access", "Audit", "Calendar", "Catalogue", "Deadlines", "Land", "OneWindow", "Permits", "Portfolio", "Projects"],
    };

    private static IEnumerable<string> Modules => Table.Keys;

    /// <remarks>The demonstration stands outside the modules and may ask each of them.</remarks>
    public static bool MayUse(string user, string used) => user == "Demonstration" || (Table.TryGetValue(user, out var allowed) && allowed.Contains(used));

    /// <summary>The module whose name a table or view begins with.</summary>
    public static string OwnerOf(string table) =>
        Table.Keys.Append("Database").SingleOrDefault(m => table.StartsWith(m + "_", StringComparison.OrdinalIgnoreCase)) ?? $"nobody ({table})";

    [Test]
    public void Every_module_stands_in_the_table()
    {
        var modules = typeof(Site).Assembly.GetTypes().Where(t => t.Namespace?.StartsWith("Approvals.Modules.", StringComparison.Ordinal) == true)
            .Select(Statement.ModuleOf).Distinct().Except(["Shared"]);
        Assert.That(modules, Is.EquivalentTo(Table.Keys));
    }

    [Test]
    public void Nobody_uses_in_a_circle()
    {
        var left = Table.ToDictionary(p => p.Key, p => p.Value.ToHashSet());
        while (left.FirstOrDefault(p => p.Value.Count == 0) is { Key: not null } free)
        {
            left.Remove(free.Key);
            foreach (var users in left.Values) users.Remove(free.Key);
        }

        Assert.That(left.Keys, Is.Empty);
    }

    /// <summary>Read from the source, where a name is a name whatever the compiler inlines.</summary>
    [TestCaseSource(nameof(Modules))]
    public void Uses_only_contracts_of_modules_it_may(string module)
    {
        var folder = Path.Combine(Source.Root, "src", "Approvals", "Modules", module);
        var wrong = from file in Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
                    where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".cshtml", StringComparison.Ordinal)
                    from Match use in Use().Matches(File.ReadAllText(file))
                    let used = use.Groups[1].Value
                    where used != module && used != "Shared"
                    where !use.Groups[2].Success || !MayUse(module, used)
                    select $"{Path.GetFileName(file)}: {use.Value}";
        Assert.That(wrong.Distinct(), Is.Empty);
    }

    [Test]
    public void Only_Database_names_an_engine()
    {
        var src = Path.Combine(Source.Root, "src", "Approvals");
        var wrong = from file in Directory.EnumerateFiles(src, "*.cs", SearchOption.AllDirectories)
                    let name = Path.GetRelativePath(src, file)
                    where !name.StartsWith("Database" + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !name.StartsWith("obj", StringComparison.Ordinal) && !name.StartsWith("bin", StringComparison.Ordinal)
                    where Drivers().IsMatch(File.ReadAllText(file))
                    select name;
        Assert.That(wrong, Is.Empty);
    }

    [GeneratedRegex(@"\bModules\.(\w+)(?:\.(Contract)\b)?")]
    private static partial Regex Use();

    [GeneratedRegex(@"\b(SqliteConnection|SqlConnection|SqliteCommand|SqlCommand|Microsoft\.Data\.)")]
    private static partial Regex Drivers();
}
