using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>The due dates that a case would have after a pause, its end or an extension; looked at before it is confirmed.</summary>
internal static class PreviewCaseDates
{
    internal enum Change
    {
        Pause,
        Resume,
        Extension,
        NoExtension,
    }

    /// <param name="Number">The case.</param>
    /// <param name="What">What would be done.</param>
    /// <param name="Kind">Of the pause that would begin or end.</param>
    /// <param name="On">The first day of the pause, or its last; today where none is given.</param>
    /// <param name="Days">Working days that the pause is planned for, or that the extension has.</param>
    [Needs(Act.SeeCentre)]
    internal sealed record Query(string Number, Change What, string? Kind = null, DateOnly? On = null, int? Days = null) : IRequest<Result>;

    /// <param name="Clocks">Each limit that runs.</param>
    /// <param name="ResumedOn">For a pause: the last day of what is planned, by which the dates are computed; while it is open they are unknown.</param>
    internal sealed record Result(IReadOnlyList<ClockPreview> Clocks, DateOnly? ResumedOn);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/cases/{number}/preview", (string number, Change what, string? kind, DateOnly? on, int? days, IMediator mediator) =>
                mediator.Send(new Query(number, what, kind, on, days)))
            .Needs<Query>().WithSummary("The due dates a pause, its end or an extension would give").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        private const string Find = "SELECT id FROM permits_case WHERE number = @number";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var number = query.Number.Trim().ToUpperInvariant();
            var id = await db.Find<long?>(Find, new { number }, ct) ?? throw CaseInHand.Unknown(number);
            var on = query.On ?? clock.Today;
            switch (query.What)
            {
                case Change.Pause:
                    var kind = PauseCase.KindOf(query.Kind);
                    new Check().Planned(query.Days, kind).InCalendar(on, "from").Done();
                    var end = calendar.Current.Add(on, query.Days!.Value).Date;
                    return new(await mediator.Send(new PreviewClocks("case", id, PauseFrom: on, PauseTo: end), ct), end);
                case Change.Resume:
                    var ending = (await mediator.Send(new PausesOf("case", id), ct)).FirstOrDefault(p => p.To is null && p.Kind == PauseCase.KindOf(query.Kind).Code)
                        ?? throw Refused.Conflict("pause.notOpen", "没有可以恢复的暂停。", "There is no open pause to resume.");
                    return new(await mediator.Send(new PreviewClocks("case", id, ResumeFrom: ending.From, ResumeTo: on), ct), null);
                case Change.Extension:
                    new Check().That(query.Days is >= 1 and <= 15, "extension.days", "days", "延长为 1 至 10 个工作日，联合办理的为 1 至 15 个（行政许可法第四十二条）。", "An extension is 1 to 10 working days, 1 to 15 for joint handling (Administrative Licensing Law art. 42).").Done();
                    return new(await mediator.Send(new PreviewClocks("case", id, Extension: query.Days), ct), null);
                default:
                    return new(await mediator.Send(new PreviewClocks("case", id, Extension: 0), ct), null);
            }
        }
    }

    private static Check InCalendar(this Check check, DateOnly day, string field) => check
        .That(WorkingDays.Covers(day) && day.Year < WorkingDays.LastYear, "calendar.dateOutside", field, $"日期 {Words.Day(day)} 不在日历之内，请更正。", $"The day {Words.Day(day)} lies outside the calendar; correct it.");
}
