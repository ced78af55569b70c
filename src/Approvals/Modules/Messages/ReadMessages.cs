using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>Marks one's own messages as read: one, or all that one has been shown.</summary>
internal static class ReadMessages
{
    [RecordAs("打开消息", "Open a message")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record One(long Id) : ICommand<Result>;

    /// <param name="UpTo">The newest that was shown: what has come since stays unread.</param>
    [RecordAs("全部标为已读", "Mark all as read")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record All(long UpTo) : ICommand<int>;

    /// <param name="Link">Where the message leads.</param>
    internal sealed record Result(string Link);

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/messages/{id}/read", (long id, IMediator mediator, CancellationToken ct) => mediator.Send(new One(id), ct))
            .Needs<One>().WithSummary("Mark a message as read.").WithTags("Messages");
        api.MapPost("/messages/read", async (All body, IMediator mediator, CancellationToken ct) => new { read = await mediator.Send(body, ct) })
            .Needs<All>().WithSummary("Mark all messages up to one as read.").WithTags("Messages");
    }

    private sealed class Handler(Db db, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<One, Result>, IRequestHandler<All, int>
    {
        private const string Find = "SELECT link FROM messages_message WHERE id = @Id AND user_id = @userId";
        private const string Anothers = "SELECT COUNT(*) FROM messages_message WHERE id = @Id";
        private const string Mark = "UPDATE messages_message SET read_at = @now WHERE id = @Id AND user_id = @userId AND read_at IS NULL";
        private const string MarkAll = "UPDATE messages_message SET read_at = @now WHERE user_id = @userId AND id <= @UpTo AND read_at IS NULL AND is_muted = 0";

        public async Task<Result> Handle(One command, CancellationToken ct)
        {
            if (await db.Find<string>(Find, new { command.Id, userId = actor.UserId }, ct) is not { } link)
            {
                var none = Refused.NotFound("message.unknown", "id", "没有这条消息。", "There is no such message.");
                throw await db.Find<int>(Anothers, new { command.Id }, ct) > 0 ? none.Hiding() : none;
            }

            if (await db.Execute(Mark, new { command.Id, userId = actor.UserId, now = clock.Now }, ct) > 0)
                trail.Changed<Text>(new($"消息 {command.Id}", $"Message {command.Id}"), new("未读", "Unread"), new("已读", "Read"));
            return new(link);
        }

        public async Task<int> Handle(All command, CancellationToken ct)
        {
            var read = await db.Execute(MarkAll, new { command.UpTo, userId = actor.UserId, now = clock.Now }, ct);
            trail.Changed(new("标为已读的消息", "Messages marked as read"), 0, read);
            return read;
        }
    }
}
