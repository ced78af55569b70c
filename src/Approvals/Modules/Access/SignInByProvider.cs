using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>
/// Who it is, by the word of the identity provider. The account is found by issuer and subject, never by a name, which
/// could be given to somebody else; its roles become those that the provider gives now.
/// </summary>
internal static class SignInByProvider
{
    /// <param name="Values">What the claim of the roles holds; what is not mapped gives nothing.</param>
    [RecordAs("统一身份登录", "Sign in at the identity provider")]
    internal sealed record Query(string Issuer, string Subject, string? Login, string? Name, string? Department, IReadOnlyList<string> Values) : IRequest<Account>, IInside, IRecorded;

    /// <summary>Opens the account, or brings it to what the provider says.</summary>
    /// <param name="Id">Null where it is new.</param>
    [RecordAs("按统一身份更新账号", "Bring an account to what the identity provider says", Messaging.Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Keep(long? Id, string Issuer, string Subject, string Login, string Name, string? Department, IReadOnlyList<Role> Roles) : ICommand<Unit>;

    private sealed class Handler(Db db, Actor actor, SignInSettings settings, IMediator mediator, Trail trail) : IRequestHandler<Query, Account>, IRequestHandler<Keep, Unit>
    {
        private const string Known = $"""
            SELECT {Account.Columns}
              FROM access_user u
             WHERE u.provider_issuer = @Issuer AND u.provider_subject = @Subject
            """;

        private const string Link = "UPDATE access_user SET provider_issuer = @Issuer, provider_subject = @Subject WHERE login = @Login AND provider_subject IS NULL";
        private const string Change = "UPDATE access_user SET name = @Name, department = @Department WHERE id = @Id";

        public async Task<Account> Handle(Query query, CancellationToken ct)
        {
            if (settings.Provider is not { } provider || query.Issuer.Length == 0 || query.Subject.Length is 0 or > 200) throw Turned("provider.failed");
            var user = await Find(query, ct);
            if (user is not null) trail.On(Subject.Account, user.Login);
            if (user is { IsActive: false }) throw Turned("provider.closed");
            var roles = query.Values.Where(provider.Roles.ContainsKey).Select(v => provider.Roles[v]).Distinct().Order().ToList();
            if (roles.Count == 0) throw Turned("provider.noRole");
            var department = provider.DepartmentClaim is null ? user?.Department : query.Department?.Trim().ToUpperInvariant() is { Length: > 0 } code ? code : null;
            var check = new Check().RolesAndDepartment(roles, department);
            if (check.Failed) throw Turned("provider.roles");
            var name = query.Name?.Trim() is { Length: > 0 and <= 40 } given ? given : user?.Name ?? query.Login?.Trim() ?? "";
            if (user is null)
            {
                if (!provider.Creates) throw Turned("provider.unknown");
                var login = (query.Login ?? "").Trim().ToLowerInvariant();
                if (!AddUser.IsLogin(login) || new Check().Text(name, "name", "姓名", "Name", 40).Failed) throw Turned("provider.failed");
                if (await Account.Find(db, login, ct) is not null) throw Turned("provider.loginTaken");
                await AsSystem(new(null, query.Issuer, query.Subject, login, name, department, roles), ct);
            }
            else if (!user.RoleList.SequenceEqual(roles) || user.Department != department || user.Name != name)
            {
                await AsSystem(new(user.Id, query.Issuer, query.Subject, user.Login, name, department, roles), ct);
            }

            return (await Find(query, ct))!;
        }

        /// <remarks>Both are somebody's letter by letter (OpenID Connect Core 2); a server takes capitals for small ones.</remarks>
        private async Task<Account?> Find(Query query, CancellationToken ct) =>
            await db.Find<Account>(Known, new { query.Issuer, query.Subject }, ct) is { } user && user.ProviderIssuer == query.Issuer && user.ProviderSubject == query.Subject ? user : null;

        public async Task<Unit> Handle(Keep command, CancellationToken ct)
        {
            trail.On(Subject.Account, command.Login, isFound: command.Id is not null);
            if (command.Id is not { } id)
            {
                await mediator.Send(new AddUser.Store(command.Login, command.Name, command.Department, command.Roles, Passwords.None, false), ct);
                if (!await db.TryInsert(Link, new { command.Issuer, command.Subject, command.Login }, ct)) throw Turned("provider.linked"); // to the server they are one person
                trail.Changed<Text>(new("状态", "Status"), new("无", "None"), new("使用中", "Open"));
                return Unit.Value;
            }

            await Roles.TakeTurn(db, ct);
            var before = await Account.Get(db, command.Login, ct);
            trail.Changed(new("角色", "Roles"), Permissions.Names(before.RoleList), Permissions.Names(command.Roles));
            trail.Changed(new("姓名", "Name"), before.Name, command.Name);
            trail.Changed(new("部门", "Department"), before.Department, command.Department);
            await db.Execute(Change, new { command.Name, command.Department, Id = id }, ct);
            await Roles.Replace(db, id, before.RoleList, command.Roles, ct);
            return Unit.Value;
        }

        /// <remarks>Nobody is signed in yet who could; the provider has been asked by the system, and the record is on the account.</remarks>
        private async Task AsSystem(Keep command, CancellationToken ct)
        {
            actor.BecomeSystem();
            try
            {
                await mediator.Send(command, ct);
            }
            finally
            {
                actor.Become(0, "", "", null, []);
            }
        }

        private static Refused Turned(string code) => new(RefusedAs.Forbidden, [new(code, "", Provider.Problem(code)!.Value)]);
    }
}
