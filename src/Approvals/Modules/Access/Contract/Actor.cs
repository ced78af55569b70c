using Approvals.Web;
using Microsoft.AspNetCore.Authorization;

namespace Approvals.Modules.Access.Contract;

/// <summary>States, where it stands, the act that a command, a page or an endpoint needs.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsAttribute(Act act) : AuthorizeAttribute("act." + act)
{
    public Act Act => act;
}

/// <summary>Whoever somebody stands in for.</summary>
internal sealed record StoodInFor(long Id, string Login, string Name);

/// <summary>Who is acting in this scope: a signed-in person, a program with a token, or the system itself.</summary>
internal sealed class Actor
{
    public const string SystemName = "系统";
    private const int LongestName = 80;
    private const long SystemId = 0;

    public long UserId { get; private set; }

    /// <summary>The account's name; empty for nobody, <c>system</c> for jobs and the command line.</summary>
    public string Login { get; private set; } = "";

    /// <summary>The person's own name, whomever they stand in for.</summary>
    public string OwnName { get; private set; } = "";

    /// <summary>As it is written down beside what is done: who, and for whom.</summary>
    public string Name => For is null ? OwnName : Signed(OwnName, For.Name);

    /// <summary>The department whose cases this person handles, or null; that of whom they stand in for.</summary>
    public string? Department { get; private set; }

    /// <summary>The window of the hall this person sits at, or null; that of whom they stand in for.</summary>
    public long? Window { get; private set; }

    public IReadOnlySet<Role> Roles { get; private set; } = new HashSet<Role>();

    public bool IsSystem { get; private set; }

    /// <summary>Whoever this person stands in for just now, or null: roles, department and projects are theirs, the deeds this person's.</summary>
    public StoodInFor? For { get; private set; }

    /// <summary>The login of whoever this person stands in for just now, or null.</summary>
    public string? OnBehalfOf => For?.Login;

    /// <summary>Whose work it is: whose projects are reached, in whose hands it stays.</summary>
    public long WorksAs => For?.Id ?? UserId;

    /// <summary>In this session, beside the password.</summary>
    public bool HasShownSecondFactor { get; set; }

    /// <summary>Where it comes from: page, token, cli, job, start, approval or inside; then its address or name, or the number of the request that was approved.</summary>
    public (string Source, string Place) From { get; private set; } = ("inside", "");

    /// <summary>Where this person's day begins.</summary>
    public string Home => May(Act.SeeWork) ? "/" : May(Act.ManageAccounts) ? "/accounts" : May(Act.Operate) ? "/operations" : May(Act.ReadAudit) ? "/audit" : "/account";

    public void Become(long userId, string login, string name, string? department, IEnumerable<Role> roles, StoodInFor? behalf = null, long? window = null)
    {
        (UserId, Login, OwnName, Department, IsSystem, For, Window) = (userId, login, name, department, false, behalf, window);
        Roles = roles.ToHashSet();
    }

    /// <summary>Both names on one line, as long as the columns are that hold it.</summary>
    public static string Signed(string name, string behalf) => $"{name}（代 {behalf}）" is { Length: <= LongestName } whole ? whole : $"{Cut(name)}（代 {Cut(behalf)}）";

    private static string Cut(string name) => name.Length <= (LongestName / 2) - 2 ? name : name[..(char.IsHighSurrogate(name[(LongestName / 2) - 3]) ? (LongestName / 2) - 3 : (LongestName / 2) - 2)];

    public void BecomeSystem()
    {
        Become(SystemId, "system", SystemName, null, []);
        IsSystem = true;
    }

    /// <summary>Does something as somebody else: what was approved is done by whoever asked for it. What a token is for was asked when it asked, and of the other when it approved (<see cref="DemandScope"/>).</summary>
    public async Task<T> As<T>(long userId, string login, string name, string? department, IEnumerable<Role> roles, StoodInFor? behalf, long? window, Func<Task<T>> work)
    {
        var self = (UserId, Login, OwnName, Department, Roles, For, Window, Scopes, IsSystem, From);
        Become(userId, login, name, department, roles, behalf, window);
        IsSystem = userId == SystemId; // what the command line has asked for
        Scopes = null;
        try
        {
            return await work();
        }
        finally
        {
            Become(self.UserId, self.Login, self.OwnName, self.Department, self.Roles, self.For, self.Window);
            (Scopes, IsSystem, From) = (self.Scopes, self.IsSystem, self.From);
        }
    }

    /// <summary>The system itself, in a job.</summary>
    public void BecomeSystem(string job)
    {
        BecomeSystem();
        ComesFrom("job", job);
    }

    public void ComesFrom(string source, string place = "") => From = (source, place);

    /// <summary>What the token may be used for through which it acts; null where there is none.</summary>
    public IReadOnlySet<Scope>? Scopes { get; private set; }

    public void ActsWithin(IEnumerable<Scope> scopes) => Scopes = scopes.ToHashSet();

    public bool May(Act act) => IsSystem || (Scopes?.Contains(act.Scope()) != false && Roles.Any(role => Permissions.Allows(role, act)));

    /// <summary>May do it, and there: of the roles that may, one reaches that far.</summary>
    public bool May(Act act, Place place) => IsSystem || (May(act) && Permissions.Matrix[act].Any(grant => Roles.Contains(grant.Role) && grant.Reach switch
    {
        Reach.Department => place.Department is { } department && department == Department,
        Reach.Window => Serves(place.Window),
        Reach.Project => (grant.Role == Role.ProjectManager ? place.ManagerId : place.AgentId) == WorksAs,
        _ => true,
    }));

    /// <summary>Sits at that window. What belongs to no window is every clerk's, and a clerk who sits at none serves all.</summary>
    public bool Serves(long? window) => window is null || Window is null || window == Window;

    /// <summary>For the guard of a statement: the one window that the act reaches, beside what belongs to none; null where it reaches all.</summary>
    public long? WindowFor(Act act) => IsSystem || Permissions.Matrix[act].Any(grant => grant.Reach == Reach.All && Roles.Contains(grant.Role)) ? null : Window;

    /// <summary>Of the work everything, and not the projects alone that are this person's.</summary>
    public bool SeesAll => IsSystem || Permissions.Matrix[Act.SeeWork].Any(grant => grant.Reach == Reach.All && Roles.Contains(grant.Role));

    /// <summary>For lists of what is one's own: this person where it is a project manager, else nobody.</summary>
    public long AsManager => Roles.Contains(Role.ProjectManager) ? WorksAs : -1;

    /// <summary>The same of an agent.</summary>
    public long AsAgent => Roles.Contains(Role.Agent) ? WorksAs : -1;

    public void Demand(Act act)
    {
        if (May(act)) return;
        DemandScope(act);
        var needed = Permissions.Matrix[act];
        if (needed.Length == 0)
        {
            throw Refused.Forbidden("access.notAllowed", $"「{Permissions.Name(act).Zh}」只由系统本身进行。", $"“{Permissions.Name(act).En}” is done by the system alone.");
        }

        throw Refused.Forbidden(
            "access.notAllowed",
            $"您的角色不能「{Permissions.Name(act).Zh}」，需要：{string.Join("、", needed.Select(g => Permissions.Name(g.Role).Zh))}。",
            $"Your role may not “{Permissions.Name(act).En}”; it takes: {string.Join(", ", needed.Select(g => Permissions.Name(g.Role).En))}.");
    }

    /// <summary>Where it acts through a token: that is for such an act, whoever does it in the end.</summary>
    public void DemandScope(Act act)
    {
        if (Scopes?.Contains(act.Scope()) == false)
            throw Refused.Forbidden("access.notInScope", $"此令牌不能用于「{act.Scope().Name().Zh}」，请换一个令牌。", $"This token is not for “{act.Scope().Name().En}”; use another.");
    }
}
