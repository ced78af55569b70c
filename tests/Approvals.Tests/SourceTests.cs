using System.Text.RegularExpressions;

namespace Approvals.Tests;

/// <summary>What of the form of the source neither the compiler nor the white space formatter holds.</summary>
[Parallelizable]
internal sealed partial class SourceTests
{
    [Test]
    public void Namespaces_that_are_used_stand_in_order_the_systems_own_first()
    {
        var wrong = new List<string>();
        var files = new[] { "src", "tests" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Source.Root, f), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).ToList();
        foreach (var file in files)
        {
            var used = File.ReadLines(file).TakeWhile(l => !l.StartsWith("namespace", StringComparison.Ordinal)).Select(l => Using().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value).ToList();
            var inOrder = used.OrderBy(n => n != "System" && !n.StartsWith("System.", StringComparison.Ordinal)).ThenBy(n => n, StringComparer.OrdinalIgnoreCase);
            if (!used.SequenceEqual(inOrder)) wrong.Add(Path.GetRelativePath(Source.Root, file));
        }

        Assert.That(files, Has.Count.GreaterThan(400));
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>One word for one thing: a word that was given up for another does not come back.</summary>
    [TestCase("暂计", "暂定")]
    public void A_word_that_was_given_up_for_another_stands_nowhere(string word, string instead)
    {
        var texts = new[] { "src", "docs" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Source.Root, f), "*", SearchOption.AllDirectories))
            .Where(f => Path.GetExtension(f) is ".cs" or ".cshtml" or ".md" && !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Append(Path.Combine(Source.Root, "README.md")).Select(f => (Name: Path.GetRelativePath(Source.Root, f), Text: File.ReadAllText(f))).ToList();

        Assert.That(texts.Where(t => t.Text.Contains(word, StringComparison.Ordinal)).Select(t => t.Name), Is.Empty);
        Assert.That(texts.Where(t => t.Text.Contains(instead, StringComparison.Ordinal)), Is.Not.Empty);
    }

    [GeneratedRegex(@"^using ([\w.]+);")]
    private static partial Regex Using();
}
