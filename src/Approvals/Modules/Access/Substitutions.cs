using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>
/// 替岗: who may stand in for whom, from which day to which. Whoever stands in has the roles, the department and the
/// projects of the other and none of their own meanwhile; what is done is done by them, for the other.
/// </summary>
internal sealed class Substitutions(Db db, Ids ids, TimeProvider time, Settings site, Actor actor, IMediator mediator, Trail trail)
{
    /// <summary>Who is away for longer has a successor, to whom the work is handed over.</summary>
    public const int LongestDays = 92;

    /// <summary>As <see cref="Row"/> has them: who is stood in for, and by whom.</summary>
    internal const string Rows = """
        SELECT s.id, s.user_id, x.login, x.name, x.department, s.substitute_id, y.login AS substitute_login, y.name AS substitute_name, s.starts_on, s.ends_on,
               s.reason, s.named_by, s.ended_at, s.ended_by
          FROM access_substitution s
          JOIN access_user x ON x.id = s.user_id
          JOIN access_user y ON y.id = s.substitute_id
        """;

    private const string Find = $"""
        {Rows}
         WHERE s.id = @id
        """;

    private const string OpenOf = $"""
        {Rows}
         WHERE (s.user_id = @id OR s.substitute_id = @id) AND s.ends_on >= @today AND s.ended_at IS NULL
         ORDER BY s.id
        """;

    private const string Standing = """
        SELECT user_id
          FROM access_substitution
         WHERE id = @id AND substitute_id = @substitute AND starts_on <= @today AND ends_on >= @today AND ended_at IS NULL
        """;

    // One is stood in for by one person at a time; nobody stands in while somebody else stands in for them.
    private const string Crossing = """
        SELECT COUNT(*)
          FROM access_substitution
         WHERE (user_id IN @both OR substitute_id = @user) AND starts_on <= @to AND ends_on >= @from AND ended_at IS NULL
        """;

    private const string Insert = """
        INSERT INTO access_substitution (id, user_id, substitute_id, starts_on, ends_on, reason, named_by, named_by_id, named_at, is_begin_told, is_end_told)
        VALUES (@id, @user, @substitute, @from, @to, @reason, @by, @byId, @now, @begun, 0)
        """;

    private const string End = """
        UPDATE access_substitution
           SET ended_at = @now, ended_by = @by, is_begin_told = 1, is_end_told = 1
         WHERE id = @id AND ends_on >= @today AND ended_at IS NULL
        """;

    public DateOnly Today => site.Today(time);

    /// <summary>Whoever the account acts for by this substitution today, or null: not its days, ended, an account closed, or no longer fitting.</summary>
    public static async Task<Account?> InForce(Db db, long id, Account substitute, DateOnly today, CancellationToken ct) =>
        await db.Find<long?>(Standing, new { id, substitute = substitute.Id, today }, ct) is { } user
            && await Account.Find(db, user, ct) is { } who && Fits(who, substitute) ? who : null;

    /// <summary>Each role of the one is the other's too, or is a department's in which both are. An administrator has no part in it.</summary>
    public static bool Fits(Account who, Account substitute) =>
        who.Id != substitute.Id && who.IsActive && substitute.IsActive && !who.NeedsFactor && !substitute.NeedsFactor
        && who.RoleList.All(role => OfDepartment(role) ? substitute.Department == who.Department : substitute.RoleList.Contains(role));

    public async Task<long> Name(Account who, string? login, DateOnly? from, DateOnly? to, string? reason, CancellationToken ct)
    {
        if (actor.For is not null)
            throw Refused.Forbidden("substitution.standingIn", "您正在代岗，不能再安排替岗，请先恢复本人身份。", "You stand in for somebody just now and cannot arrange a substitution; act as yourself first.");
        trail.On(Subject.Account, who.Login);
        var today = Today;
        var check = new Check()
            .Text(login, "substitute", "替岗人", "The substitute", 40)
            .Text(reason, "reason", "理由", "The reason", 200)
            .That(from is not null, "substitution.from", "from", "请填写开始日期。", "Give the first day.")
            .That(to is not null, "substitution.to", "to", "请填写结束日期。", "Give the last day.")
            .That(from is null || from >= today, "substitution.past", "from", "开始日期不能早于今天。", "The first day cannot lie before today.")
            .That(from is null || from <= today.AddYears(1), "substitution.far", "from",
                $"开始日期最晚为一年之后（{Words.Day(today.AddYears(1))}），请核对。", $"The first day lies within a year, until {Words.Day(today.AddYears(1))}; check it.")
            .That(from is null || to is null || to >= from, "substitution.order", "to", "结束日期不能早于开始日期。", "The last day cannot lie before the first.")
            .That(from is null || to is null || to.Value.DayNumber - from.Value.DayNumber < LongestDays, "substitution.long", "to",
                $"一次替岗最长 {LongestDays} 天；更久的，请移交工作。", $"A substitution lasts at most {LongestDays} days; for longer, hand the work over.");
        check.Done();
        var substitute = await Account.Find(db, login, ct);
        if (substitute is null) throw Refused.Invalid("substitution.unknown", "substitute", $"没有账号「{login}」。", $"There is no account “{login}”.");
        if (substitute.Id == who.Id) throw Refused.Invalid("substitution.self", "substitute", "不能指定本人为替岗人，请另选一人。", "Nobody stands in for themselves; choose somebody else.");
        if (who.NeedsFactor || substitute.NeedsFactor)
            throw Refused.Invalid("substitution.administrator", "substitute", "三员分立：管理员不替岗，也不由他人替岗。", "The three administrators stand apart: they stand in for nobody, and nobody for them.");
        if (!Fits(who, substitute))
            throw Refused.Invalid("substitution.unfit", "substitute",
                $"{substitute.Name}的角色或部门与{who.Name}不符，或账号已停用。部门岗位由同部门的人替，其他岗位由同角色的人替。",
                $"The roles or the department of {substitute.Name} do not fit those of {who.Name}, or an account is closed. Within a department a colleague stands in; elsewhere somebody of the same role.");
        var days = new { both = new[] { who.Id, substitute.Id }, user = who.Id, from = from!.Value, to = to!.Value };
        if (await db.FindHeld<int>(Crossing, days, ct) > 0)
            throw Refused.Conflict("substitution.crossing",
                $"这些日期内已有替岗：{who.Name}已有替岗人或正在为他人替岗，或{substitute.Name}本人由他人替岗。请改日期，或先结束原来的替岗。",
                $"There is a substitution on these days already: somebody stands in for {who.Name}, or {who.Name} for somebody, or {substitute.Name} is stood in for. Choose other days, or end the other first.");
        var id = await ids.Next();
        var begun = from == today;
        await db.Execute(Insert, new { id, user = who.Id, substitute = substitute.Id, days.from, days.to, reason = reason!.Trim(), by = actor.Name, byId = actor.UserId, now = time.GetUtcNow().UtcDateTime, begun }, ct);
        trail.Changed(new("替岗", "Substitution"), null, $"{substitute.Name}（{substitute.Login}） {Words.Day(days.from)}–{Words.Day(days.to)}");
        await mediator.Publish(
            new SubstitutionTurned(id, begun ? SubstitutionTurn.Begun : SubstitutionTurn.Named, who.Id, who.Name, substitute.Id, substitute.Name, days.from, days.to, new(reason.Trim(), reason.Trim())), ct);
        return id;
    }

    public Task<Row?> Get(long id, CancellationToken ct) => db.Find<Row>(Find, new { id }, ct);

    /// <summary>False where it is over already.</summary>
    public async Task<bool> Stop(Row row, Text why, CancellationToken ct)
    {
        if (await db.Execute(End, new { id = row.Id, now = time.GetUtcNow().UtcDateTime, by = actor.Name, today = Today }, ct) == 0) return false;
        trail.Changed(new("替岗", "Substitution"), $"{row.SubstituteName}（{row.SubstituteLogin}） {Words.Day(row.StartsOn)}–{Words.Day(row.EndsOn)}", null);
        await mediator.Publish(new SubstitutionTurned(row.Id, SubstitutionTurn.Ended, row.UserId, row.Name, row.SubstituteId, row.SubstituteName, row.StartsOn, row.EndsOn, why), ct);
        return true;
    }

    /// <summary>All that an account is part of.</summary>
    public async Task EndAll(Account account, Text why, CancellationToken ct)
    {
        foreach (var row in await db.Query<Row>(OpenOf, new { id = account.Id, today = Today }, ct)) await Stop(row, why, ct);
    }

    public static bool OfDepartment(Role role) => role is Role.Reviewer or Role.DepartmentHead;

    internal sealed record Row
    {
        public long Id { get; init; }
        public long UserId { get; init; }
        public string Login { get; init; } = "";
        public string Name { get; init; } = "";
        public string? Department { get; init; }
        public long SubstituteId { get; init; }
        public string SubstituteLogin { get; init; } = "";
        public string SubstituteName { get; init; } = "";
        public DateOnly StartsOn { get; init; }
        public DateOnly EndsOn { get; init; }
        public string Reason { get; init; } = "";
        public string NamedBy { get; init; } = "";
        public DateTime? EndedAt { get; init; }
        public string? EndedBy { get; init; }
    }
}
