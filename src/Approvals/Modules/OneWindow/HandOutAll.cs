using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>Hands out everything that waits at the window for one application, to one person: all of it or nothing.</summary>
internal static class HandOutAll
{
    /// <param name="Recipient">Who took it.</param>
    /// <param name="HandedOutOn">Today unless said otherwise.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    /// <param name="Number">The application.</param>
    /// <param name="Cases">Whose papers; all that wait where none is named.</param>
    [RecordAs("一并出件", "Hand out all results", Subject.Application)]
    [Needs(Act.HandOut)]
    [TakesTwo]
    internal sealed record Command([property: Masked(IsName = true)] string Recipient, DateOnly? HandedOutOn = null, string Number = "", string? LateReason = null, IReadOnlyList<string>? Cases = null) : ICommand<Result>;

    /// <param name="Cases">Whose papers were handed out.</param>
    internal sealed record Result(IReadOnlyList<string> Cases);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/hand-out", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
        .Needs<Command>().WithTags("OneWindow").WithSummary("Hand out all papers of an application that wait");

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, Trail trail, LateEntry late) : IRequestHandler<Command, Result>
    {
        private const string Waiting = """
            SELECT r.case_number
              FROM onewindow_result r
              JOIN permits_public_case c ON c.id = r.case_id
             WHERE r.application_number = @number AND r.handed_out_on IS NULL AND c.status IN (11, 12, 13)
             ORDER BY r.case_number
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var number = command.Number.Trim().ToUpperInvariant();
            var named = (command.Cases ?? []).Where(c => !string.IsNullOrWhiteSpace(c)).Select(c => c.Trim().ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal).ToList();
            var cases = named.Count > 0 ? named : await db.Query<string>(Waiting, new { number }, ct);
            if (cases.Count == 0)
                throw Refused.Conflict("result.noneWaits", $"申请 {number} 没有待出件的结果，请刷新页面。", $"No result of application {number} waits to be handed out; reload the page.");
            // What comes to the window between the asking and the approval was not handed out on that day.
            if (command.HandedOutOn is { } on && on <= clock.Today && !string.IsNullOrWhiteSpace(command.Recipient))
                late.Demand(HandOut.What(command.Recipient.Trim()), on, command.LateReason, LateEntry.OfTheCentre, command with { Cases = cases });
            foreach (var @case in cases) await mediator.Send(new HandOut.Command(command.Recipient, command.HandedOutOn, @case, number, command.LateReason), ct);
            trail.Changed(new("已出件", "Handed out"), "", string.Join(' ', cases));
            return new(cases);
        }
    }
}
