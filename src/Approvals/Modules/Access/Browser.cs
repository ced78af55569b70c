namespace Approvals.Modules.Access;

/// <summary>What a browser calls itself, in the two words its owner knows it by. Of what it sends nothing else is kept.</summary>
internal static class Browser
{
    // The first that is found: most say that they are several of these.
    private static readonly (string Sign, string Name)[] Browsers =
    [
        ("MicroMessenger/", "微信"), ("DingTalk/", "钉钉"), ("QQBrowser/", "QQ"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ];

    /// <summary>As <c>Chrome · Windows</c>; empty where nothing is known of it.</summary>
    public static string Words(string? agent) => string.Join(" · ", new[] { Find(Browsers, agent), Find(Systems, agent) }.OfType<string>());

    private static string? Find((string Sign, string Name)[] known, string? agent) =>
        known.FirstOrDefault(k => agent?.Contains(k.Sign, StringComparison.Ordinal) == true).Name;
}
