using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>Who approves what stops or lengthens a limit: an account of the role that the law, or the zone, asks for.</summary>
internal static class Approver
{
    public const int LongestNotice = 80;

    /// <summary>The active account of the role, of the case's department where the role has one; null where the check has failed.</summary>
    /// <param name="mediator">Where accounts are asked for.</param>
    /// <param name="check">Takes what is wrong.</param>
    /// <param name="login">As it was entered.</param>
    /// <param name="role">Head of the department, supervisor or zone leader.</param>
    /// <param name="department">The case's department.</param>
    /// <param name="actor">Who enters it: another person, but for a head who does both.</param>
    public static async Task<UserFacts?> Find(IMediator mediator, Check check, string? login, Role role, string department, Actor actor)
    {
        var name = Permissions.Name(role);
        if (string.IsNullOrWhiteSpace(login))
        {
            check.Add("approver.required", "approvedBy", $"请填写批准人的账号（{name.Zh}）。", $"Give the login of whoever approved it ({name.En}).");
            return null;
        }

        var found = await mediator.Send(new FindUser(login.Trim().ToLowerInvariant(), role));
        if (found is null || (role == Role.DepartmentHead && found.Department != department))
        {
            var (zh, en) = role == Role.DepartmentHead ? ("本部门的", " of this department") : ("", "");
            check.Add("approver.wrong", "approvedBy",
                $"「{login.Trim()}」不是{zh}{name.Zh}的有效账号，请选择{zh}{name.Zh}。", $"“{login.Trim()}” is no active account of a {name.En}{en}; choose one.");
            return null;
        }

        if (role != Role.DepartmentHead && found.Login == actor.Login)
        {
            check.Add("approver.same", "approvedBy", "经办人不能自己批准，请由另一人批准。", "Whoever enters it cannot approve it too; somebody else must.");
            return null;
        }

        return found;
    }

    /// <summary>The accounts to choose from.</summary>
    public static async Task<IReadOnlyList<UserFacts>> Choices(IMediator mediator, Role role, string department) =>
        [.. (await mediator.Send(new UsersOf(role))).Where(u => role != Role.DepartmentHead || u.Department == department)];

    /// <summary>As it is kept: an account's name may be another's too, its login not.</summary>
    public static string Signed(this UserFacts user) => $"{user.Name}（{user.Login}）" is { Length: <= 80 } signed ? signed : user.Login;

    public static Check Notice(this Check check, string? number) => check
        .Text(number, "noticeNumber", "告知申请人的文书号", "The number of the notice to the applicant", LongestNotice)
        .That(number is null || (number.Length <= LongestNotice && !number.Contains('\n', StringComparison.Ordinal)), "field.tooLong", "noticeNumber",
            $"文书号写成一行，最多 {LongestNotice} 个字符。", $"Write the number in one line of at most {LongestNotice} characters.");
}
