using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Approvals.Tests.Messages;

/// <summary>A mail server of one's own: speaks enough SMTP to take mail, or to refuse it, or to keep silent.</summary>
internal sealed class MailSink : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();

    public MailSink()
    {
        listener.Start();
        _ = Accept();
    }

    public ConcurrentQueue<MimeMessage> Got { get; } = [];

    /// <summary>As they went over the wire.</summary>
    public ConcurrentQueue<string> Raw { get; } = [];

    /// <summary>A recipient it does not know.</summary>
    public string Refuses { get; set; } = "nobody";

    /// <summary>It takes the connection and says nothing.</summary>
    public bool IsSilent { get; set; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Dictionary<string, string?> Settings => new()
    {
        ["Smtp:Host"] = "127.0.0.1",
        ["Smtp:Port"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Smtp:Security"] = "none",
        ["Smtp:From"] = "高新区一窗通 <approvals@zone.example>",
        ["Site:Address"] = "https://approvals.zone.example",
        ["Messages:Timeout"] = "2",
    };

    public void Dispose()
    {
        closing.Cancel();
        listener.Dispose();
        closing.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (!closing.IsCancellationRequested) _ = Talk(await listener.AcceptTcpClientAsync(closing.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task Talk(TcpClient client)
    {
        using var connection = client;
        if (IsSilent)
        {
            await Task.Delay(Timeout.Infinite, closing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        async Task Say(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        await Say("220 sink");
        while (await reader.ReadLineAsync() is { } line)
        {
            var verb = line.Split(' ')[0].ToUpperInvariant();
            if (verb == "QUIT")
            {
                await Say("221 bye");
                return;
            }

            if (verb == "DATA")
            {
                await Say("354 go on");
                var mail = new StringBuilder();
                while (await reader.ReadLineAsync() is { } text && text != ".") mail.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                Raw.Enqueue(mail.ToString());
                Got.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(mail.ToString()))));
                await Say("250 taken");
            }
            else if (verb == "RCPT" && line.Contains(Refuses, StringComparison.Ordinal)) await Say("550 no such person");
            else await Say(verb is "EHLO" or "HELO" ? "250 sink" : "250 ok");
        }
    }
}
