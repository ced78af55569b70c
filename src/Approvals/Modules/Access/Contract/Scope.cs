using Approvals.Web;

namespace Approvals.Modules.Access.Contract;

/// <summary>What a token may be used for; never more than its owner may. Stored by name.</summary>
internal enum Scope
{
    /// <summary>See the work; the record for those who read it.</summary>
    Read,

    /// <summary>One's own account: mail address, password, tokens, the calendar's address, which outlives the token. To read it needs no scope.</summary>
    Account,
    Intake,
    Cases,
    Land,
    Projects,
    Supervision,

    /// <summary>Catalogue, calendar, limits of open cases.</summary>
    Rules,

    /// <summary>Accounts, jobs: only where it is asked for by name.</summary>
    Administration,
}

/// <summary>Which act lies in which scope.</summary>
internal static class Scopes
{
    public static readonly IReadOnlyList<Scope> All = Enum.GetValues<Scope>();

    public static readonly IReadOnlyList<Scope> AllButAdministration = [.. All.Except([Contract.Scope.Administration])];

    /// <remarks>What is not named here is for tokens that may do all but administer.</remarks>
    public static Scope Scope(this Act act) => act switch
    {
        Act.SeeWork or Act.SeeCentre or Act.ReadAudit or Act.ReadReport => Contract.Scope.Read,
        Act.UseOwnAccount or Act.Subscribe => Contract.Scope.Account,
        Act.TakeIn or Act.DecideIntake or Act.HandOut or Act.MoveToWindow => Contract.Scope.Intake,
        Act.HandleCase or Act.DecideCase or Act.AskApproval or Act.Countersign => Contract.Scope.Cases,
        Act.HandleLand or Act.RegisterLand => Contract.Scope.Land,
        Act.RegisterProject or Act.AssignPeople or Act.ReportMilestone or Act.Remark => Contract.Scope.Projects,
        Act.AnswerOrder or Act.CloseOrder or Act.HandOverWork or Act.RecomputeReport => Contract.Scope.Supervision,
        Act.ManageAccounts or Act.ArrangeSubstitution or Act.Operate or Act.ActOnTime => Contract.Scope.Administration,
        _ => Contract.Scope.Rules,
    };

    public static Text Name(this Scope scope) => scope switch
    {
        Contract.Scope.Read => new("查看", "read"),
        Contract.Scope.Account => new("本人账号", "own account"),
        Contract.Scope.Intake => new("窗口", "window"),
        Contract.Scope.Cases => new("办理件", "cases"),
        Contract.Scope.Land => new("土地交付", "land"),
        Contract.Scope.Projects => new("项目", "projects"),
        Contract.Scope.Supervision => new("督办", "supervision"),
        Contract.Scope.Rules => new("目录和日历", "catalogue and calendar"),
        Contract.Scope.Administration => new("管理", "administration"),
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    public static IReadOnlySet<Scope> Parse(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Where(s => Enum.TryParse<Scope>(s, out _)).Select(Enum.Parse<Scope>).ToHashSet();
}
