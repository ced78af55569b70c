using System.Reflection;
using System.Text.RegularExpressions;

namespace Approvals.Tests.Database;

/// <summary>Every SQL text of the program, read from its constants.</summary>
internal sealed partial record Statement(string Module, string Name, string Sql)
{
    public static readonly IReadOnlyList<Statement> All =
    [
        .. from type in typeof(Site).Assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where field.IsLiteral && field.FieldType == typeof(string)
           let text = (string)field.GetRawConstantValue()!
           where text is not null && Verb().IsMatch(text)
           orderby type.FullName, field.Name
           select new Statement(ModuleOf(type), $"{type.FullName!["Approvals.".Length..]}.{field.Name}", text),
    ];

    /// <summary>As T-SQL: Dapper spells a list out in brackets.</summary>
    public string TSql => InList().Replace(Sql, "IN ($1)");

    public override string ToString() => Name;

    /// <summary>The folder that owns the type: a module, or a part of the kernel.</summary>
    public static string ModuleOf(Type type)
    {
        var parts = (type.Namespace ?? "").Split('.');
        return parts.Length >= 3 && parts[1] == "Modules" ? parts[2] : parts.ElementAtOrDefault(1) ?? "";
    }

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\s", RegexOptions.IgnoreCase)]
    private static partial Regex Verb();

    [GeneratedRegex(@"\bIN\s+(@\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex InList();
}
