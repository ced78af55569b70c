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
    /// <param name="ProjectCode">The project.</param>
    [RecordAs("均摊年度投资计划", "Spread the plan of a year", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    internal sealed record Command(int Year, decimal? Total, MoneyUnit Unit = MoneyUnit.Yuan, string ProjectCode = "") : ICommand<Unit>;

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
            var months = new List<Outlay>();
            for (var number = 1; number <= 12; number++)
            {
                var month = new Month(command.Year, number);
                months.Add(new(month, OfMonth(total, number), (await writer.Find(project.Id, month, ct))?.Actual));
            }

            await writer.Write(project.Id, months, ct);
            return Unit.Value;
        }
    }
}
