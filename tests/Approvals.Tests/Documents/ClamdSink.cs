using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Approvals.Tests.Documents;

/// <summary>An antivirus of one's own: speaks clamd's INSTREAM, knows one virus, and can be slow or broken.</summary>
internal sealed class ClamdSink : IDisposable
{
    /// <summary>In parts, so that no real antivirus takes the tests away.</summary>
    public static readonly string Eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private bool gone;

    public ClamdSink()
    {
        listener.Start();
        _ = Accept();
    }

    /// <summary>What it does once it has read everything: answer, silence, hangUp, or words of its own.</summary>
    public string Does { get; set; } = "answer";

    /// <summary>Told each time it has read everything.</summary>
    public SemaphoreSlim Read { get; } = new(0);

    public int Scanned { get; private set; }

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>May be called twice: a test takes it away before its end.</summary>
    public void Dispose()
    {
        if (gone) return;
        gone = true;
        closing.Cancel();
        listener.Dispose();
        closing.Dispose();
        Read.Dispose();
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
        using (client)
        {
            try
            {
                var wire = client.GetStream();
                var command = new byte[10];
                await wire.ReadExactlyAsync(command, closing.Token);
                if (Encoding.ASCII.GetString(command) != "zINSTREAM\0") return;
                var got = new MemoryStream();
                var size = new byte[4];
                while (true)
                {
                    await wire.ReadExactlyAsync(size, closing.Token);
                    var length = BinaryPrimitives.ReadInt32BigEndian(size);
                    if (length == 0) break;
                    var block = new byte[length];
                    await wire.ReadExactlyAsync(block, closing.Token);
                    got.Write(block);
                }

                Scanned++;
                Read.Release();
                if (Does == "silence") await Task.Delay(Timeout.Infinite, closing.Token);
                if (Does == "hangUp") return;
                var answer = Does != "answer" ? Does : Encoding.Latin1.GetString(got.ToArray()).Contains(Eicar) ? "stream: Eicar-Test-Signature FOUND" : "stream: OK";
                await wire.WriteAsync(Encoding.UTF8.GetBytes(answer + "\0"), closing.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
            }
        }
    }
}
