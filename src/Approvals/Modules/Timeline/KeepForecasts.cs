using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>Each week keeps once what the forecast says of everything that is open, on Monday or on the first day on which the job runs, so that the week can be held against it; what is kept stays. It reads outside a transaction and writes some projects at a time.</summary>
internal static partial class KeepForecasts
{
    private const int Share = 50;

    internal sealed record Open(long ProjectId, string Code, DateOnly Likely);

    [RecordAs("保存本周预测", "Keep the forecasts of the week")]
    [Needs(Act.Operate)]
    internal sealed record Command(DateOnly On, IReadOnlyList<Open> Rows) : ICommand<int>;

    /// <summary>The next projects that are not in production yet, and of which nothing is kept since Monday.</summary>
    internal sealed record Next(long After, DateOnly Monday) : IRequest<IReadOnlyList<(long Id, string Code)>>, IInside;

    /// <summary>The door for Hangfire.</summary>
    internal sealed partial class Job(IMediator mediator, Actor actor, ZoneClock clock, ILogger<Job> log)
    {
        /// <exception cref="InvalidOperationException">Of some projects there is no forecast; those of all others are kept.</exception>
        [AutomaticRetry(Attempts = 0)]
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("timeline.keep-forecasts");
            var (today, monday) = (clock.Today, ShowWeek.Monday(clock.Today.AddDays(1)));
            var (after, failed) = (0L, new List<string>());
            while (await mediator.Send(new Next(after, monday), ct) is { Count: > 0 } projects)
            {
                var rows = new List<Open>();
                foreach (var (id, code) in projects)
                {
                    try
                    {
                        rows.AddRange((await mediator.Send(new ShowSchedule.Query(code), ct)).Rows.Where(r => !r.IsDone).Select(r => new Open(id, r.Code, r.ShownOn)));
                    }
                    catch (Exception error) when (!ct.IsCancellationRequested)
                    {
                        NoForecast(code, error);
                        failed.Add(code);
                    }
                }

                await mediator.Send(new Command(today, rows), ct);
                after = projects[^1].Id;
            }

            if (failed.Count > 0) throw new InvalidOperationException($"No forecast of {string.Join(", ", failed.Take(20))}{(failed.Count > 20 ? $" and {failed.Count - 20} more" : "")}; the log says why.");
        }

        [LoggerMessage(LogLevel.Error, "The forecast of project {Project} cannot be worked out")]
        private partial void NoForecast(string project, Exception error);
    }

    private sealed class Reading(Db db) : IRequestHandler<Next, IReadOnlyList<(long Id, string Code)>>
    {
        private const string NotKept = """
            SELECT p.id, p.code
              FROM projects_public_project p
             WHERE p.id > @After
               AND NOT EXISTS (SELECT m.kind FROM projects_public_milestone m WHERE m.project_id = p.id AND m.phase = 0 AND m.kind = 'Production' AND m.reached_on IS NOT NULL)
               AND NOT EXISTS (SELECT w.code FROM timeline_week w WHERE w.project_id = p.id AND w.week_on >= @Monday)
             ORDER BY p.id
            """;

        public async Task<IReadOnlyList<(long Id, string Code)>> Handle(Next query, CancellationToken ct) => [.. (await db.First<Row>(Share, NotKept, query, ct)).Select(r => (r.Id, r.Code))];

        private sealed record Row
        {
            public long Id { get; init; }
            public string Code { get; init; } = "";
        }
    }

    private sealed class Handler(Db db, Trail trail) : IRequestHandler<Command, int>
    {
        private const int WeeksKept = 53;

        private const string Drop = "DELETE FROM timeline_week WHERE week_on < @old";

        private const string Keep = "INSERT INTO timeline_week (project_id, week_on, code, likely_on) VALUES (@ProjectId, @on, @Code, @Likely)";

        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            trail.Changed(new("清理的旧预测", "Old forecasts dropped"), 0, await db.Execute(Drop, new { old = command.On.AddDays(-WeeksKept * 7) }, ct));
            var rows = (command.Rows ?? []).Select(r => new { r.ProjectId, on = command.On, r.Code, r.Likely }).ToList();
            trail.Changed(new($"{Words.Day(command.On)} 当周的预测", $"Forecasts of the week of {Words.Day(command.On)}"), 0, rows.Count);
            return rows.Count == 0 ? 0 : await db.Execute(Keep, rows, ct);
        }
    }
}
