using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Catalogue;

/// <summary>流程计划: the earliest start and finish of each item of a process that begins on a day.</summary>
internal static class ShowPlan
{
    /// <param name="Code">The process.</param>
    /// <param name="Start">The day it begins, which is not counted; yyyy-MM-dd.</param>
    /// <param name="Version">The version in force on that day, unless said otherwise.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code, string? Start, int? Version = null) : IRequest<Result>;

    /// <param name="Finish">The day on which everything is done, or null where it cannot be promised.</param>
    /// <param name="Status"><c>PUBLISHED</c>, or <c>UNPUBLISHED</c> where a date reaches a year without a published calendar.</param>
    internal sealed record Result(
        string Process,
        int Version,
        Text Name,
        DateOnly Start,
        DateOnly? Finish,
        string Status,
        int WorkingDays,
        int WorkingDaysInSeries,
        IReadOnlyList<string> CriticalPath,
        IReadOnlyList<Line> Items);

    /// <param name="EarliestStart">Null where it reaches a year without a published calendar.</param>
    /// <param name="EarliestFinish">Null where it reaches a year without a published calendar.</param>
    internal sealed record Line(
        string Code,
        Text Name,
        string Department,
        int Stage,
        int WorkingDays,
        int StartDay,
        int FinishDay,
        int Slack,
        bool IsCritical,
        IReadOnlyList<string> Needs,
        DateOnly? EarliestStart,
        DateOnly? EarliestFinish);

    public const string Published = "PUBLISHED";
    public const string Unpublished = "UNPUBLISHED";

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/catalogue/processes/{code}/plan", (string code, string? start, int? version, IMediator mediator) => mediator.Send(new Query(code, start, version)))
        .Needs<Query>().WithTags("Catalogue").WithSummary("Earliest start and finish of each item of a process, and the critical path");

    /// <exception cref="Refused">No such process or day.</exception>
    public static Result Answer(CatalogueSnapshot catalogue, WorkingDays calendar, string code, string? start, int? version)
    {
        if (!DateOnly.TryParseExact((start ?? "").Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || !WorkingDays.Covers(day))
            throw Refused.Invalid(
                "plan.start", "start",
                $"开始日期「{start}」不是 {WorkingDays.FirstYear}–{WorkingDays.LastYear} 年的有效日期，请按 年-月-日 填写，如 2026-03-02。",
                $"The start “{start}” is not a day of {WorkingDays.FirstYear}–{WorkingDays.LastYear}; write it as yyyy-MM-dd, such as 2026-03-02.");
        var process = Find(catalogue, (code ?? "").Trim().ToUpperInvariant(), day, version);
        var plan = Plan.Of(process);
        var entries = process.Items.ToDictionary(i => i.Item.Code);
        var lines = plan.Items.Select(p =>
        {
            var entry = entries[p.Code];
            return new Line(
                p.Code, entry.Item.Name, entry.Item.Department, entry.Stage, p.Days, p.Start, p.Finish, p.Slack, p.IsCritical, entry.Needs,
                On(calendar, day, p.Start), On(calendar, day, p.Finish));
        }).ToList();
        var finish = On(calendar, day, plan.Total);
        return new(
            process.Code, process.Version, process.Name, day, finish, finish is null ? Unpublished : Published, plan.Total, plan.InSeries, plan.CriticalPath, lines);
    }

    private static DateOnly? On(WorkingDays calendar, DateOnly start, int days) =>
        calendar.TryAdd(start, days, out var due) && !due.IsProvisional ? due.Date : null;

    private static Process Find(CatalogueSnapshot catalogue, string code, DateOnly day, int? version)
    {
        var versions = catalogue.Processes.Where(p => p.Code == code).ToList();
        if (versions.Count == 0)
        {
            var known = string.Join(", ", catalogue.Processes.Select(p => p.Code).Distinct());
            throw Refused.NotFound("catalogue.unknownProcess", "code", $"目录中没有流程「{code}」，现有：{known}。", $"The catalogue has no process “{code}”; it has: {known}.");
        }

        if (version is { } wanted)
            return versions.Find(p => p.Version == wanted)
                ?? throw Refused.NotFound("catalogue.unknownVersion", "version", $"流程 {code} 没有版本 {wanted}。", $"Process {code} has no version {wanted}.");
        return catalogue.InForce(day).FirstOrDefault(p => p.Code == code)
            ?? throw Refused.Invalid(
                "catalogue.notInForce", "start",
                $"流程 {code} 在 {Words.Day(day)} 没有施行中的版本，请指明版本（{string.Join("、", versions.Select(p => p.Version))}）。",
                $"No version of process {code} is in force on {Words.Day(day)}; name one ({string.Join(", ", versions.Select(p => p.Version))}).");
    }

    private sealed class Handler(CatalogueInForce catalogue, CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        public Task<Result> Handle(Query query, CancellationToken ct) =>
            Task.FromResult(Answer(catalogue.Current, calendar.Current, query.Code, query.Start, query.Version));
    }
}
