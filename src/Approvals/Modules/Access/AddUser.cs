using System.Text.Json.Serialization;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Opens an account.</summary>
internal static class AddUser
{
    /// <param name="Login">3 to 40 lower-case letters, digits, dots, hyphens and underscores.</param>
    /// <param name="Department">The code of the department whose cases the person handles.</param>
    /// <param name="Email">Where messages are mailed; none where it is empty.</param>
    [RecordAs("新建账号", "Open an account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string Login, string Name, string? Department, IReadOnlyList<Role> Roles, string Password, string? Email = null) : IRequest<Result>, IRecorded
    {
        /// <summary>The password was typed by its owner: on the command line only.</summary>
        [JsonIgnore]
        public bool IsOwnPassword { get; init; }
    }

    internal sealed record Result(string Login);

    /// <summary>The account with its password already hashed.</summary>
    [RecordAs("保存新账号", "Keep the new account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Store(string Login, string Name, string? Department, IReadOnlyList<Role> Roles, string PasswordHash, bool IsDemonstration, string? Email = null, bool MustChangePassword = false) : ICommand<Result>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/accounts", async (Command body, IMediator mediator, CancellationToken ct) => await mediator.Send(body, ct))
        .Needs<Command>().WithTags("Access").WithSummary("Open an account");

    public static bool IsLogin(string? login) =>
        login is { Length: >= 3 and <= 40 } and not "system" && login.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');

    private sealed class Handler(Db db, Actor actor, IMediator mediator, Passwords passwords) : IRequestHandler<Command, Result>
    {
        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            await AtTheMachine.DemandOf(actor, db, command.Roles, ct);
            var login = command.Login?.Trim().ToLowerInvariant();
            var department = command.Department?.Trim().ToUpperInvariant() is { Length: > 0 } code ? code : null;
            new Check()
                .That(IsLogin(login), "login.shape", "login",
                    "账号须为 3 至 40 个小写字母、数字、点、连字符或下划线，且不是 system（系统自用）。", "A login is 3 to 40 lower-case letters, digits, dots, hyphens or underscores, and not “system”, which is the program's own.")
                .Text(command.Name, "name", "姓名", "Name", 40)
                .RolesAndDepartment(command.Roles, department, await mediator.Send(new KnownDepartments(), ct))
                .Password(command.Password, "password", login)
                .Email(command.Email)
                .Done();
            return await mediator.Send(new Store(login!, command.Name.Trim(), department, command.Roles, passwords.Hash(command.Password), false, EmailAddress.Read(command.Email), !command.IsOwnPassword), ct);
        }
    }

    private sealed class Storing(Db db, Ids ids, TimeProvider time, Trail trail) : IRequestHandler<Store, Result>
    {
        private const string Insert = """
            INSERT INTO access_user (id, login, name, department, email, password_hash, is_active, is_demonstration, must_change_password, created_at)
            VALUES (@id, @Login, @Name, @Department, @Email, @PasswordHash, 1, @IsDemonstration, @MustChangePassword, @now)
            """;

        public async Task<Result> Handle(Store user, CancellationToken ct)
        {
            var id = await ids.Next();
            var now = time.GetUtcNow().UtcDateTime;
            if (!await db.TryInsert(Insert, new { id, user.Login, user.Name, user.Department, user.Email, user.PasswordHash, user.IsDemonstration, user.MustChangePassword, now }, ct))
                throw new Refused(RefusedAs.Conflict, [new("login.taken", "login", new($"账号「{user.Login}」已有人使用，请换一个。", $"The login “{user.Login}” is taken; choose another."))]);
            await Roles.Replace(db, id, [], user.Roles, ct);
            var (roles, of) = (Permissions.Names(user.Roles), user.Department is { } code ? $" {code}" : "");
            trail.Changed<Text?>(new($"账号 {user.Login}", $"Account {user.Login}"), null, new(roles.Zh + of, roles.En + of));
            return new(user.Login);
        }
    }
}
