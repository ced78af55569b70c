using System.Text;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Catalogue;

/// <summary>
/// 发布目录: adds new items, processes and versions. What is published stays as it is, and so do the cases opened by it.
/// Where an item would let silence stand for consent (超时默认) it takes another supervisor: the consents themselves come
/// from a job.
/// </summary>
internal static class PublishCatalogue
{
    /// <summary>Far more than any zone's catalogue; a file beyond it is something else. As large as any body may be.</summary>
    public const int MostBytes = Shields.LargestBody;

    /// <param name="Content">The catalogue file, JSON.</param>
    /// <param name="DryRun">Only say what would change.</param>
    /// <remarks>Not an <see cref="Messaging.ICommand"/>: the picture in memory may be replaced only after its transaction is durable.</remarks>
    [RecordAs("发布目录", "Publish the catalogue", Subject.Catalogue, "")]
    [Needs(Act.PublishCatalogue)]
    [TakesTwo]
    internal sealed record Command(string Content, bool DryRun = false) : IRequest<Result>, IRecorded;

    /// <param name="Published">False for a dry run, and where the file holds nothing new.</param>
    /// <param name="Edition">The catalogue's edition now.</param>
    /// <param name="Changes">What the file adds or ends.</param>
    internal sealed record Result(bool Published, int Edition, IReadOnlyList<Change> Changes);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/catalogue", async (bool? dryRun, HttpRequest request, IMediator mediator, CancellationToken ct) =>
            await mediator.Send(new Command(await Read(request.Body, ct), dryRun ?? false), ct))
        .Needs<Command>()
        .Accepts<CatalogueFile>("application/json")
        .WithTags("Catalogue").WithSummary("Publish a catalogue file (the body is the file); dryRun=true only says what would change");

    /// <exception cref="Refused">The file is too large.</exception>
    public static async Task<string> Read(Stream content, CancellationToken ct)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; (read = await content.ReadAsync(buffer, ct)) > 0;)
        {
            if (kept.Length + read > MostBytes)
                throw Refused.Invalid("catalogue.tooLarge", "content", $"文件超过 {MostBytes / 1024 / 1024} MB，不像是目录文件。", $"The file is larger than {MostBytes / 1024 / 1024} MB; it can hardly be a catalogue.");
            kept.Write(buffer, 0, read);
        }

        kept.Position = 0;
        using var reader = new StreamReader(kept, Encoding.UTF8);
        return await reader.ReadToEndAsync(ct);
    }

    private sealed class Handler(Db db, Ids ids, CatalogueInForce inForce, ZoneClock clock, Actor actor, SecondPerson second, Trail trail) : IRequestHandler<Command, Result>
    {
        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var file = CatalogueFile.Parse(command.Content ?? "");
            // From the database, not from memory: another process may have published meanwhile.
            var published = await CatalogueTables.Read(db, ct);
            var preview = Publication.Of(file, published, clock.Today);
            if (command.DryRun) trail.OnlyLooked();
            if (command.DryRun || preview.Changes.Count == 0) return new(false, published.Edition, preview.Changes);
            DemandForSilence(preview, published);

            await db.Transact(
                async () =>
                {
                    trail.Changed(new("版次", "Edition"), published.Edition, published.Edition + 1);
                    var publication = Publication.Of(file, published, clock.Today, await ids.Next(Math.Max(1, preview.IdsNeeded)));
                    return await CatalogueTables.Write(db, publication, published, clock.Now, actor.UserId, ct)
                        ? true
                        : throw Refused.Conflict(
                            "catalogue.publishedMeanwhile",
                            "刚刚有人发布了目录，本次没有保存。请重新预览后再发布。",
                            "Somebody has just published the catalogue; nothing was saved. Look at the preview again, then publish.");
                },
                ct);
            var after = await CatalogueTables.Read(db, ct);
            db.OnceDurable(() => inForce.Replace(after));
            return new(true, published.Edition + 1, preview.Changes);
        }

        private void DemandForSilence(Publication preview, CatalogueSnapshot published)
        {
            var items = preview.Items.Where(i => i.DeemedConsent && published.Items.Where(p => p.Code == i.Code).MaxBy(p => p.Version)?.DeemedConsent != true).ToList();
            if (items.Count == 0) return;
            // Nobody is asked on the command line, and consent by silence takes two.
            if (actor.From.Source == "cli")
                throw Refused.Conflict("catalogue.silenceByTwo", $"开启超时默认须由两人办理，不能用命令行发布：{string.Join("、", items.Select(i => i.Code))}。请在“审批目录”页面发布，由另一名督办批准。", $"Deemed consent takes two persons and is not switched on from the command line: {string.Join(", ", items.Select(i => i.Code))}. Publish it on the page of the catalogue, for another supervisor to approve.");
            second.Demand(
                new($"开启超时默认：{string.Join("、", items.Select(i => $"{i.Code} {i.Name.Zh}"))}", $"Deemed consent switched on: {string.Join(", ", items.Select(i => $"{i.Code} {i.Name.En}"))}"),
                null,
                new Post(Role.Supervisor));
            second.Settle();
        }
    }
}
