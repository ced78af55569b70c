using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;

namespace Approvals.Modules.Documents;

/// <summary>Has a file scanned by clamd, by its INSTREAM command; where none is set, nothing is scanned and that is said.</summary>
internal sealed partial class Clamd(DocumentSettings settings, TimeProvider time, ILogger<Clamd> log)
{
    private const int Block = 64 * 1024;
    private const int LongestAnswer = 1024;

    private volatile bool away;

    public Antivirus Now => settings.Clamd is null ? Antivirus.None : away ? Antivirus.Away : Antivirus.Answers;

    /// <returns>True where it was scanned and found clean; false where it was not scanned and may come in all the same.</returns>
    /// <exception cref="Refused">Infected; or the antivirus is away, and the deployment wants everything scanned.</exception>
    public async Task<bool> Scan(Stream file, CancellationToken ct)
    {
        if (settings.Clamd is not { } address) return false;
        string answer;
        using (var late = new CancellationTokenSource(settings.Timeout, time))
        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token))
        {
            try
            {
                answer = await Ask(address, file, patience.Token);
            }
            catch (Exception error) when (error is SocketException or IOException || (error is OperationCanceledException && !ct.IsCancellationRequested))
            {
                return Unscanned(error is OperationCanceledException ? $"no answer within {settings.Timeout.TotalSeconds:0} s" : error.Message);
            }
        }

        if (answer.EndsWith(" FOUND", StringComparison.Ordinal))
        {
            away = false;
            var name = answer[(answer.IndexOf(": ", StringComparison.Ordinal) + 2)..^" FOUND".Length];
            Infected(name);
            throw Refused.Invalid("file.infected", "files",
                $"杀毒软件在文件中发现「{name}」，文件没有保存。请清除病毒后重新上传，并检查本机。",
                $"The antivirus found “{name}” in the file; it was not kept. Clean the file and upload it again, and check your computer.");
        }

        if (!answer.EndsWith(": OK", StringComparison.Ordinal)) return Unscanned(answer.Length == 0 ? "hung up without an answer" : answer);
        away = false;
        return true;
    }

    private bool Unscanned(string why)
    {
        away = true;
        Away(settings.Clamd!.ToString(), why);
        return settings.RefuseWhenAway
            ? throw new Refused(RefusedAs.Unavailable, [new("file.notScanned", "files", new(
                "杀毒软件没有响应，文件不能接收。请稍后再传；仍不行时请告诉管理员。材料仍可在窗口以纸质形式收取。",
                "The antivirus does not answer, so no file can come in. Try again later; if it persists, tell the administrator. Paper can still be handed in at the window."))])
            : false;
    }

    private static async Task<string> Ask(ClamdAddress address, Stream file, CancellationToken ct)
    {
        using var socket = address.Socket is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (address.Socket is { } path) await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
        else await socket.ConnectAsync(address.Host, address.Port, ct);
        await using var wire = new NetworkStream(socket);
        try
        {
            await wire.WriteAsync("zINSTREAM\0"u8.ToArray(), ct);
            var block = new byte[4 + Block];
            int read;
            while ((read = await file.ReadAsync(block.AsMemory(4), ct)) > 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(block, read);
                await wire.WriteAsync(block.AsMemory(0, 4 + read), ct);
            }

            await wire.WriteAsync(new byte[4], ct);
        }
        catch (IOException)
        {
            // It says why it stopped listening, such as its size limit, before it hangs up.
            var why = await Answer(wire, ct);
            if (why.Length == 0) throw;
            return why;
        }

        return await Answer(wire, ct);
    }

    private static async Task<string> Answer(NetworkStream wire, CancellationToken ct)
    {
        var answer = new byte[LongestAnswer];
        var length = 0;
        while (length < answer.Length)
        {
            var read = await wire.ReadAsync(answer.AsMemory(length), ct);
            if (read == 0) break;
            length += read;
            if (answer[length - 1] is 0 or (byte)'\n') break;
        }

        return Encoding.UTF8.GetString(answer, 0, length).TrimEnd('\0', '\n', '\r');
    }

    [LoggerMessage(LogLevel.Warning, "The antivirus found {Name} in an upload")]
    private partial void Infected(string name);

    [LoggerMessage(LogLevel.Error, "The antivirus at {Address} cannot be used: {Why}")]
    private partial void Away(string address, string why);
}
