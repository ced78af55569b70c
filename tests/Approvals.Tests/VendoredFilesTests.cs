using System.Security.Cryptography;
using System.Text.Json;

namespace Approvals.Tests;

/// <summary>The files of others that the site serves are as their authors published them.</summary>
[Parallelizable]
internal sealed class VendoredFilesTests
{
    private static readonly string Lib = Path.Combine(Source.Root, "src", "Approvals", "wwwroot", "lib");

    [Test]
    public void Each_has_the_hash_of_the_manifest()
    {
        foreach (var entry in Manifest())
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Lib, entry.File)))), Is.EqualTo(entry.Sha256), entry.File);
    }

    [Test]
    public void Each_stands_in_the_manifest_with_its_licence_beside_it()
    {
        var there = Directory.EnumerateFiles(Lib, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Lib, f).Replace('\\', '/')).ToList();
        var files = Manifest().Select(e => e.File).ToList();

        Assert.That(there.Where(f => f != "manifest.json" && !f.EndsWith("/LICENSE", StringComparison.Ordinal)), Is.EquivalentTo(files));
        Assert.That(files.Select(f => Path.GetDirectoryName(f) + "/LICENSE").Distinct(), Is.SubsetOf(there));
    }

    private static Entry[] Manifest() =>
        JsonSerializer.Deserialize<Entry[]>(File.ReadAllText(Path.Combine(Lib, "manifest.json")), JsonSerializerOptions.Web)!;

    private sealed record Entry(string Name, string Version, string File, string Licence, string Sha256);
}
