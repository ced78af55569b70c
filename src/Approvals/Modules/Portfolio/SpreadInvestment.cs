using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>按月均摊年度计划: the plan of a year over its twelve months, to the fen; what was invested stays.</summary>
internal static class SpreadInvestment
{
    /// <param name="Total">The plan of the whole year.</param>
    /// <param name="Seen">The plans of its months as its author saw them, as <see cref="Plans"/> writes them; none: whatever they are.</param>
    /// <param name="ProjectCode">The project.</param>
    [RecordAs("均摊年度投资计划", "Spread the plan of a year", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    internal sealed record Command(int Year, decimal? Total, MoneyUnit Unit = MoneyUnit.Yuan, string ProjectCode = "", string? Seen = null) : ICommand<Unit>;

    /// <summary>The plans of the months of a year in one text.</summary>
    public static string Plans(IEnumerable<long?> fen) => string.Join(' ', fen.Select(f => f is { } value ? value.ToString(System.Globalization.CultureInfo.InvariantCulture) : "-"));

    public static void Map(RouteGroupBuilder api) => api
        .MapPut("/projects/{code}/investment/year", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Portfolio").WithSummary("Spread the investment planned for a year evenly over its months");

    /// <summary>By every month's end the share of the year that is over, whole fen: after three months exactly a quarter where the total can be quartered.</summary>
    public static long OfMonth(long total, int month) => (long)((decimal)total * month / 12) - (long)((decimal)total * (month - 1) / 12);

    public static void CheckYear(Check check, int year, string field) => check.That(
        year is >= Month.FirstYear and <= Month.LastYear, "investment.year", field, $"年份应在 {Month.FirstYear} 至 {Month.LastYear} 之间。", $"The year must be between {Month.FirstYear} and {Month.LastYear}.");

    private sealed class Handler(IMediator mediator, EnterInvestment.Writer writer) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await mediator.Send(new DemandOwnProject(command.ProjectCode), ct);
            var check = new Check();
            CheckYear(check, command.Year, "year");
            check.That(command.Total is not null, "field.required", "total", "请填写年度计划投资。", "The plan of the year is required.");
            var total = EnterInvestment.Fen(check, command.Total, command.Unit, "total", "年度计划投资", "The plan of the year") ?? 0;
            check.Done();
            var known = new List<Outlay>();
            for (var number = 1; number <= 12; number++) known.Add(await writer.Find(project.Id, new Month(command.Year, number), ct));
            if (command.Seen is { } seen && seen != Plans(known.Select(m => m.Planned)))
                throw Refused.Conflict("investment.changed", $"{command.Year} 年的月度计划刚由他人改动，没有均摊。请核对后再均摊。", $"Somebody has just changed plans of {command.Year}; nothing is spread. Look at them and spread again.");
            await writer.Write(project.Id, known.Select(m => new EnterInvestment.Entered(m with { Planned = OfMonth(total, m.Month.Number) })), ct);
            return Unit.Value;
        }
    }
}
