using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>受理: everything is there, so the departments begin and the clocks start (行政许可法 32).</summary>
internal static class Accept
{
    /// <param name="OccurredAt">When it was done; now unless said otherwise. Without an offset: the zone's own time.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    /// <param name="Seen">How it stood when it was looked at, as the application says: where it has changed since, this is refused. Null: not asked about.</param>
    [RecordAs("受理申请", "Accept the application", Subject.Application)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command(string Number = "", DateTime? OccurredAt = null, string? LateReason = null, string? Seen = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/accept", async (string number, Command? body, IMediator mediator) =>
        {
            await mediator.Send((body ?? new()) with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Accept an application: its cases begin");

    private sealed class Handler(Db db, IMediator mediator, Materials materials, Answering answering, ZoneClock clock) : IRequestHandler<Command, Unit>
    {
        private const string CloseOpenCorrection = """
            UPDATE onewindow_correction
               SET closed_at = @at
             WHERE application_id = @id AND closed_at IS NULL
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var at = Occurrence.When(command.OccurredAt, clock);
            var late = command.LateReason ?? "";
            if (await answering.Deem(command.Number, at, ct) is not null) return Unit.Value;
            var id = await answering.Give(command.Number, ApplicationState.Accepted, at, null, null, command.Seen, ct);
            var missing = (await materials.Of(id, ct)).Where(l => l.IsMissing).ToList();
            if (missing.Count > 0)
            {
                throw Refused.Conflict("application.documentsMissing",
                    $"还缺 {missing.Count} 份材料，不能受理：{string.Join("、", missing.Select(l => $"{l.Document} {l.NameZh}"))}。请收齐，或一次性告知补正。",
                    $"{missing.Count} documents are missing: {string.Join(", ", missing.Select(l => $"{l.Document} {l.NameEn}"))}. Collect them, or ask for one correction.");
            }

            if (await db.Execute(CloseOpenCorrection, new { id, at }, ct) > 0)
                await mediator.Send(new MarkCases(command.Number, CaseStatus.CorrectionClosed, at, "", late), ct);
            await mediator.Send(new AdmitCases(command.Number, at, late), ct);
            return Unit.Value;
        }
    }
}
