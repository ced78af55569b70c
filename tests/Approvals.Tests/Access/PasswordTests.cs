using System.Buffers.Binary;
using System.Diagnostics;
using Approvals.Modules.Access;
using Approvals.Web;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Approvals.Tests.Access;

/// <summary>Which passwords are taken: long ones that nobody would think of first.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PasswordTests
{
    /// <summary>As the program has them, not as the other tests do.</summary>
    private static readonly Passwords Kept = Real();

    private static Passwords Real()
    {
        using var site = Site.Build(["--environment", "Development"], builder => builder.Configuration["data"] = TestContext.CurrentContext.WorkDirectory);
        return new(Options.Create(site.Services.GetRequiredService<IOptions<PasswordHasherOptions>>().Value));
    }

    /// <summary>The header of the framework's hash: version 1, HMAC-SHA-512, the rounds.</summary>
    [Test]
    public void A_hash_takes_as_many_rounds_as_OWASP_asks_for_and_one_of_fewer_is_renewed()
    {
        var hash = Convert.FromBase64String(Kept.Hash("long enough 2026"));
        var older = new PasswordHasher<string>().HashPassword("", "long enough 2026");
        var right = Kept.Matches(older, "long enough 2026", out var outdated);

        Assert.That((hash[0], BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)), BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5))), Is.EqualTo(((byte)1, 2, 210_000)));
        Assert.That((right, outdated), Is.EqualTo((true, true)));
    }

    [TestCase("password123456", Description = "listed, with digits behind it")]
    [TestCase("Password2026!", Description = "in capitals, with a year and a sign")]
    [TestCase("1234567890")]
    [TestCase("qwertyuiop")]
    [TestCase("1qaz2wsx3edc")]
    [TestCase("woaini1314520")]
    [TestCase("zhangwei1990", Description = "a name in pinyin with a year of birth")]
    [TestCase("LiJing@2026")]
    [TestCase("admin@123456")]
    [TestCase("ｐａｓｓｗｏｒｄ１２３", Description = "in full width")]
    [TestCase("passwordpassword")]
    [TestCase("abcdabcdabcd")]
    [TestCase("xk7vxk7vxk7v", Description = "four signs over and over")]
    [TestCase("abbabaabab", Description = "two letters in no order")]
    [TestCase("aaaaaaaaaaaa")]
    [TestCase("0123456789")]
    [TestCase("zyxwvutsrq")]
    [TestCase("112211221122")]
    public void What_is_tried_first_is_refused(string password) => Assert.That(Problems(password), Is.EqualTo(new[] { "password.common" }));

    [TestCase("wang.li-2026-xyz")]
    [TestCase("my-WANG.LI-secret")]
    [TestCase("Approvals for us 9")]
    [TestCase("一窗通的密码很长很长")]
    [TestCase("GaoXinQu river 77")]
    public void Neither_the_login_nor_the_name_of_program_or_zone_is_in_it(string password) => Assert.That(Problems(password), Is.EqualTo(new[] { "password.names" }));

    [TestCase("short")]
    [TestCase("123456789")]
    public void A_short_one_is_refused_for_its_length(string password) => Assert.That(Problems(password), Is.EqualTo(new[] { "password.length" }));

    [Test]
    public void A_long_one_is_refused_for_its_length()
    {
        var longest = string.Concat(Enumerable.Repeat("rain on the roof, ", 12))[..200];
        Assert.That(Problems(longest), Is.Empty);
        Assert.That(Problems(longest + "!"), Is.EqualTo(new[] { "password.length" }));
    }

    [Test]
    public void A_password_of_nobody_takes_as_long_to_compare_as_somebodys()
    {
        var kept = Kept.Hash("long enough 2026");
        Assert.That(Kept.Matches(null, "wrong password", out _), Is.False);
        foreach (var none in new[] { null, Passwords.None }) Assert.That(Least(none) * 10, Is.GreaterThan(Least(kept)), none ?? "no such account");

        static TimeSpan Least(string? kept) => Enumerable.Range(0, 3).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Kept.Matches(kept, "wrong password", out bool _);
            return watch.Elapsed;
        });
    }

    [TestCase("long enough 2026")]
    [TestCase("correct horse battery staple")]
    [TestCase("雨后的竹林里有三只白鹭")]
    [TestCase("dragon eats blue bicycles")]
    [TestCase("tR7#kq!vZ2")]
    [TestCase("\ud800 half a character")]
    public void Anything_else_is_its_owners_choice(string password) => Assert.That(Problems(password), Is.Empty);

    [Test]
    public void The_list_is_shipped_with_the_program_and_holds_thousands()
    {
        using var list = new StreamReader(typeof(Site).Assembly.GetManifestResourceStream("data.common-passwords.txt")!);
        var lines = list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#').ToList();
        Assert.That(lines, Has.Count.GreaterThan(10_000));
        Assert.That(lines, Is.Unique);
        Assert.That(lines.Where(l => l.Any(char.IsUpper)), Is.Empty, "it is compared in small letters");
    }

    private static IEnumerable<string> Problems(string password) => new Check().Password(password, "new", "wang.li").Problems.Select(p => p.Code);
}
