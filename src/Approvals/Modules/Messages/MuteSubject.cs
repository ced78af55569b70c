using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>
/// Keeps what is told of one thing quiet for oneself: it still comes in, but is neither counted nor mailed. Only with a
/// reason and an end; the others are told as before.
/// </summary>
internal static class MuteSubject
{
    private const int LongestDays = 90;

    /// <param name="Subject">As on the message, such as <c>case:NUMBER</c>.</param>
    /// <param name="Until">The last day on which it holds, today to 90 days from now.</param>
    [RecordAs("静音", "Mute")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(string? Subject, string? Reason, DateOnly? Until) : ICommand<Unit>;

    [RecordAs("取消静音", "Unmute")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record End(string? Subject) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/messages/mutes", async (Command body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body, ct);
            return Results.NoContent();
        }).Needs<Command>().WithSummary("Mute what is told of one thing, with a reason and an end.").WithTags("Messages");
        api.MapPost("/messages/mutes/end", async (End body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body, ct);
            return Results.NoContent();
        }).Needs<End>().WithSummary("End a mute.").WithTags("Messages");
    }

    private sealed class Handler(Db db, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<Command, Unit>, IRequestHandler<End, Unit>
    {
        private const string Told = "SELECT COUNT(*) FROM messages_message WHERE user_id = @userId AND subject_key = @subject";
        private const string Muted = "SELECT until_on FROM messages_mute WHERE user_id = @userId AND subject_key = @subject";
        private const string Change = "UPDATE messages_mute SET reason = @reason, until_on = @until, made_at = @now WHERE user_id = @userId AND subject_key = @subject";
        private const string Insert = "INSERT INTO messages_mute (user_id, subject_key, reason, until_on, made_at) VALUES (@userId, @subject, @reason, @until, @now)";
        private const string Quiet = "UPDATE messages_message SET is_muted = 1 WHERE user_id = @userId AND subject_key = @subject AND read_at IS NULL";
        private const string Loud = "UPDATE messages_message SET is_muted = 0 WHERE user_id = @userId AND subject_key = @subject AND read_at IS NULL AND is_muted = 1";
        private const string Delete = "DELETE FROM messages_mute WHERE user_id = @userId AND subject_key = @subject";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var today = clock.Today;
            var subject = command.Subject?.Trim() ?? "";
            new Check()
                .Text(subject, "subject", "静音对象", "What to mute", 80)
                .Text(command.Reason, "reason", "静音理由", "A reason", 100)
                .That(command.Until is not null, "mute.noEnd", "until", "请填写静音截止日期。", "An end date is required.")
                .That(command.Until is not { } day || day >= today, "mute.past", "until", "截止日期不能早于今天。", "The end date cannot lie before today.")
                .That(command.Until is not { } last || last <= today.AddDays(LongestDays), "mute.tooLong", "until",
                    $"静音最长 {LongestDays} 天，截止日期不晚于 {Words.Day(today.AddDays(LongestDays))}。", $"A mute lasts at most {LongestDays} days, until {Words.Day(today.AddDays(LongestDays))}.")
                .Done();
            var mute = new { userId = actor.UserId, subject, reason = command.Reason!.Trim(), until = command.Until!.Value, now = clock.Now };
            if (await db.Find<int>(Told, mute, ct) == 0)
                throw Refused.NotFound("mute.unknown", "subject", $"没有关于「{subject}」的消息。", $"There is no message about “{subject}”.");
            var before = await db.Find<DateOnly?>(Muted, mute, ct);
            if (await db.Execute(Change, mute, ct) == 0 && !await db.TryInsert(Insert, mute, ct)) await db.Execute(Change, mute, ct);
            trail.Changed<Text>(new(subject, subject), before is { } until && until >= today ? Until(until) : new("提醒", "Told"), Until(mute.until));
            await db.Execute(Quiet, mute, ct);
            return Unit.Value;
        }

        private static Text Until(DateOnly last) => new($"静音至 {Words.Day(last)}", $"Muted until {Words.Day(last)}");

        public async Task<Unit> Handle(End command, CancellationToken ct)
        {
            var mute = new { userId = actor.UserId, subject = command.Subject?.Trim() ?? "" };
            if (await db.Execute(Delete, mute, ct) == 0) throw Refused.Conflict("mute.over", "这项静音已经结束。", "This mute is over already.");
            trail.Changed<Text>(new(mute.subject, mute.subject), new("静音", "Muted"), new("提醒", "Told"));
            await db.Execute(Loud, mute, ct);
            return Unit.Value;
        }
    }
}
