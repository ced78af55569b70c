using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>
/// One mail a person on the morning of a working day, listing what came before half past eight and is still unread,
/// instead of a mail for each case. A run that is repeated writes nothing again; a morning that was missed is caught up.
/// </summary>
internal static class WriteDigest
{
    private static readonly TimeOnly Morning = new(8, 30);

    /// <summary>For one person, in a transaction of its own: what goes wrong with one does not keep it from the others.</summary>
    [RecordAs("写入每日摘要", "Write a digest")]
    [Needs(Act.Operate)]
    internal sealed record Command(long UserId, string Name, string Email) : ICommand<bool>;

    /// <summary>Who is to get one today.</summary>
    [Needs(Act.Operate)]
    internal sealed record Due : IRequest<IReadOnlyList<Command>>;

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [AutomaticRetry(Attempts = 0)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("messages.write-digest");
            List<Exception> failures = [];
            foreach (var person in await mediator.Send(new Due(), ct))
            {
                try
                {
                    await mediator.Send(person, ct);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    failures.Add(error);
                }
            }

            if (failures.Count > 0) throw new AggregateException(failures);
        }
    }

    private sealed class Finding(Db db, Outbox outbox, ZoneClock clock, CalendarInForce calendar) : IRequestHandler<Due, IReadOnlyList<Command>>
    {
        private const string People = """
            SELECT u.id AS user_id, u.name, u.email
              FROM access_public_user u
             WHERE u.is_active = 1 AND u.email IS NOT NULL
               AND EXISTS (SELECT 1
                             FROM messages_message m
                            WHERE m.user_id = u.id AND m.read_at IS NULL AND m.is_muted = 0 AND m.mailed_on IS NULL AND m.created_at < @morning)
             ORDER BY u.id
            """;

        public async Task<IReadOnlyList<Command>> Handle(Due query, CancellationToken ct)
        {
            var today = clock.Today;
            var morning = clock.Utc(today.ToDateTime(Morning));
            if (!outbox.HasMail || clock.Now < morning || !calendar.Current.IsWorkingDay(today)) return [];
            var people = await db.Query<Notifying.Person>(People, new { morning }, ct);
            return [.. people.Select(p => new Command(p.UserId, p.Name, p.Email!))];
        }
    }

    private sealed class Handler(Db db, Outbox outbox, ZoneClock clock, Trail trail) : IRequestHandler<Command, bool>
    {
        private const int Listed = 40;

        private const string Unread = """
            SELECT id, level, title_zh, title_en
              FROM messages_message
             WHERE user_id = @UserId AND read_at IS NULL AND is_muted = 0 AND mailed_on IS NULL AND created_at < @morning
             ORDER BY id DESC
            """;

        private const string Count = """
            SELECT COUNT(*)
              FROM messages_message
             WHERE user_id = @UserId AND read_at IS NULL AND is_muted = 0 AND mailed_on IS NULL AND created_at < @morning
            """;

        private const string Mark = """
            UPDATE messages_message
               SET mailed_on = @today
             WHERE user_id = @UserId AND read_at IS NULL AND is_muted = 0 AND mailed_on IS NULL AND created_at < @morning
            """;

        public async Task<bool> Handle(Command person, CancellationToken ct)
        {
            var today = clock.Today;
            var which = new { person.UserId, morning = clock.Utc(today.ToDateTime(Morning)), today };
            var all = await db.Find<int>(Count, which, ct);
            if (all == 0) return false;
            var rows = (await db.First<Row>(Listed, Unread, which, ct)).OrderBy(r => r.Level switch { "red" => 0, "yellow" => 1, _ => 2 }).ToList();
            var key = $"digest:{person.UserId}:{Words.Day(today)}";
            if (!await outbox.Mail(key, person.Name, person.Email, Write(key, rows, all, today), [], ct)) return false;
            await db.Execute(Mark, which, ct);
            trail.Changed(new("待看消息已汇总寄出", "Unread messages mailed in one"), 0, all);
            return true;
        }

        /// <summary>As many lines as the row holds; the inbox has the rest.</summary>
        private Letter Write(string key, IReadOnlyList<Row> rows, int all, DateOnly today)
        {
            for (var shown = rows.Count; ; shown--)
            {
                var lines = rows.Take(shown).ToList();
                var zh = string.Join('\n', lines.Select(r => $"【{Levels.Name(r.Level).Zh}】{r.TitleZh}"));
                var en = string.Join('\n', lines.Select(r => $"[{Levels.Name(r.Level).En}] {r.TitleEn}"));
                var rest = all - shown;
                if (rest > 0) (zh, en) = ($"{zh}\n另有 {rest} 条，请打开消息页查看。", $"{en}\n{rest} more on the messages page.");
                var letter = new Letter(key, "info", new($"{Words.Day(today)} 待看消息 {all} 条", $"{Words.Day(today)}: {all} unread {(all == 1 ? "message" : "messages")}"), new(zh, en), "/messages", clock.Now);
                if (letter.Fits() || shown == 1) return letter;
            }
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Level { get; init; } = "";
            public string TitleZh { get; init; } = "";
            public string TitleEn { get; init; } = "";
        }
    }
}
