using System.Reflection;
using System.Text.RegularExpressions;

namespace Approvals.Tests;

/// <summary>The table of <c>docs/security.md</c> promises tests: each one is there.</summary>
internal sealed partial class SecurityDocumentTests
{
    private static readonly string[] Rows = [.. File.ReadLines(Path.Combine(Source.Root, "docs", "security.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| control |", StringComparison.Ordinal))];

    [Test]
    public void Every_test_that_it_names_exists()
    {
        var tests = typeof(SecurityDocumentTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Where(method => method.GetCustomAttributes().Any(a => a is NUnit.Framework.Interfaces.ITestBuilder or NUnit.Framework.Interfaces.ISimpleTestBuilder))
                .Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();
        var named = Rows.SelectMany(row => Named().Matches(row.Split('|')[3])).Select(match => match.Groups[1].Value).ToList();

        Assert.That(named, Has.Count.GreaterThan(10));
        Assert.That(named.Where(name => !tests.Contains(name)), Is.Empty);
    }

    [Test]
    public void A_control_without_a_test_says_so()
    {
        var wrong = Rows.Where(row => row.Split('|') is not ["", _, _, var shown, ""]
            || !(Named().IsMatch(shown) || shown.Contains("not met", StringComparison.Ordinal) || shown.Contains("no test", StringComparison.Ordinal)));

        Assert.That(wrong, Is.Empty);
    }

    [GeneratedRegex("`([A-Z]\\w+\\.\\w+)`")]
    private static partial Regex Named();
}
