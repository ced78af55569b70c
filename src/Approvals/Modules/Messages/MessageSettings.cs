using System.Globalization;
using System.Net;
using MailKit.Security;
using MimeKit;

namespace Approvals.Modules.Messages;

/// <summary>What a deployment chooses for what leaves the process; a wrong value stops the start with a message that names it.</summary>
/// <param name="Site">The address people open, before every link that leaves the process.</param>
/// <param name="Mail">Null where no mail server is set: no mail is written.</param>
/// <param name="Timeout">How long one send may take.</param>
/// <param name="KeepSent">How long a row of the outbox is kept after it was sent.</param>
internal sealed record MessageSettings(string Site, MessageSettings.Server? Mail, TimeSpan Timeout, TimeSpan KeepSent)
{
    internal sealed record Server(string Host, int Port, string User, string Password, MailboxAddress From, SecureSocketOptions Security)
    {
        /// <remarks>The password is for nobody's log.</remarks>
        public override string ToString() => $"{Host}:{Port}";
    }

    /// <summary>How long a row is held by whoever sends it: longer than the send can take.</summary>
    public TimeSpan Lease => Timeout * 2;

    /// <summary>To another machine, and without certainty that the way there is encrypted: <c>auto</c> goes on where the server offers nothing.</summary>
    public bool SendsPasswordInTheClear => Mail is { Password.Length: > 0, Security: SecureSocketOptions.None or SecureSocketOptions.Auto } server
        && !server.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !(IPAddress.TryParse(server.Host, out var ip) && IPAddress.IsLoopback(ip));

    public static MessageSettings Read(IConfiguration configuration) =>
        new(Settings.SiteAddress(configuration), ReadServer(configuration), TimeSpan.FromSeconds(Number(configuration, "Messages:Timeout", 10, 1, 60)), TimeSpan.FromDays(Number(configuration, "Messages:KeepSentDays", 90, 1, 3650)));

    private static Server? ReadServer(IConfiguration configuration)
    {
        if (First(configuration["Smtp:Host"]) is not { } host) return null;
        var (security, port) = (First(configuration["Smtp:Security"]) ?? "auto").ToLowerInvariant() switch
        {
            "none" => (SecureSocketOptions.None, 25),
            "starttls" => (SecureSocketOptions.StartTls, 587),
            "tls" => (SecureSocketOptions.SslOnConnect, 465),
            "auto" => (SecureSocketOptions.Auto, 587),
            var other => throw new InvalidOperationException($"Smtp:Security is “{other}”; it must be none, starttls, tls or auto."),
        };
        if (First(configuration["Smtp:From"]) is not { } from || !MailboxAddress.TryParse(from, out var sender) || !sender.Address.Contains('@', StringComparison.Ordinal))
            throw new InvalidOperationException("Smtp:Host is set, but Smtp:From is not a mail address.");
        return new(host, Number(configuration, "Smtp:Port", port, 1, 65535), configuration["Smtp:User"] ?? "", configuration["Smtp:Password"] ?? "", sender, security);
    }

    private static int Number(IConfiguration configuration, string name, int otherwise, int least, int most)
    {
        if (First(configuration[name]) is not { } given) return otherwise;
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new InvalidOperationException($"{name} is “{given}”; it must be a number from {least} to {most}.");
    }

    private static string? First(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
