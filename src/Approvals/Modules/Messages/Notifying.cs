using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>Writes the inbox rows, and for what presses the outbox rows, in the transaction of whoever tells.</summary>
internal static class Notifying
{
    internal sealed record Person
    {
        public long UserId { get; init; }
        public string Name { get; init; } = "";
        public string? Email { get; init; }
        public string? Department { get; init; }

        /// <summary>For whom they are told it, standing in for them.</summary>
        public long? For { get; init; }

        /// <summary>Somebody stands in for them who is mailed in their place.</summary>
        public bool IsAway { get; init; }
    }

    /// <summary>Who fits an audience, looked up once a scope: a scan tells the same few people a thousand things.</summary>
    internal sealed class People(Db db, Actor actor, IMediator mediator)
    {
        private const string OfRole = "SELECT user_id, name, email, department FROM access_public_user_role WHERE role = @role";
        private const string OfRoleInDepartment = "SELECT user_id, name, email FROM access_public_user_role WHERE role = @role AND department = @department";
        private const string AtWindow = """
            SELECT r.user_id, r.name, r.email
              FROM access_public_clerk c
              JOIN access_public_user_role r ON r.user_id = c.user_id
             WHERE c.window_id = @window AND r.role = @role
            """;

        private const string OfDepartment = "SELECT id AS user_id, name, email FROM access_public_user WHERE department = @department AND is_active = 1";
        private const string One = "SELECT id AS user_id, name, email FROM access_public_user WHERE id = @id AND is_active = 1";

        private readonly Dictionary<Audience, IReadOnlyList<Person>> known = [];
        private IReadOnlyList<SubstituteNow>? substitutes;

        public async Task<IReadOnlyCollection<Person>> Of(IEnumerable<Audience> audiences, CancellationToken ct)
        {
            var all = new Dictionary<long, Person>();
            foreach (var audience in audiences)
            {
                if (!known.TryGetValue(audience, out var people)) known.Add(audience, people = await Find(audience, ct));
                foreach (var person in people) all.TryAdd(person.UserId, person);
            }

            substitutes ??= await mediator.Send(new SubstitutesNow(), ct);
            if (substitutes.Count > 0) await AddSubstitutes(all, ct);
            return all.Values;
        }

        /// <summary>替岗: whoever stands in for one of them is told it too, unless it concerns them anyway or is their own doing: nobody approves what they asked for.</summary>
        private async Task AddSubstitutes(Dictionary<long, Person> all, CancellationToken ct)
        {
            foreach (var one in substitutes!.Where(s => s.SubstituteId != actor.UserId && all.TryGetValue(s.UserId, out var away) && away.For is null).ToList())
            {
                if (!all.TryGetValue(one.SubstituteId, out var substitute))
                {
                    var audience = new Audience(UserId: one.SubstituteId);
                    if (!known.TryGetValue(audience, out var found)) known.Add(audience, found = await Find(audience, ct));
                    if (found.Count == 0) continue;
                    all.Add(one.SubstituteId, substitute = found[0] with { For = one.UserId });
                }

                if (substitute.Email is not null) all[one.UserId] = all[one.UserId] with { IsAway = true };
            }
        }

        /// <summary>A role that many departments are told of is read once for all of them.</summary>
        public async Task Meet(IEnumerable<Audience> audiences, CancellationToken ct)
        {
            foreach (var asked in audiences.Where(a => a is { Role: not null, Department: not null, UserId: null } && !known.ContainsKey(a)).Distinct().GroupBy(a => a.Role!.Value))
            {
                if (asked.Take(2).Count() < 2) continue;
                var people = (await db.Query<Person>(OfRole, new { role = asked.Key.ToString() }, ct)).ToLookup(p => p.Department);
                foreach (var audience in asked) known.Add(audience, [.. people[audience.Department!.ToUpperInvariant()]]);
            }
        }

        private async Task<IReadOnlyList<Person>> Find(Audience audience, CancellationToken ct)
        {
            var role = audience.Role?.ToString();
            var department = audience.Department?.ToUpperInvariant();
            if (audience.UserId is { } id)
            {
                var found = await db.Query<Person>(One, new { id }, ct);
                if (audience.Role is null && department is null) return found;
                var rest = (await Find(audience with { UserId = null }, ct)).Select(p => p.UserId).ToHashSet();
                return [.. found.Where(p => rest.Contains(p.UserId))];
            }

            if (role is not null && audience.Window is { } window)
                return await db.Query<Person>(AtWindow, new { window, role }, ct) is { Count: > 0 } seated ? seated : await Find(audience with { Window = null }, ct);

            return (role, department) switch
            {
                (null, null) => throw new ArgumentException("An audience names a role, a department or a person.", nameof(audience)),
                (null, _) => await db.Query<Person>(OfDepartment, new { department }, ct),
                (_, null) => await db.Query<Person>(OfRole, new { role }, ct),
                _ => await db.Query<Person>(OfRoleInDepartment, new { role, department }, ct),
            };
        }
    }

    private sealed class Handler(Db db, Ids ids, People people, Outbox outbox, ZoneClock clock) : IRequestHandler<Notify, Unit>, IRequestHandler<NotifyAll, Unit>
    {
        private const string Insert = """
            INSERT INTO messages_message (id, user_id, message_key, level, title_zh, title_en, body_zh, body_en, link, subject_key, is_muted, created_at, mailed_on, for_user_id)
            VALUES (@Id, @UserId, @Key, @Level, @TitleZh, @TitleEn, @BodyZh, @BodyEn, @Link, @Subject, @IsMuted, @Now, @MailedOn, @For)
            """;

        private const string MutingOne = "SELECT user_id, subject_key FROM messages_mute WHERE subject_key = @SubjectKey AND until_on >= @today";
        private const string Muting = "SELECT user_id, subject_key FROM messages_mute WHERE until_on >= @today";

        public async Task<Unit> Handle(Notify told, CancellationToken ct)
        {
            IReadOnlyList<Mute> mutes = told.SubjectKey.Length == 0 ? [] : await db.Query<Mute>(MutingOne, new { told.SubjectKey, today = clock.Today }, ct);
            await Tell(told, [.. mutes], ct);
            return Unit.Value;
        }

        /// <remarks>People mute a few things for a few days: to read all of it costs less than to look for a thousand subjects.</remarks>
        public async Task<Unit> Handle(NotifyAll told, CancellationToken ct)
        {
            if (told.Notices.Count == 0) return Unit.Value;
            var muted = (await db.Query<Mute>(Muting, new { today = clock.Today }, ct)).ToHashSet();
            await people.Meet(told.Notices.SelectMany(n => n.To), ct);
            foreach (var notice in told.Notices) await Tell(notice, muted, ct);
            return Unit.Value;
        }

        private async Task Tell(Notify told, HashSet<Mute> muted, CancellationToken ct)
        {
            if (string.IsNullOrWhiteSpace(told.Key) || told.Key.Length > 150) throw new ArgumentException("A key has 1 to 150 characters.", nameof(told));
            if (told.SubjectKey.Length > 80) throw new ArgumentException("A subject has at most 80 characters.", nameof(told));
            if (!IsLocal(told.Link)) throw new ArgumentException("A message leads to a page of this site.", nameof(told));
            var to = await people.Of(told.To, ct);
            if (to.Count == 0 && !told.AtOnce) return;
            var level = Letter.LevelName(told.Level);
            var now = clock.Now;
            var today = clock.Today;
            var letter = new Letter(told.Key, level, new(Letter.Cut(told.Title.Zh, 200), Letter.Cut(told.Title.En, 200)), new(Letter.Cut(told.Body.Zh, 1000), Letter.Cut(told.Body.En, 1000)), told.Link, now);
            foreach (var person in to)
            {
                var isMuted = muted.Contains(new() { UserId = person.UserId, SubjectKey = told.SubjectKey });
                var mails = told.AtOnce && !isMuted && !person.IsAway && outbox.HasMail && person.Email is not null;
                var row = new
                {
                    Id = await ids.Next(),
                    person.UserId,
                    told.Key,
                    Level = level,
                    TitleZh = letter.Title.Zh,
                    TitleEn = letter.Title.En,
                    BodyZh = letter.Body.Zh,
                    BodyEn = letter.Body.En,
                    told.Link,
                    Subject = told.SubjectKey,
                    IsMuted = isMuted,
                    Now = now,
                    MailedOn = mails ? (DateOnly?)today : null,
                    person.For,
                };
                if (await db.TryInsert(Insert, row, ct) && mails) await outbox.Mail($"mail:{person.UserId}:{told.Key}", person.Name, person.Email!, letter, told.Enclosures, ct);
            }

            if (told.AtOnce && !told.IsPersonal) await outbox.Channels(letter, ct);
        }

        private sealed record Mute
        {
            public long UserId { get; init; }
            public string SubjectKey { get; init; } = "";
        }

        private static bool IsLocal(string link) => link.Length <= 400 && link.StartsWith('/') && !link.StartsWith("//", StringComparison.Ordinal) && !link.Contains('\\', StringComparison.Ordinal);
    }
}
