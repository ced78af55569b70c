using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// 领证后开工 (建筑法 9): works start within three months of the construction permit, or the permit lapses (自行废止).
/// </summary>
internal static class PermitStart
{
    public const int Months = 3;

    /// <summary>How often the time may be extended, by as many months again.</summary>
    public const int Extensions = 2;

    /// <summary>The clock that a decision starts: null where it grants no construction permit, or the works have started.</summary>
    public static async Task<ClockStart?> Of(CaseDecided decided, Item item, IMediator mediator, CancellationToken ct)
    {
        if (!decided.Status.IsApproved() || ItemMilestones.Of(decided.ItemCode) != MilestoneKind.ConstructionPermit) return null;
        var milestones = await mediator.Send(new MilestonesOf(decided.ProjectId), ct);
        return milestones.Any(m => m.Kind == nameof(MilestoneKind.ConstructionStarted) && m.ReachedOn is not null)
            ? null
            : new("case", decided.CaseId, Rules.PermitStart, decided.CaseNumber, item.Department, decided.DecidedOn, new Limit(Months, Limit.Months), decided.ItemCode);
    }

    /// <param name="CaseNumber">The case whose permit it is.</param>
    /// <param name="Lapsed">The time ran out before works started: the permit has lapsed.</param>
    /// <param name="Extensions">Those it has had.</param>
    internal sealed record Standing(string CaseNumber, string Department, ClockFact Clock, IReadOnlyList<Extension> Extensions, bool Lapsed)
    {
        public bool MayBeExtended => !Lapsed && Clock.StoppedOn is null && Extensions.Count < PermitStart.Extensions;
    }

    internal sealed record Extension
    {
        public int Number { get; init; }
        public string Reason { get; init; } = "";
        public string ApprovedBy { get; init; } = "";
        public string GrantedBy { get; init; } = "";
        public DateTime GrantedAt { get; init; }
    }

    private const string ReadExtensions = "SELECT number, reason, approved_by, granted_by, granted_at FROM onewindow_start_extension WHERE case_id = @Id ORDER BY number";

    /// <summary>How it stands for the construction permit among these cases; null where none was granted, or works had started before.</summary>
    public static async Task<Standing?> StandingOf(IReadOnlyList<CaseFact> cases, Db db, IMediator mediator, DateOnly today, CancellationToken ct)
    {
        var permit = cases.LastOrDefault(c => c.Status.IsApproved() && ItemMilestones.Of(c.ItemCode) == MilestoneKind.ConstructionPermit);
        if (permit is null || (await mediator.Send(new ClocksOf("case", permit.Id), ct)).FirstOrDefault(c => c.Rule == Rules.PermitStart) is not { } clock) return null;
        return new(permit.Number, permit.Department, clock, await db.Query<Extension>(ReadExtensions, new { permit.Id }, ct), (clock.StoppedOn ?? today) > clock.DueOn);
    }

    /// <summary>The works of a project, or of the first of its phases, have started.</summary>
    private sealed class Started(Db db, IMediator mediator) : INotificationHandler<MilestoneReached>
    {
        private const string Running = """
            SELECT k.subject_id
              FROM permits_public_case c
              JOIN deadlines_public_clock k ON k.subject_id = c.id AND k.subject_kind = 'case' AND k.limit_rule = 'permit-start'
             WHERE c.project_id = @ProjectId AND k.stopped_on IS NULL
            """;

        public async Task Handle(MilestoneReached reached, CancellationToken ct)
        {
            if (reached.Kind != MilestoneKind.ConstructionStarted) return;
            foreach (var id in await db.Query<long>(Running, new { reached.ProjectId }, ct))
                await mediator.Send(new StopClocks("case", id, reached.On, Rules.PermitStart), ct);
        }
    }
}
