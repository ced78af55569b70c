using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>What the window gives an applicant on paper.</summary>
internal enum WindowPaper
{
    /// <summary>收件回执.</summary>
    Receipt,

    /// <summary>受理通知书.</summary>
    Acceptance,

    /// <summary>一次性补正告知书.</summary>
    Correction,

    /// <summary>不予受理通知书, 不受理告知书.</summary>
    Refusal,
}

/// <summary>打印文书: each printing of a paper of the window is on record. From the second on it is a 补打: the paper says so, by whom, and what has been put right or has moved since the first.</summary>
internal static class PrintPaper
{
    [RecordAs("打印文书", "Print a paper", Subject.Application)]
    [Needs(Act.TakeIn)]
    internal sealed record Command(WindowPaper Paper, string Number = "") : ICommand<int>;

    /// <param name="Printed">The printing that has just been entered, as <see cref="PrintedPaper.Key"/> names it.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(WindowPaper Paper, string Number, string? Printed = null) : IRequest<Result>;

    internal sealed record Result(GetApplication.Result Application, PrintedPaper Paper);

    public static string Key(WindowPaper paper, string number, int printing) => PrintedPaper.Key(number.ToUpperInvariant(), paper.ToString(), printing);

    private sealed class Handler(IMediator mediator, Actor actor) : IRequestHandler<Command, int>, IRequestHandler<Query, Result>
    {
        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            var application = await Find(command.Paper, command.Number, ct);
            if (!IsOwn(application)) throw WindowScope.Other(application.Head.Number, application.Head.Window ?? "");
            return await mediator.Send(new KeepPrint(application.Head.Number, command.Paper.ToString(), Says(command.Paper, application)), ct);
        }

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var application = await Find(query.Paper, query.Number, ct);
            var (number, paper) = (application.Head.Number, query.Paper.ToString());
            return new(application, PrintedPaper.Of(number, paper, await mediator.Send(new PrintsOf(number, paper, Says(query.Paper, application)), ct), IsOwn(application), query.Printed));
        }

        private bool IsOwn(GetApplication.Result application) => actor.May(Act.TakeIn, application.Project.Place() with { Window = application.Head.WindowId });

        private async Task<GetApplication.Result> Find(WindowPaper paper, string given, CancellationToken ct)
        {
            var application = await mediator.Send(new GetApplication.Query(given), ct);
            var (head, number) = (application.Head, application.Head.Number);
            if (paper == WindowPaper.Acceptance && head is not { AnsweredAt: not null, State: ApplicationState.Accepted })
                throw Refused.Conflict("application.notAccepted", $"申请 {number} 没有受理，没有受理通知书。", $"Application {number} is not accepted; there is no notice of acceptance.");
            if (paper == WindowPaper.Correction && application.Correction is null)
                throw Refused.Conflict("application.notCorrecting", $"申请 {number} 没有告知过补正，没有补正告知书。", $"No correction was asked for of application {number}; there is no such notice.");
            if (paper == WindowPaper.Refusal && head.State is not (ApplicationState.NotAccepted or ApplicationState.NoPermitNeeded))
                throw Refused.Conflict("application.notRefused", $"申请 {number} 没有不予受理，没有不予受理通知书。", $"Application {number} was not turned away; there is no such notice.");
            return application;
        }

        private static IReadOnlyList<Particular> Says(WindowPaper paper, GetApplication.Result application)
        {
            var (head, says) = (application.Head, Particular.OfProject(application.Project.Name, application.Project.Enterprise));
            if (paper == WindowPaper.Receipt) says = [.. says, new(new("申请人", "Applicant"), head.Applicant), new(new("联系电话", "Phone"), head.ApplicantPhone)];
            if (paper is WindowPaper.Receipt or WindowPaper.Acceptance) says = [.. says, .. application.Cases.Select(c => new Particular(new($"{c.Number} 到期", $"{c.Number} due"), Words.Day(c.DueOn)))];
            if (paper == WindowPaper.Receipt) says = [.. says, new(new("已收材料", "Documents received"), string.Join('、', application.Materials.Where(m => m.IsGiven).Select(m => m.Document)))];
            return says;
        }
    }
}
