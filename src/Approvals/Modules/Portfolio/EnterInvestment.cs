using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>The unit in which somebody writes an amount; it is kept in whole fen.</summary>
internal enum MoneyUnit
{
    Yuan,
    Wan,
}

/// <summary>填报投资: what is planned and what was invested in the months named; the other months stay.</summary>
internal static class EnterInvestment
{
    public const int MostMonths = 120;

    /// <summary>10 trillion yuan, as for the project as a whole.</summary>
    private const decimal MostYuan = 10_000_000_000_000;

    /// <param name="Month">As 2026-03.</param>
    /// <param name="Planned">Nothing takes the plan of the month away.</param>
    /// <param name="Actual">Nothing takes the report of the month away; never of a month to come.</param>
    /// <param name="Seen">What stood there when it was filled in: what is left as it was seen is not written, and what somebody else changed meanwhile is not overwritten. None: whatever stands there.</param>
    internal sealed record Entry(string? Month, decimal? Planned, decimal? Actual, Amounts? Seen = null);

    /// <summary>Both amounts of a month.</summary>
    internal sealed record Amounts(decimal? Planned, decimal? Actual);

    /// <summary>What is to be written of a month, and what its author saw there.</summary>
    internal sealed record Entered(Outlay Now, Outlay? Seen = null);

    /// <param name="Unit">Of all amounts here.</param>
    /// <param name="ProjectCode">The project.</param>
    [RecordAs("填报投资", "Enter investment", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    internal sealed record Command(IReadOnlyList<Entry>? Months, MoneyUnit Unit = MoneyUnit.Yuan, string ProjectCode = "") : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPut("/projects/{code}/investment", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Portfolio").WithSummary("Enter what a project plans to invest and has invested, by month");

    /// <summary>In fen; 0 where it was refused, null where nothing was written.</summary>
    public static long? Fen(Check check, decimal? amount, MoneyUnit unit, string field, string zh, string en) => amount is null
        ? null
        : unit == MoneyUnit.Wan
        ? check.Whole(amount, 6, 0, MostYuan / 10_000, field, zh, en, new("万元", "ten thousand yuan"))
        : check.Whole(amount, 2, 0, MostYuan, field, zh, en, new("元", "yuan"));

    /// <summary>The months as they are stored, and in <paramref name="check"/> all that is wrong with them.</summary>
    public static IReadOnlyList<Entered> Read(Check check, IReadOnlyList<Entry> months, MoneyUnit unit, DateOnly today)
    {
        var read = new List<Entered>();
        for (var i = 0; i < months.Count; i++)
        {
            if (months[i] is not { } entry)
            {
                check.Add("field.required", $"months[{i}]", "月份列表中有空项，请删除。", "The list of months has an empty entry; remove it.");
                continue;
            }

            if (Month.Read(entry.Month) is not { } month)
            {
                check.Add("investment.month", $"months[{i}].month", $"「{entry.Month}」不是月份，请写成 2026-03 的样子，年份在 {Month.FirstYear} 至 {Month.LastYear} 之间。", $"“{entry.Month}” is no month: write it as 2026-03, between {Month.FirstYear} and {Month.LastYear}.");
                continue;
            }

            check.That(read.All(r => r.Now.Month != month), "investment.twice", $"months[{i}].month", $"{month} 重复填写。", $"{month} is given twice.");
            check.That(entry.Actual is null || month <= Month.Of(today), "investment.future", $"months[{i}].actual", $"{month} 还没有到，不能填报完成投资。", $"{month} has not come: nothing can have been invested in it.");
            read.Add(new(Of(entry.Planned, entry.Actual, ""), entry.Seen is { } seen ? Of(seen.Planned, seen.Actual, "seen.") : null));

            Outlay Of(decimal? planned, decimal? actual, string part) => new(
                month,
                Fen(check, planned, unit, $"months[{i}].{part}planned", $"{month} 计划投资", $"The plan of {month}"),
                Fen(check, actual, unit, $"months[{i}].{part}actual", $"{month} 完成投资", $"The investment of {month}"));
        }

        return read;
    }

    /// <summary>More in a month than the whole project costs is a slip of the unit, and would turn a light green.</summary>
    public static void Fits(Check check, ProjectFacts project, Outlay month, string field, Text where)
    {
        foreach (var (fen, part, zh, en) in new[] { (month.Planned, "planned", "计划投资", "plan"), (month.Actual, "actual", "完成投资", "investment") })
            check.That(
                fen is not { } amount || project.InvestmentFen == 0 || amount <= project.InvestmentFen, "investment.aboveTotal", field.EndsWith('.') ? field + part : field,
                $"{where.Zh}{month.Month} 的{zh} {Measures.Yuan(fen ?? 0)} 元超过项目总投资 {Measures.Yuan(project.InvestmentFen)} 元，请核对金额和单位（元、万元）。",
                $"{where.En}The {en} of {month.Month}, {Measures.Yuan(fen ?? 0)} yuan, is more than the whole project costs, {Measures.Yuan(project.InvestmentFen)} yuan; check the amount and its unit.");
    }

    internal sealed class Writer(Db db, Actor actor, ZoneClock clock, Trail trail)
    {
        private const string Known = "SELECT month, planned_fen, actual_fen, entered_by FROM portfolio_investment WHERE project_id = @projectId AND month = @month";

        private const string Change = """
            UPDATE portfolio_investment SET planned_fen = @planned, actual_fen = @actual, entered_by = @by, entered_at = @at
             WHERE project_id = @projectId AND month = @month
               AND (planned_fen = @wasPlanned OR (planned_fen IS NULL AND @wasPlanned IS NULL))
               AND (actual_fen = @wasActual OR (actual_fen IS NULL AND @wasActual IS NULL))
            """;

        private const string Insert = """
            INSERT INTO portfolio_investment (project_id, month, planned_fen, actual_fen, entered_by, entered_at)
            VALUES (@projectId, @month, @planned, @actual, @by, @at)
            """;

        public async Task<Outlay> Find(long projectId, Month month, CancellationToken ct) =>
            await Stored(projectId, month, ct) is { } row ? new(month, row.PlannedFen, row.ActualFen) : new(month, null, null);

        /// <exception cref="Refused">Somebody has entered something else since it was seen; each such month is named with what stands there now.</exception>
        public async Task Write(long projectId, IEnumerable<Entered> months, CancellationToken ct)
        {
            var (met, written) = (new List<Problem>(), 0);
            foreach (var (given, seen) in months)
            {
                var stored = await Stored(projectId, given.Month, ct);
                var was = new Outlay(given.Month, stored?.PlannedFen, stored?.ActualFen);
                // What its author left as it was stays what it is.
                var now = seen is not { } shown ? given : new(given.Month, given.Planned == shown.Planned ? was.Planned : given.Planned, given.Actual == shown.Actual ? was.Actual : given.Actual);
                if (was == now) continue;
                if (seen is { } before && ((now.Planned != was.Planned && was.Planned != before.Planned) || (now.Actual != was.Actual && was.Actual != before.Actual)))
                {
                    met.Add(Met(was, stored?.EnteredBy));
                    continue;
                }

                var row = new { projectId, month = now.Month.Stored, planned = now.Planned, actual = now.Actual, by = actor.Name, at = clock.Now, wasPlanned = was.Planned, wasActual = was.Actual };
                if (!(stored is null ? await db.TryInsert(Insert, row, ct) : await db.Execute(Change, row, ct) > 0))
                {
                    met.Add(Met(await Find(projectId, now.Month, ct), null));
                    continue;
                }

                written++;
                trail.Changed(new($"{now.Month} 计划投资", $"Plan of {now.Month}"), Said(was.Planned), Said(now.Planned));
                trail.Changed(new($"{now.Month} 完成投资", $"Invested in {now.Month}"), Said(was.Actual), Said(now.Actual));
            }

            if (met.Count > 0) throw new Refused(RefusedAs.Conflict, met);
            if (written > 0) await NoteChanges.Of(db, projectId, ct);
        }

        private async Task<Row?> Stored(long projectId, Month month, CancellationToken ct) => await db.Find<Row>(Known, new { projectId, month = month.Stored }, ct);

        private static Problem Met(Outlay now, string? by) => new("investment.changed", "", new(
            $"{now.Month} 刚由{by ?? "他人"}填报为计划 {Written(now.Planned).Zh}、完成 {Written(now.Actual).Zh}，您的数没有保存。请核对后再保存。",
            $"{by ?? "Somebody"} has just entered {now.Month}: {Written(now.Planned).En} planned, {Written(now.Actual).En} done. Yours is not saved; look at it and save again."));

        private static Text Written(long? fen) => fen is { } value ? new($"{Measures.Yuan(value)} 元", $"{Measures.Yuan(value)} yuan") : new("空", "nothing");

        private static string Said(long? fen) => fen is { } value ? Measures.Yuan(value) : "";

        private sealed record Row
        {
            public int Month { get; init; }
            public long? PlannedFen { get; init; }
            public long? ActualFen { get; init; }
            public string EnteredBy { get; init; } = "";
        }
    }

    private sealed class Handler(IMediator mediator, Writer writer, ZoneClock clock) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await mediator.Send(new DemandOwnProject(command.ProjectCode), ct);
            var given = command.Months ?? [];
            var check = new Check().That(given.Count is > 0 and <= MostMonths, "field.required", "months", $"请填写 1 至 {MostMonths} 个月份。", $"Give 1 to {MostMonths} months.");
            if (!check.Failed)
            {
                var months = Read(check, given, command.Unit, clock.Today);
                for (var i = 0; i < months.Count && months.Count == given.Count; i++) Fits(check, project, months[i].Now, $"months[{i}].", new("", ""));
                check.Done();
                await writer.Write(project.Id, months, ct);
            }

            check.Done();
            return Unit.Value;
        }
    }
}
