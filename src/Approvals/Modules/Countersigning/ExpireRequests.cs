using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Countersigning.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>Requests that nobody decided in time, or whose matter has ended, are over; whoever asked is told.</summary>
internal static class ExpireRequests
{
    [RecordAs("结束逾期未批的提请", "End requests that nobody decided in time")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(int Requests = 100) : ICommand<int>;

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("countersigning.end-requests");
            while (await mediator.Send(new Command(), ct) == new Command().Requests)
            {
            }
        }
    }

    private sealed class Expiring(Db db, RequestInHand requests, ZoneClock clock) : IRequestHandler<Command, int>
    {
        private const string Overdue = "SELECT number FROM countersigning_request WHERE state = 'Pending' AND expires_on < @today ORDER BY id";

        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            var numbers = await db.First<string>(command.Requests, Overdue, new { today = clock.Today }, ct);
            foreach (var number in numbers)
            {
                var row = await requests.Find(number, ct);
                if (!await requests.TrySettle(row, RequestState.Expired, null, ct)) continue; // decided meanwhile
                await requests.TellAsker(
                    row,
                    RequestState.Expired,
                    new($"到 {Words.Day(row.ExpiresOn)} 无人批准，没有生效。仍需办理的，请重新提请。", $"Nobody approved it by {Words.Day(row.ExpiresOn)}, and nothing was done. Ask again if it is still needed."),
                    ct);
            }

            return numbers.Count;
        }
    }

    private sealed class Ending(Db db, RequestInHand requests, Trail trail) : IRequestHandler<EndRequests, Unit>
    {
        private const string OfSubject = "SELECT number FROM countersigning_request WHERE subject = @Subject AND state = 'Pending' ORDER BY id";

        public async Task<Unit> Handle(EndRequests command, CancellationToken ct)
        {
            var subject = trail.Current?.Subject;
            foreach (var number in await db.Query<string>(OfSubject, new { command.Subject }, ct))
            {
                var row = await requests.Find(number, ct);
                if (!await requests.TrySettle(row, RequestState.Ended, command.Why.Zh, ct)) continue; // decided meanwhile
                await requests.TellAsker(row, RequestState.Ended, command.Why, ct);
            }

            if (subject is not null) trail.OnSubject(subject); // it is the record of what ended them
            return Unit.Value;
        }
    }
}
