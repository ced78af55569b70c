using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>What a department tells the applicant in writing.</summary>
internal enum CaseNotice
{
    /// <summary>暂停计时告知书.</summary>
    Pause,

    /// <summary>延长办理期限告知书.</summary>
    Extension,
}

/// <summary>打印告知书: each printing of a notice is on record, as that of the window's papers.</summary>
internal static class PrintNotice
{
    /// <param name="N">Which pause or extension of the case.</param>
    [RecordAs("打印告知书", "Print a notice", Subject.Case)]
    [Needs(Act.HandleCase)]
    internal sealed record Command(CaseNotice Notice, int N, string Number = "") : ICommand<int>;

    /// <param name="Printed">The printing that has just been entered, as <see cref="PrintedPaper.Key"/> names it.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(CaseNotice Notice, int N, string Number, string? Printed = null) : IRequest<Result>;

    internal sealed record Result(ShowCase.Result Shown, PrintedPaper Paper);

    public static string Key(CaseNotice notice, int n, string number, int printing) => PrintedPaper.Key(number.ToUpperInvariant(), Paper(notice, n), printing);

    private static string Paper(CaseNotice notice, int n) => $"{notice}-{n}";

    private sealed class Handler(IMediator mediator, Actor actor, CatalogueInForce catalogue, CalendarInForce calendar) : IRequestHandler<Command, int>, IRequestHandler<Query, Result>
    {
        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            var shown = await mediator.Send(new ShowCase.Query(command.Number), ct);
            if (!IsOwn(shown))
            {
                var owner = catalogue.Current.Department(shown.Case.Department)?.Name ?? new Text(shown.Case.Department, shown.Case.Department);
                throw Refused.Forbidden("case.otherDepartment", $"{shown.Case.Number} 由{owner.Zh}办理，请联系该部门。", $"{shown.Case.Number} is in the hands of {owner.En}; ask that department.");
            }

            return await mediator.Send(new KeepPrint(shown.Case.Number, Paper(command.Notice, command.N), Says(command.Notice, command.N, shown)), ct);
        }

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var shown = await mediator.Send(new ShowCase.Query(query.Number), ct);
            var (number, paper) = (shown.Case.Number, Paper(query.Notice, query.N));
            return new(shown, PrintedPaper.Of(number, paper, await mediator.Send(new PrintsOf(number, paper, Says(query.Notice, query.N, shown)), ct), IsOwn(shown), query.Printed, isChinese: true));
        }

        private bool IsOwn(ShowCase.Result shown) => actor.May(Act.HandleCase, new Place(shown.Case.Department));

        private IReadOnlyList<Particular> Says(CaseNotice notice, int n, ShowCase.Result shown) =>
        [
            .. Particular.OfProject(shown.ProjectName, shown.Enterprise),
            .. notice == CaseNotice.Pause ? OfPause(PauseNoticeModel.Of(shown, n), n, shown) : OfExtension(ExtensionNoticeModel.Of(shown, n), shown),
        ];

        private IReadOnlyList<Particular> OfPause(PauseFact pause, int n, ShowCase.Result shown) =>
        [
            new(new("起始日期", "From"), Words.Day(pause.From)),
            new(new("所需时间", "Time needed"), $"{pause.PlannedDays}"),
            new(new("预计结束", "Expected end"), Words.Day(PauseNoticeModel.Ends(pause, calendar.Current)?.Date)),
            new(new("听证", "Hearing"), Words.Day(shown.Pauses.First(p => p.Notice == n).Hearing?.HeldOn)),
        ];

        private static IReadOnlyList<Particular> OfExtension(ExtensionFact extension, ShowCase.Result shown) =>
        [
            new(new("延长的工作日", "Working days granted"), extension.RemovedAt is null ? $"{extension.Days}" : "0"),
            .. shown.Clocks.Where(k => k.ExtensionDays > 0 && k.DueOn is not null).Select(k => new Particular(new($"{Rules.Name(k.Rule).Zh}到期", $"{Rules.Name(k.Rule).En} due"), Words.Day(k.DueOn))),
        ];
    }
}
