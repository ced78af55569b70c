using Approvals.Web;

namespace Approvals.Modules.Access.Contract;

/// <summary>The roles of a zone's approval centre. Stored by name.</summary>
internal enum Role
{
    /// <summary>窗口人员: takes in, accepts, hands out.</summary>
    WindowClerk,

    /// <summary>部门经办人: handles the cases of one department.</summary>
    Reviewer,

    /// <summary>部门负责人: decides; approves what the department may not do alone: pauses, extensions, late entries.</summary>
    DepartmentHead,

    /// <summary>审批中心督办.</summary>
    Supervisor,

    /// <summary>代办员 / 营商环境专员: acts for an enterprise.</summary>
    Agent,

    /// <summary>项目经理: reports milestones of a project.</summary>
    ProjectManager,

    /// <summary>园区领导.</summary>
    ZoneLeader,

    /// <summary>审计员: reads the work and the record of it, changes nothing.</summary>
    Auditor,

    /// <summary>系统管理员: jobs, channels, what could not be sent. One of the three administrators.</summary>
    SystemAdministrator,

    /// <summary>安全管理员: opens and closes accounts, grants roles. One of the three.</summary>
    SecurityAdministrator,

    /// <summary>审计管理员: reads the record of who did what, and of the work nothing. One of the three.</summary>
    AuditAdministrator,
}

/// <summary>How far an act of a role reaches.</summary>
internal enum Reach
{
    /// <summary>Everything in the zone.</summary>
    All,

    /// <summary>What is in the hands of one's own department.</summary>
    Department,

    /// <summary>What belongs to one's own window of the hall, or to none.</summary>
    Window,

    /// <summary>The projects of which one is the manager or the agent.</summary>
    Project,
}

/// <summary>A role that may, and how far. A role by itself reaches everything.</summary>
internal readonly record struct Grant(Role Role, Reach Reach)
{
    public static implicit operator Grant(Role role) => new(role, Reach.All);
}

/// <summary>Where something stands that an act is on: the department or the window that has it, the people of its project.</summary>
/// <param name="Window">Null is every window's.</param>
internal sealed record Place(string? Department = null, long? ManagerId = null, long? AgentId = null, long? Window = null);

/// <summary>What can be done. Every command, query, page and endpoint names one of these.</summary>
internal enum Act
{
    /// <summary>Sees the work: its projects, applications, cases, land.</summary>
    SeeWork,

    /// <summary>Sees how the centre stands: queues, lights, orders, whoever has what in hand.</summary>
    SeeCentre,
    RegisterProject,

    /// <summary>Says anew who manages a project and who serves it.</summary>
    AssignPeople,
    ReportMilestone,

    /// <summary>Writes a comment or a risk on a milestone, and closes what is one's own.</summary>
    Remark,
    TakeIn,
    DecideIntake,
    HandOut,

    /// <summary>转窗: gives an application to another window.</summary>
    MoveToWindow,
    HandleCase,
    DecideCase,
    /// <summary>Registers a parcel and what was paid for it: the window's and any department's entry, a step of none.</summary>
    RegisterLand,

    /// <summary>A step of the land: of the department that the catalogue names for it.</summary>
    HandleLand,
    AnswerOrder,
    CloseOrder,

    /// <summary>Hands what somebody has in hand over to a colleague.</summary>
    HandOverWork,
    PublishCatalogue,
    PublishCalendar,

    /// <summary>Gives open cases the limits of a newer catalogue.</summary>
    ChangeLimits,

    /// <summary>What follows when a time limit has passed, such as 超时默认. Nobody's act: the jobs of the system do it.</summary>
    ActOnTime,

    /// <summary>Asks for what takes a second person, and withdraws what one asked for.</summary>
    AskApproval,

    /// <summary>Approves or declines what somebody else asks for; which of it, the post says.</summary>
    Countersign,
    ManageAccounts,

    /// <summary>Names a substitute for somebody else, and ends it; for oneself everybody at work does.</summary>
    ArrangeSubstitution,
    Operate,

    /// <summary>Reads the record of who did what.</summary>
    ReadAudit,

    /// <summary>Reads the nightly report; a department its own part.</summary>
    ReadReport,

    /// <summary>Counts the report of a day again.</summary>
    RecomputeReport,

    /// <summary>Takes a secret address by which a calendar program reads what one has to watch.</summary>
    Subscribe,
    UseOwnAccount,
}

/// <summary>Who may do what, and how far: the one table.</summary>
internal static class Permissions
{
    private static readonly Role[] Everyone = Enum.GetValues<Role>();

    /// <summary>三员分立: of these each stands alone, apart from the others and from every role that takes part in the work.</summary>
    public static readonly IReadOnlyList<Role> Administrators = [Role.SystemAdministrator, Role.SecurityAdministrator, Role.AuditAdministrator];

    private static readonly Role[] AtWork = [.. Everyone.Except(Administrators)];

    /// <summary>Whoever comes from outside the centre and sees the projects that are theirs.</summary>
    private static readonly Role[] OfProjects = [Role.Agent, Role.ProjectManager];

    public static readonly IReadOnlyDictionary<Act, Grant[]> Matrix = new Dictionary<Act, Grant[]>
    {
        [Act.SeeWork] = [.. AtWork.Except(OfProjects), .. OfProjects.Select(role => role.In(Reach.Project))],
        [Act.SeeCentre] = [.. AtWork.Except(OfProjects)],
        [Act.RegisterProject] = [Role.WindowClerk, Role.Agent, Role.Supervisor],
        [Act.AssignPeople] = [Role.WindowClerk, Role.Agent.In(Reach.Project), Role.Supervisor],
        [Act.ReportMilestone] = [Role.ProjectManager.In(Reach.Project), Role.Agent.In(Reach.Project), Role.Supervisor],
        [Act.Remark] = [Role.WindowClerk, Role.Reviewer, Role.DepartmentHead, Role.Supervisor, Role.ZoneLeader, Role.ProjectManager.In(Reach.Project), Role.Agent.In(Reach.Project)],
        [Act.TakeIn] = [Role.WindowClerk.In(Reach.Window), Role.Agent.In(Reach.Project)],
        [Act.DecideIntake] = [Role.WindowClerk.In(Reach.Window)],
        [Act.HandOut] = [Role.WindowClerk.In(Reach.Window)],
        [Act.MoveToWindow] = [Role.WindowClerk.In(Reach.Window), Role.Supervisor],
        [Act.HandleCase] = [Role.Reviewer.In(Reach.Department), Role.DepartmentHead.In(Reach.Department)],
        [Act.DecideCase] = [Role.Reviewer.In(Reach.Department), Role.DepartmentHead.In(Reach.Department)],
        [Act.RegisterLand] = [Role.WindowClerk, Role.Reviewer.In(Reach.Department), Role.DepartmentHead.In(Reach.Department)],
        [Act.HandleLand] = [Role.Reviewer.In(Reach.Department), Role.DepartmentHead.In(Reach.Department)],
        [Act.AnswerOrder] = [Role.WindowClerk, Role.Reviewer.In(Reach.Department), Role.DepartmentHead.In(Reach.Department)],
        [Act.CloseOrder] = [Role.Supervisor],
        [Act.HandOverWork] = [Role.DepartmentHead.In(Reach.Department), Role.Supervisor],
        [Act.PublishCatalogue] = [Role.Supervisor],
        [Act.PublishCalendar] = [Role.Supervisor],
        [Act.ChangeLimits] = [Role.Supervisor],
        [Act.ActOnTime] = [],
        [Act.ManageAccounts] = [Role.SecurityAdministrator],
        [Act.ArrangeSubstitution] = [Role.DepartmentHead.In(Reach.Department), Role.Supervisor, Role.SecurityAdministrator],
        [Act.Operate] = [Role.SystemAdministrator],
        [Act.ReadAudit] = [Role.Auditor, Role.AuditAdministrator],
        [Act.ReadReport] = [Role.Reviewer, Role.DepartmentHead, Role.Supervisor, Role.ZoneLeader, Role.Auditor],
        [Act.RecomputeReport] = [Role.Supervisor],
        [Act.AskApproval] = [Role.WindowClerk, Role.Agent, Role.ProjectManager, Role.Reviewer, Role.DepartmentHead, Role.Supervisor],
        [Act.Countersign] = [Role.DepartmentHead, Role.Supervisor, Role.ZoneLeader],
        [Act.Subscribe] = [.. AtWork],
        [Act.UseOwnAccount] = [.. Everyone],
    };

    public static bool Allows(Role role, Act act) => Matrix[act].Any(grant => grant.Role == role);

    private static Grant In(this Role role, Reach reach) => new(role, reach);

    public static Text Name(Role role) => role switch
    {
        Role.WindowClerk => new("窗口人员", "Window clerk"),
        Role.Reviewer => new("部门经办人", "Department reviewer"),
        Role.DepartmentHead => new("部门负责人", "Department head"),
        Role.Supervisor => new("中心督办", "Centre supervisor"),
        Role.Agent => new("代办员", "Agent"),
        Role.ProjectManager => new("项目经理", "Project manager"),
        Role.ZoneLeader => new("园区领导", "Zone leader"),
        Role.Auditor => new("审计员", "Auditor"),
        Role.SystemAdministrator => new("系统管理员", "System administrator"),
        Role.SecurityAdministrator => new("安全管理员", "Security administrator"),
        Role.AuditAdministrator => new("审计管理员", "Audit administrator"),
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Several, in their order.</summary>
    public static Text Names(IEnumerable<Role> roles)
    {
        var names = roles.Order().Select(Name).ToList();
        return new(string.Join('、', names.Select(n => n.Zh)), string.Join(", ", names.Select(n => n.En)));
    }

    public static Text Name(Act act) => act switch
    {
        Act.SeeWork => new("查看业务", "See the work"),
        Act.SeeCentre => new("查看中心的待办和督办", "See how the centre stands"),
        Act.RegisterProject => new("登记项目", "Register projects"),
        Act.AssignPeople => new("变更项目经理和代办员", "Change a project's manager and agent"),
        Act.ReportMilestone => new("填报里程碑", "Report milestones"),
        Act.Remark => new("写意见和风险", "Write comments and risks"),
        Act.TakeIn => new("窗口收件", "Take in applications"),
        Act.DecideIntake => new("受理、补正、不予受理", "Accept, ask for correction, not accept"),
        Act.HandOut => new("出件", "Hand out results"),
        Act.MoveToWindow => new("转窗", "Move applications to another window"),
        Act.HandleCase => new("办理件", "Handle cases"),
        Act.DecideCase => new("作出决定", "Decide cases"),
        Act.RegisterLand => new("登记地块和缴款", "Register parcels and payments"),
        Act.HandleLand => new("办理土地交付", "Handle land handover"),
        Act.AnswerOrder => new("答复督办单", "Answer supervision orders"),
        Act.CloseOrder => new("办结督办单", "Close supervision orders"),
        Act.HandOverWork => new("移交在办工作", "Hand work over"),
        Act.PublishCatalogue => new("发布目录", "Publish the catalogue"),
        Act.PublishCalendar => new("发布日历、停办", "Publish the calendar, close the zone"),
        Act.ChangeLimits => new("调整在办件的时限", "Change the limits of open cases"),
        Act.ActOnTime => new("到期自动办理", "Act when a time limit has passed"),
        Act.AskApproval => new("提请批准", "Ask for approval"),
        Act.Countersign => new("批准他人的提请", "Approve what others ask for"),
        Act.ManageAccounts => new("管理账号", "Manage accounts"),
        Act.ArrangeSubstitution => new("安排替岗", "Arrange substitutions"),
        Act.Operate => new("运行维护", "Run the system"),
        Act.ReadAudit => new("查阅审计记录", "Read the audit record"),
        Act.ReadReport => new("查阅报告", "Read the reports"),
        Act.RecomputeReport => new("重算报告", "Recompute reports"),
        Act.Subscribe => new("订阅日历", "Subscribe to one's calendar"),
        Act.UseOwnAccount => new("使用本人账号", "Use one's own account"),
        _ => throw new ArgumentOutOfRangeException(nameof(act)),
    };
}
