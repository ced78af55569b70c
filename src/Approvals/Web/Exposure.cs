using System.Net;

namespace Approvals.Web;

/// <summary>How the program is reached, as a deployment has said it; read once at start.</summary>
/// <param name="Listens">Where it listens.</param>
/// <param name="Proxies">The networks of the proxies whose word is taken on who asks, and whether over HTTPS.</param>
internal sealed record Exposure(IReadOnlyList<BindingAddress> Listens, IReadOnlyList<IPNetwork> Proxies)
{
    public const string ProxySetting = "Proxy:Networks";
    public const string Health = "/health";

    /// <summary>Other machines can ask.</summary>
    public bool IsBeyondThisMachine => Proxies.Count > 0 || Listens.Any(a => !IsLoopback(a));

    /// <summary>People come over HTTPS: here, or as far as the proxy. Cookies are bound to it, and plain HTTP leads there.</summary>
    public bool IsSecure => Proxies.Count > 0 || Listens.Any(IsHttps);

    /// <summary>An address that others reach without HTTPS, and without a proxy that has it.</summary>
    public IEnumerable<BindingAddress> InTheClear => Proxies.Count > 0 ? [] : Listens.Where(a => !IsHttps(a) && !IsLoopback(a));

    /// <summary>The port of HTTPS as people see it; null where it is the usual one.</summary>
    public int? SecurePort => Proxies.Count > 0 ? null : Listens.FirstOrDefault(IsHttps)?.Port is { } port and not 443 ? port : null;

    public static Exposure Read(IConfiguration configuration)
    {
        var proxies = (configuration[ProxySetting] ?? "").Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Network).ToList();
        return new([.. Addresses(configuration).Select(a => Address(a.Setting, a.Address))], proxies);
    }

    /// <summary>Where the server listens for others, and by the settings does not: whatever made it, nobody has looked at it.</summary>
    public IEnumerable<string> Unforeseen(IEnumerable<string> bound) => bound.Where(b =>
        BindingAddress.Parse(b) is var address && !IsLoopback(address) && (!IsBeyondThisMachine || (!IsHttps(address) && Proxies.Count == 0 && !InTheClear.Any())));

    /// <summary>An address of this machine alone; a socket in the file system is one.</summary>
    private static bool IsLoopback(BindingAddress address) => address.IsUnixPipe || address.IsNamedPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));

    private static bool IsHttps(BindingAddress address) => address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    /// <remarks>As the server reads them: endpoints with settings of their own unless the addresses are preferred, else the addresses, else the ports.</remarks>
    private static List<(string Setting, string Address)> Addresses(IConfiguration configuration)
    {
        static string[] Split(string? list) => (list ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        List<(string, string)> endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Where(e => e["Url"] is not null).Select(e => ($"{e.Path}:Url", e["Url"]!))];
        List<(string, string)> urls = [.. Split(configuration["Urls"]).Select(u => ("Urls", u))];
        if (urls.Count == 0) urls = [.. Split(configuration["HTTP_PORTS"]).Select(p => ("HTTP_PORTS", $"http://*:{p}")), .. Split(configuration["HTTPS_PORTS"]).Select(p => ("HTTPS_PORTS", $"https://*:{p}"))];
        var areUrlsPreferred = configuration["PreferHostingUrls"] is { } word && (word == "1" || word.Equals("true", StringComparison.OrdinalIgnoreCase));
        return endpoints.Count > 0 && !(areUrlsPreferred && urls.Count > 0) ? endpoints : urls;
    }

    private static BindingAddress Address(string setting, string given)
    {
        try
        {
            if (BindingAddress.Parse(given) is { Port: >= 0 and <= IPEndPoint.MaxPort } address) return address;
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new InvalidOperationException($"{setting} 为「{given}」，须是监听地址，如 http://localhost:5080。 {setting} is “{given}”; it must be an address to listen on, such as http://localhost:5080.");
    }

    private static IPNetwork Network(string given) =>
        IPNetwork.TryParse(given, out var network) ? network
        : IPAddress.TryParse(given, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new InvalidOperationException($"{ProxySetting} holds “{given}”; it must hold addresses or networks of proxies, such as 10.0.0.5 or 10.0.0.0/24.");
}
