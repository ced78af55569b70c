using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// One clock for each stage of an application: from the first of its cases that is accepted until all of them are closed,
/// with the limit that the process gives the stage.
/// </summary>
internal sealed class StageClocks(Db db, Ids ids, IMediator mediator, CatalogueInForce catalogue)
{
    private const string Application = "SELECT id, process_id FROM onewindow_application WHERE number = @number";

    private const string Begin = """
        INSERT INTO onewindow_stage (id, application_id, stage, started_on)
        SELECT @Id, a.id, @Stage, @On
          FROM onewindow_application a
         WHERE a.id = @ApplicationId AND NOT EXISTS (SELECT 1 FROM onewindow_stage s WHERE s.application_id = a.id AND s.stage = @Stage)
        """;

    // Writes nothing new. On a server two cases of a stage that are closed at once would each see the other open, and the
    // stage would never end: the second waits here for the first.
    private const string Hold = "UPDATE onewindow_stage SET stage = stage WHERE application_id = @Id AND ended_on IS NULL";

    private const string Running = "SELECT id, stage FROM onewindow_stage WHERE application_id = @Id AND ended_on IS NULL";

    private const string Cases = "SELECT item_code, status, decided_on FROM permits_public_case WHERE application_number = @number";

    private const string BeginAnew = "UPDATE onewindow_stage SET started_on = @To WHERE id = @SubjectId AND started_on = @From";

    private const string Finish = "UPDATE onewindow_stage SET ended_on = @On WHERE id = @Id AND ended_on IS NULL";

    /// <summary>The number of a stage, as people know it.</summary>
    public static string Label(string application, int stage) => $"{application}-S{stage}";

    public static Text Name(Process process, int stage)
    {
        var name = process.Stages.Single(s => s.Number == stage).Name;
        return stage == 5 ? name : new($"第 {stage} 阶段 {name.Zh}", $"Stage {stage}: {name.En}");
    }

    public async Task Start(CasesAccepted accepted, CancellationToken ct)
    {
        var clocks = new List<ClockStart>();
        foreach (var cases in accepted.Cases.GroupBy(c => c.ApplicationNumber))
        {
            var (application, process) = await Find(cases.Key, ct);
            foreach (var stage in cases.GroupBy(c => StageOf(process, c.ItemCode)))
            {
                var (id, first) = (await ids.Next(), stage.MinBy(c => c.AcceptedOn)!);
                if (!await db.TryInsert(Begin, new { Id = id, ApplicationId = application, Stage = stage.Key, On = first.AcceptedOn }, ct)) continue;
                var limit = process.Stages.Single(s => s.Number == stage.Key).Limit;
                clocks.Add(new("stage", id, Rules.Stage, Label(cases.Key, stage.Key), "", first.AcceptedOn, new Limit(limit, Limit.WorkingDays)) { CarriedFrom = first.CarriedFrom });
            }
        }

        await mediator.Send(new StartClocks(clocks), ct);
    }

    /// <summary>A case of the stage stands still, and the stage with it; of cases that stand still at once each day is left out once.</summary>
    public async Task Pause(CasePaused paused, CancellationToken ct)
    {
        if (await RunningStageOf(paused.ApplicationNumber, paused.ItemCode, ct) is not { } stage) return;
        await mediator.Send(new PauseClocks(
            "stage", stage.Id, paused.CaseNumber, new($"{paused.CaseNumber} 暂停计时", $"{paused.CaseNumber} is paused"), "行政许可法第四十五条", paused.From, null, null,
            "", "", Label(paused.ApplicationNumber, stage.Stage), ""), ct);
    }

    public async Task Resume(CaseResumed resumed, CancellationToken ct)
    {
        if (await RunningStageOf(resumed.ApplicationNumber, resumed.ItemCode, ct) is not { } stage) return;
        var pauses = await mediator.Send(new PausesOf("stage", stage.Id), ct);
        if (pauses.Any(p => p.Kind == resumed.CaseNumber && p.To is null)) await mediator.Send(new ResumeClocks("stage", stage.Id, resumed.CaseNumber, resumed.To), ct);
    }

    /// <summary>Ends the stages of an application in which nothing is open any more, or only the stage of one item.</summary>
    public async Task End(string number, DateOnly on, CancellationToken ct, string? item = null)
    {
        var (id, process) = await Find(number, ct);
        if (await db.Execute(Hold, new { Id = id }, ct) == 0) return;
        var cases = (await db.Query<CaseRow>(Cases, new { number }, ct)).ToLookup(c => StageOf(process, c.ItemCode));
        foreach (var stage in await db.Query<StageRow>(Running, new { Id = id }, ct))
        {
            if ((item is not null && StageOf(process, item) != stage.Stage) || cases[stage.Stage].Any(c => !c.Status.IsTerminal())) continue;
            // What was entered late may have been decided earlier.
            var last = cases[stage.Stage].Max(c => c.DecidedOn) is { } decided && decided > on ? decided : on;
            if (await db.Execute(Finish, new { stage.Id, On = last }, ct) > 0) await mediator.Send(new StopClocks("stage", stage.Id, last), ct);
        }
    }

    private async Task<StageRow?> RunningStageOf(string number, string item, CancellationToken ct)
    {
        var (id, process) = await Find(number, ct);
        return (await db.Query<StageRow>(Running, new { Id = id }, ct)).SingleOrDefault(s => s.Stage == StageOf(process, item));
    }

    private async Task<(long Id, Process Process)> Find(string number, CancellationToken ct)
    {
        var row = (await db.Find<ApplicationRow>(Application, new { number }, ct))!;
        return (row.Id, catalogue.Current.Process(row.ProcessId)!);
    }

    private async Task Begins(IEnumerable<MovedBeginning> stages, CancellationToken ct) => await db.Execute(BeginAnew, stages.ToList(), ct);

    private static int StageOf(Process process, string item) => process.Items.Single(i => i.Item.Code == item).Stage;

    private sealed class Accepted(StageClocks stages) : INotificationHandler<CasesAccepted>
    {
        public Task Handle(CasesAccepted accepted, CancellationToken ct) => stages.Start(accepted, ct);
    }

    private sealed class Begun(StageClocks stages) : INotificationHandler<BeginningsMoved>
    {
        public Task Handle(BeginningsMoved moved, CancellationToken ct) => stages.Begins(moved.Clocks.Where(c => c.SubjectKind == "stage"), ct);
    }

    private sealed class TakenBack(StageClocks stages) : INotificationHandler<CaseTakenBack>
    {
        public Task Handle(CaseTakenBack taken, CancellationToken ct) => stages.End(taken.ApplicationNumber, taken.On, ct, taken.ItemCode);
    }

    private sealed class Withdrawn(StageClocks stages) : INotificationHandler<CaseWithdrawn>
    {
        public Task Handle(CaseWithdrawn withdrawn, CancellationToken ct) => stages.End(withdrawn.ApplicationNumber, withdrawn.On, ct, withdrawn.ItemCode);
    }

    private sealed class Paused(StageClocks stages) : INotificationHandler<CasePaused>
    {
        public Task Handle(CasePaused paused, CancellationToken ct) => stages.Pause(paused, ct);
    }

    private sealed class Resumed(StageClocks stages) : INotificationHandler<CaseResumed>
    {
        public Task Handle(CaseResumed resumed, CancellationToken ct) => stages.Resume(resumed, ct);
    }

    private sealed record ApplicationRow
    {
        public long Id { get; init; }
        public long ProcessId { get; init; }
    }

    private sealed record StageRow
    {
        public long Id { get; init; }
        public int Stage { get; init; }
    }

    private sealed record CaseRow
    {
        public string ItemCode { get; init; } = "";
        public CaseStatus Status { get; init; }
        public DateOnly? DecidedOn { get; init; }
    }
}
