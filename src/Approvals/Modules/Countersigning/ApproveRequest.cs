using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>
/// 批准: what was asked for is done, as whoever asked, with whoever approves on record; both in one transaction. Where it
/// can no longer be done, the request stays as it is.
/// </summary>
internal static class ApproveRequest
{
    [RecordAs("批准提请", "Approve a request")]
    [Needs(Act.Countersign)]
    internal sealed record Command(string Number = "") : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/requests/{number}/approve", async (string number, IMediator mediator) =>
            {
                await mediator.Send(new Command(number));
                return Results.NoContent();
            })
            .Needs<Command>().WithSummary("Approve what somebody else asked for: it is done").WithTags("Countersigning");

    private sealed class Handler(Db db, IMediator mediator, RequestInHand requests, Actor actor, SecondPerson second, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Closed = "SELECT COUNT(*) FROM access_public_user WHERE (id = @AskerId OR login = @AskerOnBehalfOf) AND is_active = 0";
        // What had no number before it was done is found by the one it has got.
        private const string Renumber = "UPDATE countersigning_request SET subject = @Subject WHERE id = @Id";

        private const string Asker = "SELECT id, login, name FROM access_public_user WHERE id = @AskerId";
        private const string Behalf = "SELECT id, login, name FROM access_public_user WHERE login = @AskerOnBehalfOf";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var row = await requests.See(command.Number, ct);
            await requests.DemandDecider(row, ct);
            if (await db.Find<int>(Closed, new { row.AskerId, row.AskerOnBehalfOf }, ct) > 0)
                throw Refused.Conflict("request.askerGone", $"提请人{row.AskerName}的账号已停用，不能再以其名义办理，请否决。", $"The account of {row.AskerName}, who asked, is closed; nothing can be done in their name. Decline it.");
            var asked = await requests.Command(row, ct);
            actor.DemandScope(TwoPersonCommands.ActOf(asked));
            await requests.Settle(row, RequestState.Approved, null, ct);
            if (await Do(row, asked, ct) is var subject && subject != row.Subject)
            {
                row = row with { Subject = subject };
                await db.Execute(Renumber, new { row.Subject, row.Id }, ct);
                trail.OnSubject(subject);
            }

            await requests.TellAsker(
                row,
                RequestState.Approved,
                new($"{actor.Name}已批准并生效：{row.SaysZh}", $"Approved by {actor.Name}, and done: {row.SaysEn}"),
                ct);
            return Unit.Value;
        }

        /// <summary>It has a record of its own, of whoever asked, beside that of the approval.</summary>
        /// <returns>What it is on, now that it is done.</returns>
        private async Task<string> Do(RequestRow row, object asked, CancellationToken ct)
        {
            var approval = new Approval(Signed(), actor.Roles, actor.Department, row.AskedAt);
            var roles = row.AskerRoles.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Role>);
            // The name that is kept names whoever was stood in for beside whoever asked.
            var behalf = row.AskerOnBehalfOf.Length == 0 ? null
                : await db.Find<Known>(Behalf, new { row.AskerOnBehalfOf }, ct) is { } known ? new StoodInFor(known.Id, known.Login, known.Name) : new(-1, row.AskerOnBehalfOf, row.AskerOnBehalfOf);
            var asker = behalf is null ? row.AskerName : (await db.Find<Known>(Asker, new { row.AskerId }, ct))?.Name ?? row.AskerLogin;
            var own = trail.Current;
            trail.Current = null;
            try
            {
                await actor.As(row.AskerId, row.AskerLogin, asker, row.AskerDepartment, roles, behalf, row.AskerWindow,
                    () => second.Approved(approval, async () =>
                    {
                        actor.ComesFrom("approval", row.Number); // whoever asked is not at the place of whoever approves
                        await TwoPersonCommands.Send(mediator, asked, ct);
                        return true;
                    }));
                return trail.Last ?? row.Subject;
            }
            catch (Refused refused)
            {
                throw new Refused(
                    RefusedAs.Conflict,
                    [
                        new("request.notDone", "", new("现在不能照办，提请仍为待批：", "It cannot be done as things stand now, and stays pending:")),
                        .. refused.Problems.Select(p => p with { Field = "" }),
                    ])
                { Persons = refused.Persons };
            }
            finally
            {
                trail.Current = own;
            }
        }

        private sealed record Known
        {
            public long Id { get; init; }
            public string Login { get; init; } = "";
            public string Name { get; init; } = "";
        }

        /// <summary>As it is kept: an account's name may be another's too, its login not.</summary>
        private string Signed()
        {
            var login = actor.OnBehalfOf is { } behalf ? $"{actor.Login}，代 {behalf}" : actor.Login;
            return $"{actor.OwnName}（{login}）" is { Length: <= 80 } signed ? signed : actor.Login;
        }
    }
}
