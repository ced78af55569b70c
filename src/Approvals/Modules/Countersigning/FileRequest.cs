using System.Security.Cryptography;
using System.Text;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>提请批准: keeps a command that takes two persons, and tells those who may approve it. The same thing is asked for once at a time.</summary>
internal static class FileRequest
{
    /// <summary>Working days in which it can be approved.</summary>
    public const int OpenFor = 10;

    private const int LongestPart = 4000;
    private const int LongestText = 1900;
    private const int LongestName = 79;
    private const int Tries = 8;

    /// <summary>Crockford's: no I, L, O, U to be misread.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <param name="Request">The command.</param>
    /// <param name="Name">What it does.</param>
    /// <param name="Subject">What it is on.</param>
    /// <param name="Says">Its particulars, which the command says too, with names of persons in it masked.</param>
    /// <param name="By">Who may approve it.</param>
    [RecordAs("提请批准", "Ask for approval")]
    [Needs(Act.AskApproval)]
    internal sealed record Command(object Request, Text Name, string Subject, [property: Masked] Text Says, IReadOnlyList<Post> By) : ICommand<Result>;

    internal sealed record Result(string Number, Text Who);

    private sealed class Handler(Db db, Ids ids, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, CatalogueInForce catalogue, Trail trail)
        : IRequestHandler<Command, Result>
    {
        private const string Insert = """
            INSERT INTO countersigning_request (id, number, command, fingerprint, name_zh, name_en, subject, says_zh, says_en, who_zh, who_en,
                   asker_id, asker_login, asker_name, asker_roles, asker_department, asker_window, asker_on_behalf_of, asked_at, expires_on, state)
            VALUES (@Id, @Number, @Name, @Fingerprint, @NameZh, @NameEn, @Subject, @SaysZh, @SaysEn, @WhoZh, @WhoEn,
                   @UserId, @Login, @UserName, @Roles, @Department, @Window, @OnBehalfOf, @Now, @Expires, 'Pending')
            """;

        private const string InsertPost = "INSERT INTO countersigning_post (request_id, role, department) VALUES (@Id, @Role, @Department)";
        private const string InsertPart = "INSERT INTO countersigning_part (request_id, number, text) VALUES (@Id, @Number, @Text)";
        private const string Same = "SELECT number, who_zh, who_en FROM countersigning_request WHERE fingerprint = @fingerprint AND state = 'Pending'";

        private const string Holders = """
            SELECT DISTINCT user_id
              FROM access_public_user_role
             WHERE role = @role AND (@department = '' OR department = @department)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            trail.OnSubject(command.Subject);
            var (name, content) = TwoPersonCommands.Write(command.Request);
            var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{content}")));
            if (await db.Find<Standing>(Same, new { fingerprint }, ct) is { } standing) return new(standing.Number, new(standing.WhoZh, standing.WhoEn));
            var who = Who(command.By);
            var id = await ids.Next();
            var number = await Number(drawn => db.TryInsert(
                Insert,
                new
                {
                    Id = id,
                    Number = drawn,
                    Name = name,
                    Fingerprint = fingerprint,
                    NameZh = command.Name.Zh,
                    NameEn = command.Name.En,
                    command.Subject,
                    SaysZh = Cut(command.Says.Zh, LongestText),
                    SaysEn = Cut(command.Says.En, LongestText),
                    WhoZh = who.Zh,
                    WhoEn = who.En,
                    actor.UserId,
                    actor.Login,
                    UserName = AskedBy(),
                    Roles = string.Join(',', actor.Roles.Order()),
                    actor.Department,
                    actor.Window,
                    OnBehalfOf = actor.OnBehalfOf ?? "",
                    clock.Now,
                    Expires = calendar.Current.Add(clock.Today, OpenFor).Date,
                },
                ct));
            await db.Execute(InsertPost, command.By.Distinct().Select(p => new { Id = id, Role = p.Role.ToString(), Department = p.Department ?? "" }).ToList(), ct);
            await db.Execute(InsertPart, Parts(content).Select((text, n) => new { Id = id, Number = n + 1, Text = text }).ToList(), ct);
            trail.Changed(new("提请编号", "Request"), null, number);
            await Tell(command, number, ct);
            return new(number, who);
        }

        /// <remarks>The day says when, the rest is drawn: a number tells nobody how many came before it.</remarks>
        private async Task<string> Number(Func<string, Task<bool>> insert)
        {
            for (var attempt = 1; attempt <= Tries; attempt++)
            {
                var number = $"R{clock.Today:yyyyMMdd}-{RandomNumberGenerator.GetString(Alphabet, 5)}";
                if (await insert(number)) return number;
            }

            throw Refused.Conflict("request.twice", "刚刚已有人提请同一事，请刷新后查看。", "Somebody has just asked for the same thing; reload.");
        }

        private async Task Tell(Command command, string number, CancellationToken ct)
        {
            var holders = new HashSet<long>();
            foreach (var post in command.By)
                holders.UnionWith(await db.Query<long>(Holders, new { role = post.Role.ToString(), department = post.Department ?? "" }, ct));
            holders.Remove(actor.UserId);
            holders.Remove(actor.WorksAs);
            if (holders.Count == 0) return;
            var on = RequestInHand.About(command.Subject);
            await mediator.Send(
                new Notify(
                    $"request:{number}",
                    [.. holders.Select(id => new Audience(UserId: id))],
                    new($"待您批准：{command.Name.Zh}{on}", $"For your approval: {command.Name.En}{on}"),
                    new($"{AskedBy()}提请：{command.Says.Zh}", $"Asked by {AskedBy()}: {command.Says.En}"),
                    $"/requests/{number}",
                    MessageLevel.Yellow)
                { AtOnce = true, IsPersonal = true },
                ct);
        }

        /// <summary>As it is shown beside the request; of the command line where it ran, and under whose account of that machine.</summary>
        private string AskedBy() => actor.IsSystem ? Cut($"命令行（{actor.From.Place}）", LongestName) : actor.Name;

        private Text Who(IReadOnlyList<Post> posts)
        {
            var each = posts.Select(p =>
            {
                var role = Permissions.Name(p.Role);
                if (p.Department is null) return actor.Roles.Contains(p.Role) ? new Text($"另一位{role.Zh}", $"another {role.En}") : role;
                var department = catalogue.Current.Department(p.Department)?.Name ?? new Text(p.Department, p.Department);
                return actor.Roles.Contains(p.Role) && actor.Department == p.Department
                    ? new($"{department.Zh}另一位{role.Zh}", $"another {role.En} of {department.En}")
                    : new Text($"{department.Zh}{role.Zh}", $"{role.En} of {department.En}");
            }).ToList();
            return new(string.Join("或", each.Select(t => t.Zh)), string.Join(" or ", each.Select(t => t.En)));
        }

        private static IEnumerable<string> Parts(string content)
        {
            for (var at = 0; at < content.Length;)
            {
                var length = Math.Min(LongestPart, content.Length - at);
                if (at + length < content.Length && char.IsHighSurrogate(content[at + length - 1])) length--; // half a character is none
                yield return content.Substring(at, length);
                at += length;
            }
        }

        private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + "…";

        private sealed record Standing
        {
            public string Number { get; init; } = "";
            public string WhoZh { get; init; } = "";
            public string WhoEn { get; init; } = "";
        }
    }
}
