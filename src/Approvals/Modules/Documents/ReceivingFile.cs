using Approvals.Database;
using Approvals.Modules.Documents.Contract;
using MediatR;

namespace Approvals.Modules.Documents;

/// <summary>A sent file on its way in: written and hashed, looked at, scanned, and only then put in its place.</summary>
internal sealed class ReceivingFile(FileStore store, Clamd antivirus, Db db) : IRequestHandler<ReceiveFile, ReceivedFile>
{
    public async Task<ReceivedFile> Handle(ReceiveFile request, CancellationToken ct)
    {
        if (db.InTransaction) throw new InvalidOperationException("A file is received before the command that keeps it: nobody waits for a disk or a scanner inside a transaction.");
        await using var source = request.File.Open();
        using var arrival = await store.Write(source, ct);
        FileKind kind;
        bool isScanned;
        await using (var bytes = arrival.Read())
        {
            kind = Gate.Look(bytes);
            bytes.Position = 0;
            isScanned = await antivirus.Scan(bytes, ct);
        }

        store.Place(arrival);
        return new(arrival.Sha256, arrival.Size, kind, FileNames.Of(request.File.Name, kind), isScanned);
    }
}
