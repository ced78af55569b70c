using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>A file that was uploaded by mistake no longer counts, until the window has answered or has received what was owed. It stays, and says who took it back.</summary>
internal static class TakeBackFile
{
    [RecordAs("撤回材料文件", "Take back a file", Subject.Application, NamesFiles = true)]
    [Needs(Act.TakeIn)]
    internal sealed record Command(string Code, string Number = "") : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapDelete("/applications/{number}/files/{code}", async (string number, string code, IMediator mediator) =>
        {
            await mediator.Send(new Command(code, number));
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Take a file back: it stays, and no longer counts");

    private sealed class Handler(Db db, IMediator mediator, FilesInReach reach, CasePapers papers, Actor actor, Trail trail) : IRequestHandler<Command, Unit>
    {
        // A document that was handed in on paper as well keeps its tick.
        private const string Forget = "DELETE FROM onewindow_ticked_by_file WHERE application_id = @Id AND document = @Document";

        private const string Untick = """
            UPDATE onewindow_material
               SET is_given = 0, given_at = NULL
             WHERE application_id = @Id AND document = @Document
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var seen = await reach.See(command.Number, ct);
            if (!seen.IsAgents && !seen.IsWindows && !actor.IsSystem)
                throw Refused.Forbidden("file.notYourProject", "代办员只能撤回自己项目的材料。", "An agent takes back files of their own projects.");
            var number = seen.Application.Number;
            var file = await mediator.Send(new TakeFileBack(number, command.Code ?? ""), ct);
            trail.Changed(new($"{file.Document} 文件", $"Files of {file.Document}"), $"v{file.Version} {file.Name}", null);
            if (file.CaseNumber.Length > 0)
            {
                var of = (await papers.Of(seen, [], ct)).First(c => c.Case.Number == file.CaseNumber);
                var paper = of.Papers.First(p => p.Code == file.Document);
                if (!paper.IsOwed) throw Refused.Forbidden("file.ofCase", "办理件的文书由承办部门替换。", "A paper of a case is replaced by its department.");
                if (paper.IsSettled || !await papers.IsHeld(of.Case, paper, ct)) throw Refused.Conflict("file.settled", $"{paper.Name.Zh} 已补交，文件不再更换。", $"{paper.Name.En} is received: its file is no longer exchanged.");
                return Unit.Value;
            }

            await reach.HoldOpen(seen.Application, "", ct);
            var left = (await mediator.Send(new FilesOf(number), ct)).Any(f => f.CaseNumber.Length == 0 && f.Document == file.Document && f.EndedAt is null);
            var line = new { seen.Application.Id, file.Document };
            if (!left && await db.Execute(Forget, line, ct) > 0) await db.Execute(Untick, line, ct);
            return Unit.Value;
        }
    }
}
