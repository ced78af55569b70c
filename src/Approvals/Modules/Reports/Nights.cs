using Approvals.Modules.Access.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>
/// Makes every report that is missing, in order, each in a transaction of its own: the night's, and those of nights on
/// which nothing ran. Whatever ends it half way, the next run goes on behind the last day that was made, read or compared.
/// </summary>
internal sealed class Nights(IMediator mediator)
{
    public const string JobName = "reports.nightly";

    /// <param name="IsReading">The cases are being read; otherwise a day was made.</param>
    /// <param name="LookedAt">Cases read so far.</param>
    internal sealed record Progress(bool IsReading, long LookedAt, DateOnly? Day, int Left, int Revised);

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(Nights nights, Actor actor)
    {
        [DisableConcurrentExecution(60)]
        public Task Run(CancellationToken ct)
        {
            actor.BecomeSystem(JobName);
            return nights.MakeUp(null, null, null, ct);
        }
    }

    /// <param name="upTo">The last day wanted; the last that is over unless given.</param>
    /// <param name="again">Why all cases are read once more and every report compared; null for the ordinary run.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="ct">Stops between two steps.</param>
    /// <returns>Days made, and reports that got a revision.</returns>
    public async Task<(int Made, int Revised)> MakeUp(DateOnly? upTo, string? again, Action<Progress>? progress, CancellationToken ct)
    {
        var standing = await mediator.Send(new OpenReports.Command(again), ct);
        while (!standing.IsOpen)
        {
            progress?.Invoke(new(true, standing.LookedAt, null, 0, 0));
            standing = await mediator.Send(new OpenReports.Command(), ct);
        }

        var (made, revised) = (0, 0);
        if (standing.CompareFrom <= standing.CompareTo)
            foreach (var day in (await mediator.Send(new ListRuns.Days(), ct)).Where(d => d >= standing.CompareFrom && d <= standing.CompareTo))
                if ((await mediator.Send(new RecomputeReport.Command(day, standing.Reason, OnlyIfChanged: true), ct)).IsNew) revised++;

        var kept = new KeepLateEntries.Result(null);
        while ((kept = await mediator.Send(new KeepLateEntries.Command(kept.Last), ct)).Last is not null)
        {
        }

        while (await mediator.Send(new MakeReport.Command(upTo), ct) is { Day: { } day } night)
        {
            (made, revised) = (made + 1, revised + night.Revised.Count);
            progress?.Invoke(new(false, standing.LookedAt, day, night.Left, night.Revised.Count));
        }

        await mediator.Send(new TellSubscribers.Command(), ct);
        return (made, revised);
    }
}
