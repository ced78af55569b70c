using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// 逾期未告知即为受理 (行政许可法 32): an application that the window has neither accepted nor sent back within five
/// working days is accepted as of the day of receipt. However late this runs, the day is the same. Where a correction was
/// asked for in time, the applicant was told; what then stays unanswered is late, but not accepted.
/// </summary>
internal static class DeemAccepted
{
    [RecordAs("逾期未告知，登记为受理", "Count as accepted for want of an answer", Subject.Application)]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(string Number) : ICommand<DateOnly?>;

    /// <summary>The applications whose time has run out, a share at a time.</summary>
    [Needs(Act.ActOnTime)]
    internal sealed record Query(long After = 0) : IRequest<IReadOnlyList<Overdue>>;

    internal sealed record Overdue
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
    }

    /// <summary>The door for Hangfire. One application that cannot be accepted holds up no other, and is tried again with the next run.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [Hangfire.DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("onewindow.deem-accepted");
            var failed = new List<Exception>();
            var after = 0L;
            while (await mediator.Send(new Query(after), ct) is { Count: > 0 } overdue)
            {
                foreach (var application in overdue)
                {
                    try
                    {
                        await mediator.Send(new Command(application.Number), ct);
                    }
#pragma warning disable CA1031 // Kept, and thrown once the others are done.
                    catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
                    {
                        failed.Add(new InvalidOperationException($"{application.Number}: {error.Message}", error));
                    }
                }

                after = overdue[^1].Id;
            }

            if (failed.Count > 0) throw new AggregateException(failed);
        }
    }

    private sealed class Handler(Db db, Answering answering, ZoneClock clock) : IRequestHandler<Command, DateOnly?>, IRequestHandler<Query, IReadOnlyList<Overdue>>
    {
        private const int Share = 200;

        private const string Find = """
            SELECT a.id, a.number
              FROM onewindow_application a
              JOIN deadlines_public_clock k ON k.subject_id = a.id AND k.subject_kind = 'application' AND k.limit_rule = 'answer'
             WHERE a.state = 'Received' AND a.id > @After AND k.stopped_on IS NULL AND k.is_provisional = 0 AND k.due_on < @Today
               AND EXISTS (SELECT 1 FROM permits_public_case c WHERE c.application_number = a.number AND c.is_admitted = 0 AND c.status IN (1, 7))
             ORDER BY a.id
            """;

        public Task<DateOnly?> Handle(Command command, CancellationToken ct) => answering.Deem(command.Number, clock.Now, ct);

        public Task<IReadOnlyList<Overdue>> Handle(Query query, CancellationToken ct) =>
            db.First<Overdue>(Share, Find, new { query.After, clock.Today }, ct);
    }
}
