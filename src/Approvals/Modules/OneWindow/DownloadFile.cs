using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>A file to those who may see the application, as an attachment that no browser runs. Each download is recorded: files hold personal data.</summary>
internal static class DownloadFile
{
    [RecordAs("下载材料文件", "Download a file", Subject.Application, NamesFiles = true)]
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Number, string Code) : IRequest<OpenedFile>, IRecorded;

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/applications/{number}/files/{code}", async (string number, string code, IMediator mediator, HttpContext context, CancellationToken ct) =>
            Attachment(context, await mediator.Send(new Query(number, code), ct)))
        .Needs<Query>().Produces(200, contentType: "application/octet-stream").WithTags("OneWindow").WithSummary("Download a file");

    /// <summary>For the page and the API alike.</summary>
    public static IResult Attachment(HttpContext context, OpenedFile file)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return Results.Stream(file.Bytes, Files.MediaType(file.Fact.Kind), file.Fact.Name);
    }

    private sealed class Handler(IMediator mediator, FilesInReach reach, Trail trail) : IRequestHandler<Query, OpenedFile>
    {
        public async Task<OpenedFile> Handle(Query query, CancellationToken ct)
        {
            var seen = await reach.See(query.Number, ct);
            var file = await mediator.Send(new OpenFile(seen.Application.Number, query.Code ?? ""), ct);
            trail.On(Subject.Application, seen.Application.Number);
            trail.Changed(new("下载", "Downloaded"), null, $"{file.Fact.Document} v{file.Fact.Version} {file.Fact.Name}");
            return file;
        }
    }
}
