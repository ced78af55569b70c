using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>日历订阅: a secret address from which a calendar program reads what its owner has to watch. Shown once; asked for again, it is another.</summary>
internal static class SubscribeFeed
{
    [RecordAs("订阅日历", "Subscribe to one's calendar")]
    [Needs(Act.Subscribe)]
    internal sealed record Command : ICommand<Result>;

    /// <param name="Path">On this site; whoever has it reads the calendar.</param>
    internal sealed record Result([property: Masked] string Path);

    [RecordAs("停止订阅日历", "End one's calendar subscription")]
    [Needs(Act.Subscribe)]
    internal sealed record Stop : ICommand<Unit>;

    /// <summary>Since when there is an address; null where there is none.</summary>
    [Needs(Act.Subscribe)]
    internal sealed record Since : IRequest<DateTime?>;

    /// <summary>What is kept of a secret. It has 256 random bits, so a plain hash is enough.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/feed", (IMediator mediator) => mediator.Send(new Command()))
            .Needs<Command>().WithTags("Timeline").WithSummary("A secret address of one's own for calendar programs; an older one ends");
        api.MapDelete("/feed", async (IMediator mediator) =>
        {
            await mediator.Send(new Stop());
            return Results.NoContent();
        }).Needs<Stop>().WithTags("Timeline").WithSummary("End the address");
    }

    private sealed class Handler(Db db, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<Command, Result>, IRequestHandler<Stop, Unit>, IRequestHandler<Since, DateTime?>, INotificationHandler<WaysInEnded>
    {
        private const string Change = "UPDATE timeline_feed SET hash = @hash, language = @language, created_at = @Now WHERE user_id = @UserId";
        private const string Insert = "INSERT INTO timeline_feed (user_id, hash, language, created_at) VALUES (@UserId, @hash, @language, @Now)";
        private const string Delete = "DELETE FROM timeline_feed WHERE user_id = @UserId";
        private const string Find = "SELECT created_at FROM timeline_feed WHERE user_id = @UserId";

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            var drawn = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            var row = new { actor.UserId, hash = Hash(drawn), language = Words.T("zh", "en"), clock.Now };
            var isFirst = await db.Execute(Change, row, ct) == 0;
            if (isFirst && !await db.TryInsert(Insert, row, ct)) await db.Execute(Change, row, ct);
            trail.Changed<Text>(new("日历订阅地址", "Address of the calendar"), isFirst ? new("无", "None") : new("原地址", "The one before"), new("新地址", "A new one"));
            return new($"{SecretAddresses.Feed}/{drawn}.ics");
        }

        public async Task<Unit> Handle(Stop command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            if (await db.Execute(Delete, new { actor.UserId }, ct) > 0)
                trail.Changed<Text>(new("日历订阅地址", "Address of the calendar"), new("有效", "Live"), new("无", "None"));
            return Unit.Value;
        }

        /// <remarks>It does not come back with an account that is opened again.</remarks>
        public Task Handle(WaysInEnded ended, CancellationToken ct) => db.Execute(Delete, new { ended.UserId }, ct);

        public Task<DateTime?> Handle(Since query, CancellationToken ct) => db.Find<DateTime?>(Find, new { actor.UserId }, ct);
    }
}
