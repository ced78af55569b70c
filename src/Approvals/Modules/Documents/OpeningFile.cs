using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Documents;

/// <summary>A file to be handed out: only as it was handed in. What lies in the folder is read through first.</summary>
internal sealed partial class OpeningFile(FileStore store, IMediator mediator, ILogger<OpeningFile> log) : IRequestHandler<OpenFile, OpenedFile>
{
    public async Task<OpenedFile> Handle(OpenFile query, CancellationToken ct)
    {
        var fact = (await mediator.Send(new FilesOf(query.ApplicationNumber), ct)).FirstOrDefault(f => f.Code == query.Code)
            ?? throw Refused.NotFound("file.unknown", "code", "没有这个文件，请从申请页面打开。", "There is no such file; open it from the page of the application.");
        if (await store.Open(fact.Sha256, ct) is { } bytes) return new(fact, bytes);
        NotWhole(fact.Sha256, fact.ApplicationNumber, fact.Document);
        throw Refused.Conflict("file.tampered",
            "服务器上的文件丢失或被改动，与收取时不一致，不能提供。请告诉管理员从备份恢复，或请申请人重新提交。",
            "The file on the server is missing or is not what was handed in, so it is not given out. Tell the administrator to restore it, or have it handed in again.");
    }

    [LoggerMessage(LogLevel.Error, "The file {Sha256} of {Application} {Document} is missing or has been altered")]
    private partial void NotWhole(string sha256, string application, string document);
}
