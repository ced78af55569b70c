using System.Data.Common;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Operations;

/// <summary>
/// How the program is: one word for anybody at <c>/health</c>, what is behind it at <c>/api/health</c>, and with the reasons
/// for those who run it. Not for a load balancer: a late job is no reason to send people elsewhere.
/// </summary>
internal static class ShowHealth
{
    /// <summary>For strangers, who learn nothing of what runs here.</summary>
    internal sealed record Word : IRequest<WordResult>, IInside;

    /// <param name="Status">ok, late, failing.</param>
    internal sealed record WordResult(string Status);

    /// <summary>For the monitor of whoever runs it, with a token of theirs.</summary>
    [Needs(Act.Operate)]
    internal sealed record Query : IRequest<Result>;

    /// <param name="Status">The word.</param>
    /// <param name="Antivirus">none: uploads are not scanned; answers; away: it did not answer last time.</param>
    /// <param name="Record">whole; lostItsEnd: a record that this process had written was taken away or changed. It stays so until the process is started again.</param>
    internal sealed record Result(string Status, bool Database, IReadOnlyList<Job> Jobs, Antivirus Antivirus, RecordStanding Record);

    /// <param name="LastRun">When it last began.</param>
    /// <param name="Due">When it should have run, or should run, after that.</param>
    internal sealed record Job(string Name, string Status, DateTime? LastRun, DateTime? LastSuccess, DateTime? Due);

    /// <summary>With what anonymous callers are not told: the reasons.</summary>
    [Needs(Act.Operate)]
    internal sealed record Details : IRequest<DetailsResult>;

    internal sealed record DetailsResult(DateTime UpSince, RecordStanding Record, OutboxStanding Outbox, IReadOnlyList<WatchJobs.JobNow> Jobs, IReadOnlyList<Failure> Failures);

    internal sealed record Failure
    {
        public string Job { get; init; } = "";
        public DateTime StartedAt { get; init; }
        public DateTime EndedAt { get; init; }
        public string Detail { get; init; } = "";
    }

    internal static void Map(WebApplication app) => app.MapGet("/health", async (IMediator mediator, CancellationToken ct) =>
    {
        var health = await mediator.Send(new Word(), ct);
        return Results.Json(health, statusCode: health.Status == "ok" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }).AllowAnonymous().WithSummary("How the program is: 200 when all is well, 503 when a job is late or failing, the database cannot be reached or the audit record has lost its end.").WithTags("Operations");

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/health", (IMediator mediator, CancellationToken ct) => mediator.Send(new Query(), ct))
            .Needs<Query>().WithSummary("As /health, with the jobs, the database, the antivirus and the audit record that it is about.").WithTags("Operations");
        api.MapGet("/operations", (IMediator mediator, CancellationToken ct) => mediator.Send(new Details(), ct))
            .Needs<Details>().WithSummary("The jobs, their last runs and failures, and the outbox.").WithTags("Operations");
    }

    private sealed class Handler(IMediator mediator, Approvals.Database.Db db, Timetable timetable) : IRequestHandler<Word, WordResult>, IRequestHandler<Query, Result>, IRequestHandler<Details, DetailsResult>
    {
        private const int Shown = 50;

        private const string Failures = "SELECT job, started_at, ended_at, detail FROM operations_failure ORDER BY id DESC";

        public async Task<WordResult> Handle(Word query, CancellationToken ct)
        {
            try
            {
                var jobs = await mediator.Send(new WatchJobs.Look(), ct);
                return new(Say(jobs, await mediator.Send(new RecordNow(), ct)));
            }
            catch (DbException)
            {
                return new("failing");
            }
        }

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var record = await mediator.Send(new RecordNow(), ct);
            try
            {
                var jobs = await mediator.Send(new WatchJobs.Look(), ct);
                return new(Say(jobs, record), true, [.. jobs.Select(j => new Job(j.Job, Say(j.Standing), j.StartedAt, j.SucceededAt, j.Next))], await mediator.Send(new AntivirusNow(), ct), record);
            }
            catch (DbException)
            {
                return new("failing", false, [], await mediator.Send(new AntivirusNow(), ct), record);
            }
        }

        public async Task<DetailsResult> Handle(Details query, CancellationToken ct) => new(
            timetable.UpSince,
            await mediator.Send(new RecordNow(), ct),
            await mediator.Send(new OutboxNow(), ct),
            await mediator.Send(new WatchJobs.Look(), ct),
            await db.First<Failure>(Shown, Failures, ct: ct));

        private static string Say(IReadOnlyList<WatchJobs.JobNow> jobs, RecordStanding record) =>
            Say(record == RecordStanding.Whole ? jobs.Select(j => j.Standing).DefaultIfEmpty().Max() : JobStanding.Failing);

        private static string Say(JobStanding standing) => standing switch
        {
            JobStanding.Late => "late",
            JobStanding.Failing => "failing",
            _ => "ok",
        };
    }
}
