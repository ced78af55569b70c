using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Approvals.Modules.Messages;

/// <summary>Hands a mail to the mail server.</summary>
internal sealed class Mailer(MessageSettings settings, ZoneClock clock)
{
    public async Task<Answer> Send(SendOutbox.Claimed row, CancellationToken ct)
    {
        if (settings.Mail is not { } server) return new("没有设置邮件服务器。 No mail server is set.", HoldsUp: true);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(settings.Timeout);
        try
        {
            using var mail = Write(row, server);
            using var client = new SmtpClient();
            client.CheckCertificateRevocation = false; // the lists of revoked certificates cannot be reached from a closed network
            await client.ConnectAsync(server.Host, server.Port, server.Security, patience.Token);
            if (server.User.Length > 0) await client.AuthenticateAsync(server.User, server.Password, patience.Token);
            await client.SendAsync(mail, patience.Token);
            await Leave(client, patience.Token);
            return Answer.Arrived;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new($"邮件服务器 {settings.Timeout.TotalSeconds:0} 秒内没有答复。 The mail server did not answer within {settings.Timeout.TotalSeconds:0} s.", HoldsUp: true);
        }
        catch (SmtpCommandException refused) when (refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            return new($"邮件服务器不收此信。 The mail server refuses this mail: {(int)refused.StatusCode} {refused.Message}");
        }
        catch (Exception error) when (error is SmtpCommandException or SmtpProtocolException or AuthenticationException or SslHandshakeException or ServiceNotConnectedException or NotSupportedException or SocketException or IOException)
        {
            return new($"邮件服务器不能用。 The mail server cannot be used: {error.Message}", HoldsUp: true);
        }
    }

    /// <summary>The same on every try, so that the receiver's server can drop a repeat.</summary>
    public static string MessageId(string key, string domain) => $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}@{domain}";

    /// <remarks>It has been accepted already: that the server then hangs up at once changes nothing.</remarks>
    private static async Task Leave(SmtpClient client, CancellationToken ct)
    {
        try
        {
            await client.DisconnectAsync(true, ct);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ProtocolException)
        {
        }
    }

    private static MimeEntity With(IReadOnlyList<Enclosure> enclosures, TextPart text)
    {
        if (enclosures.Count == 0) return text;
        var whole = new Multipart("mixed") { text };
        foreach (var enclosure in enclosures)
        {
            whole.Add(new MimePart(ContentType.Parse(enclosure.MediaType))
            {
                Content = new MimeContent(new MemoryStream(enclosure.Content)),
                ContentDisposition = new(ContentDisposition.Attachment),
                ContentTransferEncoding = ContentEncoding.Base64,
                FileName = enclosure.Name,
            });
        }

        return whole;
    }

    private MimeMessage Write(SendOutbox.Claimed row, MessageSettings.Server server)
    {
        var letter = Letter.Read(row.Payload);
        var bracket = row.Address.LastIndexOf(" <", StringComparison.Ordinal);
        var link = settings.Site + letter.Link;
        var mail = new MimeMessage
        {
            Subject = letter.Title.Zh,
            MessageId = MessageId(row.IdempotencyKey, server.From.Domain),
            Date = new DateTimeOffset(clock.Local(letter.At), clock.Zone.GetUtcOffset(letter.At)),
            Body = With(row.Enclosures, new TextPart("plain")
            {
                Text = $"{letter.Title.Zh}\n\n{letter.Body.Zh}\n\n{link}\n\n—— English ——\n\n{letter.Title.En}\n\n{letter.Body.En}\n\n{link}\n",
            }),
        };
        mail.From.Add(server.From);
        mail.To.Add(new MailboxAddress(row.Address[..bracket], row.Address[(bracket + 2)..^1]));
        // A machine wrote it: no holiday notice need answer.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }
}
