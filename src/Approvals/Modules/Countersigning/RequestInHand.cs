using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>What became of a request. Stored by name.</summary>
internal enum RequestState
{
    Pending,
    Approved,
    Declined,

    /// <summary>Taken back by whoever asked.</summary>
    Withdrawn,

    /// <summary>The matter it was on has ended.</summary>
    Ended,

    /// <summary>Nobody decided it in time.</summary>
    Expired,
}

internal static class RequestStates
{
    public static Text Name(this RequestState state) => state switch
    {
        RequestState.Pending => new("待批", "pending"),
        RequestState.Approved => new("已批准", "approved"),
        RequestState.Declined => new("不同意", "declined"),
        RequestState.Withdrawn => new("已撤回", "withdrawn"),
        RequestState.Ended => new("已失效", "ended"),
        RequestState.Expired => new("逾期未批", "expired"),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string Css(this RequestState state) => state switch
    {
        RequestState.Pending => "state state-waiting",
        RequestState.Approved => "state state-done",
        RequestState.Declined => "state state-refused",
        _ => "state",
    };
}

/// <summary>A request somebody wants to decide, and why that may be too late or not for them.</summary>
internal sealed class RequestInHand(Db db, IMediator mediator, Actor actor, ZoneClock clock, Trail trail)
{
    private const string FindRow = """
        SELECT id, number, command, name_zh, name_en, subject, says_zh, says_en, who_zh, who_en, asker_id, asker_login, asker_name, asker_roles,
               asker_department, asker_window, asker_on_behalf_of, asked_at, expires_on, state, decided_at, decided_by, decided_login, reason
          FROM countersigning_request
         WHERE number = @number
        """;

    private const string Posts = "SELECT role, department FROM countersigning_post WHERE request_id = @Id";
    private const string Parts = "SELECT text FROM countersigning_part WHERE request_id = @Id ORDER BY number";
    private const string DropPosts = "DELETE FROM countersigning_post WHERE request_id = @Id";
    private const string DropParts = "DELETE FROM countersigning_part WHERE request_id = @Id";

    // Whoever stands in for somebody just now was put there by whoever asked.
    private const string PutThere = """
        SELECT COUNT(s.user_id)
          FROM access_public_substitution s
          JOIN access_public_user u ON u.id = s.named_by_id
         WHERE s.user_id = @user AND s.substitute_id = @substitute AND s.starts_on <= @today AND s.ends_on >= @today
           AND (u.id = @AskerId OR u.login = @AskerOnBehalfOf)
        """;

    // Of two who decide at once, one touches no row.
    private const string End = """
        UPDATE countersigning_request
           SET state = @state, decided_at = @Now, decided_by = @by, decided_login = @login, reason = @reason
         WHERE id = @Id AND state = 'Pending'
        """;

    public async Task<RequestRow> Find(string number, CancellationToken ct)
    {
        number = number.Trim().ToUpperInvariant();
        var row = await db.Find<RequestRow>(FindRow, new { number }, ct)
            ?? throw Unknown(number);
        trail.OnSubject(row.Subject);
        return row;
    }

    /// <summary>For somebody who asks for it: to whom it is hidden there is none, whatever they want with it.</summary>
    public async Task<RequestRow> See(string number, CancellationToken ct)
    {
        var row = await Find(number, ct);
        return IsOpenTo(row) || await HoldsPost(row, ct) ? row : throw Unknown(row.Number).Hiding();
    }

    private static Refused Unknown(string number) => Refused.NotFound("request.unknown", "number", $"没有编号为「{number}」的提请。", $"There is no request “{number}”.");

    /// <summary>Whoever asked, or stands in for or is stood in for by whoever asked.</summary>
    public bool IsAsker(RequestRow row) => Names(actor.Login, actor.OnBehalfOf).Intersect(Names(row.AskerLogin, row.AskerOnBehalfOf)).Any();

    /// <summary>Those who asked and decided; the reviewers and heads of the asker's department; who supervises, leads or audits. To whoever may approve it, it is open too while it is pending.</summary>
    public bool IsOpenTo(RequestRow row) => actor.IsSystem || IsAsker(row) || row.DecidedLogin == actor.Login
        || (row.AskerDepartment is { } department && department == actor.Department && actor.Roles.Overlaps([Role.Reviewer, Role.DepartmentHead]))
        || actor.Roles.Overlaps([Role.Supervisor, Role.ZoneLeader, Role.Auditor]);

    /// <summary>Holds one of the posts that may approve it.</summary>
    public async Task<bool> HoldsPost(RequestRow row, CancellationToken ct) =>
        (await db.Query<PostRow>(Posts, new { row.Id }, ct)).Any(p => new Post(Enum.Parse<Role>(p.Role), p.Department.Length == 0 ? null : p.Department).IsHeldBy(actor.Roles, actor.Department));

    /// <summary>Lets through whoever may decide on it; for all others it says why not.</summary>
    public async Task DemandDecider(RequestRow row, CancellationToken ct)
    {
        if (row.State != nameof(RequestState.Pending)) throw Lost(row);
        if (IsAsker(row))
            throw Refused.Forbidden("request.samePerson", "提请人不能批准或否决自己的提请（含代岗），须由另一人办理。", "Whoever asked cannot decide on it, nor whoever stands in for them: somebody else must.");
        if (actor.For is { } behalf && await db.Find<int>(PutThere, new { user = behalf.Id, substitute = actor.UserId, today = clock.Today, row.AskerId, row.AskerOnBehalfOf }, ct) > 0)
            throw Refused.Forbidden("request.namedByAsker", "替岗是由提请人安排的，不能用来批准或否决其提请，须由另一人办理。", "Whoever asked has arranged that you stand in here, so you cannot decide on what they ask for: somebody else must.");
        if (!await HoldsPost(row, ct))
            throw Refused.Forbidden("request.otherPost", $"此提请须由{row.WhoZh}批准。", $"This request is for {row.WhoEn} to approve.");
        if (clock.Today > row.ExpiresOn)
            throw Refused.Conflict("request.expired", $"此提请已于 {Words.Day(row.ExpiresOn)} 过期，请经办人重新提请。", $"This request expired on {Words.Day(row.ExpiresOn)}; it must be asked for again.");
    }

    /// <summary>The command it holds, while it is pending.</summary>
    public async Task<object> Command(RequestRow row, CancellationToken ct) =>
        TwoPersonCommands.Read(row.Command, string.Concat(await db.Query<string>(Parts, new { row.Id }, ct)));

    /// <summary>Decides it, once. What it held is dropped: it can be done no second time, and what it said of people need not be kept twice.</summary>
    /// <exception cref="Refused">Somebody was first.</exception>
    public async Task Settle(RequestRow row, RequestState state, string? reason, CancellationToken ct)
    {
        if (!await TrySettle(row, state, reason, ct)) throw Lost(await Find(row.Number, ct));
    }

    /// <summary>False where somebody was first.</summary>
    public async Task<bool> TrySettle(RequestRow row, RequestState state, string? reason, CancellationToken ct)
    {
        var by = state is RequestState.Approved or RequestState.Declined or RequestState.Withdrawn;
        if (await db.Execute(End, new { row.Id, state = state.ToString(), clock.Now, by = by ? actor.Name : null, login = by ? actor.Login : null, reason }, ct) == 0)
            return false;
        await db.Execute(DropPosts, new { row.Id }, ct);
        await db.Execute(DropParts, new { row.Id }, ct);
        trail.Changed(new($"提请 {row.Number}", $"Request {row.Number}"), RequestState.Pending.Name(), state.Name());
        if (state != RequestState.Withdrawn) trail.Changed(new("提请人", "Asked by"), null, $"{row.AskerName}（{row.AskerLogin}）");
        return true;
    }

    /// <summary>Whoever asked on the command line is no account, and reads it on the page.</summary>
    public Task TellAsker(RequestRow row, RequestState state, Text says, CancellationToken ct)
    {
        if (row.AskerId == 0) return Task.CompletedTask;
        var on = About(row.Subject);
        return mediator.Send(
            new Notify(
                $"request:{row.Number}:{state}",
                [new(UserId: row.AskerId)],
                new($"{state.Name().Zh}：{row.NameZh}{on}", $"{state.Name().En}: {row.NameEn}{on}"),
                says,
                $"/requests/{row.Number}",
                state == RequestState.Approved ? MessageLevel.Info : MessageLevel.Yellow)
            { AtOnce = true, IsPersonal = true },
            ct);
    }

    /// <summary>What has become of it, for whoever came second.</summary>
    public Refused Lost(RequestRow row)
    {
        var state = Enum.Parse<RequestState>(row.State).Name();
        var at = row.DecidedAt is { } decided ? $"{clock.Local(decided):yyyy-MM-dd HH:mm}" : "";
        return Refused.Conflict("request.decided",
            $"此提请已于 {at} {(row.DecidedBy is null ? "" : $"由{row.DecidedBy}")}办理：{state.Zh}。",
            $"This request is {state.En} since {at}{(row.DecidedBy is null ? "" : $", by {row.DecidedBy}")}.");
    }

    /// <summary>The number a request is on, as it follows a name; empty where it has none.</summary>
    public static string About(string subject) => subject.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? $" {subject[(colon + 1)..]}" : "";

    /// <summary>The page of what a request is on; empty where there is none.</summary>
    public static string Page(string subject) => subject.Split(':', 2) switch
    {
        [Subject.Case, var number] => $"/cases/{Uri.EscapeDataString(number)}",
        [Subject.Application, var number] => $"/applications/{Uri.EscapeDataString(number)}",
        [Subject.Parcel, var number] => $"/land/{Uri.EscapeDataString(number)}",
        [Subject.Project, var code] => $"/projects/{Uri.EscapeDataString(code)}",
        [Subject.Calendar] => "/calendar",
        [Subject.Catalogue] => "/catalogue",
        _ => "",
    };

    private static IEnumerable<string> Names(string login, string? onBehalfOf) => new[] { login, onBehalfOf ?? "" }.Where(n => n.Length > 0);

    private sealed record PostRow
    {
        public string Role { get; init; } = "";
        public string Department { get; init; } = "";
    }
}

/// <summary>A request as it is stored.</summary>
internal sealed record RequestRow
{
    public long Id { get; init; }
    public string Number { get; init; } = "";
    public string Command { get; init; } = "";
    public string NameZh { get; init; } = "";
    public string NameEn { get; init; } = "";
    public string Subject { get; init; } = "";
    public string SaysZh { get; init; } = "";
    public string SaysEn { get; init; } = "";
    public string WhoZh { get; init; } = "";
    public string WhoEn { get; init; } = "";
    public long AskerId { get; init; }
    public string AskerLogin { get; init; } = "";
    public string AskerName { get; init; } = "";
    public string AskerRoles { get; init; } = "";
    public string? AskerDepartment { get; init; }
    public long? AskerWindow { get; init; }
    public string AskerOnBehalfOf { get; init; } = "";
    public DateTime AskedAt { get; init; }
    public DateOnly ExpiresOn { get; init; }
    public string State { get; init; } = "";
    public DateTime? DecidedAt { get; init; }
    public string? DecidedBy { get; init; }
    public string? DecidedLogin { get; init; }
    public string? Reason { get; init; }
}
