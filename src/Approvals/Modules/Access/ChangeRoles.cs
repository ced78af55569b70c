using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Gives an account other roles, or another department. Sessions follow within a minute.</summary>
internal static class ChangeRoles
{
    /// <param name="Seen">What the account was when it was filled in, as <see cref="Says"/>: what somebody else changed meanwhile is not overwritten. None: whatever it is.</param>
    [RecordAs("更改角色", "Change the roles of an account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string? Department, IReadOnlyList<Role> Roles, string Login = "", string? Seen = null) : ICommand<Unit>;

    /// <summary>Roles and department as one text, such as <c>Reviewer,DepartmentHead ZRZY</c>.</summary>
    public static string Says(IEnumerable<Role> roles, string? department) => $"{string.Join(',', roles.Order())} {department}".TrimEnd();

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/accounts/{login}/roles", async (string login, Command body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body with { Login = login }, ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Change the roles and the department of an account");

    private sealed class Handler(Db db, Actor actor, IMediator mediator, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Move = "UPDATE access_user SET department = @department WHERE id = @id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var department = command.Department?.Trim().ToUpperInvariant() is { Length: > 0 } code ? code : null;
            await Roles.TakeTurn(db, ct);
            var user = await Account.GetAnothers(db, actor, command.Login, ct);
            // What stood there before departments were looked up does not keep anybody from changing the roles.
            var known = department == user.Department ? null : await mediator.Send(new KnownDepartments(), ct);
            new Check().RolesAndDepartment(command.Roles, department, known).Done();
            if (command.Seen is { } seen && seen != Says(user.RoleList, user.Department))
            {
                var (now, of) = (Permissions.Names(user.RoleList), user.Department is null ? "" : " " + user.Department);
                throw Refused.Conflict("account.changedMeanwhile",
                    $"刚刚已有人更改，现在是：{now.Zh}{of}。没有保存；请核对后再保存。", $"Somebody has just changed it; it is now: {now.En}{of}. Nothing was saved; look again and save.");
            }

            trail.Changed(new("角色", "Roles"), Permissions.Names(user.RoleList), Permissions.Names(command.Roles));
            trail.Changed(new("部门", "Department"), user.Department, department);
            await db.Execute(Move, new { department, id = user.Id }, ct);
            await Roles.Replace(db, user.Id, user.RoleList, command.Roles, ct);
            return Unit.Value;
        }
    }
}
