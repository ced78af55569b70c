using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;

namespace Approvals.Modules.Reports;

/// <summary>Keeps what reports rest on, and knows of which days that were reported before a change makes other figures.</summary>
internal sealed class Facts(Db db, Sources sources, DayFigures figures, CalendarInForce calendar, CatalogueInForce catalogue, ZoneClock clock)
{
    /// <summary>Before whatever was entered.</summary>
    public static readonly DateTime Ever = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// What is stamped with a day may come into the database when its night has read it already: a command that took long, a site
    /// whose clock is behind. So each night begins so long before its day; to read a case twice changes nothing.
    /// </summary>
    private static readonly TimeSpan Behind = TimeSpan.FromHours(1);

    private const string Turn = "UPDATE reports_opening SET turn = turn + 1 WHERE id = 1";

    private const string EnteredBetween = "SELECT DISTINCT case_id FROM permits_public_event WHERE recorded_at >= @from AND recorded_at < @until";

    private const string HandedOutBetween = "SELECT case_id FROM onewindow_public_result WHERE handed_out_at >= @from AND handed_out_at < @until";

    /// <remarks>Of those that owe some: where they owe less, or more, than the reports know.</remarks>
    private const string Given = """
        SELECT c.case_id
          FROM reports_case c
         CROSS JOIN permits_public_owed_document o
         WHERE c.owed > 0 AND o.case_id = c.case_id
         GROUP BY c.case_id, c.owed
        HAVING SUM(CASE WHEN o.given_on <= @day THEN 0 ELSE 1 END) <> c.owed
        """;

    private const string MovedBetween = """
        SELECT DISTINCT c.subject_id
          FROM deadlines_public_move m
          JOIN deadlines_public_clock c ON c.id = m.clock_id
         WHERE m.asked_at >= @from AND m.asked_at < @until AND c.subject_kind = 'case'
        """;

    /// <remarks>
    /// Of each project of which something was reported or corrected, all days that may have counted or may count now: which phase is
    /// the first to start, and whether there is a day to count from, depends on the others.
    /// </remarks>
    private const string ReachedBefore = """
        SELECT o.reached_on
          FROM projects_public_milestone m
         CROSS JOIN projects_public_milestone o
         WHERE m.reported_at >= @from AND m.reported_at < @until AND m.reached_on IS NOT NULL AND o.project_id = m.project_id AND o.kind IN @ends AND o.reached_on <= @day
         UNION
        SELECT o.reached_on
          FROM projects_public_milestone_correction c
         CROSS JOIN projects_public_milestone o
         WHERE c.corrected_at >= @from AND c.corrected_at < @until AND o.project_id = c.project_id AND o.kind IN @ends AND o.reached_on <= @day
         UNION
        SELECT was_on
          FROM projects_public_milestone_correction
         WHERE corrected_at >= @from AND corrected_at < @until AND kind IN @ends AND was_on <= @day
        """;

    private const string Known = $"SELECT {CaseFact.Columns} FROM reports_case WHERE case_id IN @ids";

    private const string KnownPauses = "SELECT case_id, number, kind, approved_by, from_on, to_on, days FROM reports_pause WHERE case_id IN @ids";

    private const string DropCases = "DELETE FROM reports_case WHERE case_id = @CaseId";

    private const string DropPauses = "DELETE FROM reports_pause WHERE case_id = @CaseId";

    private const string InsertCase = """
        INSERT INTO reports_case (case_id, number, application_number, project_id, item_code, department, process_id, window_key, clerk_key, status, received_on, accepted_on, is_deemed, due_on, ended_on,
               limit_days, statutory_days, used_days, run_days, authority_days, applicant_days, uncounted_days, split_on, now_with, span_days, corrections, handed_out_on, hand_out_days, owed)
        VALUES (@CaseId, @Number, @ApplicationNumber, @ProjectId, @ItemCode, @Department, @ProcessId, @WindowKey, @ClerkKey, @Status, @ReceivedOn, @AcceptedOn, @IsDeemed, @DueOn, @EndedOn,
               @LimitDays, @StatutoryDays, @UsedDays, @RunDays, @AuthorityDays, @ApplicantDays, @UncountedDays, @SplitOn, @NowWith, @SpanDays, @Corrections, @HandedOutOn, @HandOutDays, @Owed)
        """;

    private const string InsertPause = """
        INSERT INTO reports_pause (case_id, number, kind, approved_by, from_on, to_on, days)
        VALUES (@CaseId, @Number, @Kind, @ApprovedBy, @FromOn, @ToOn, @Days)
        """;

    private const string KnownGiven = "SELECT case_id, document, given_on FROM reports_given WHERE case_id IN @ids";

    private const string GivenBy = "SELECT case_id, document, given_on FROM permits_public_owed_document WHERE case_id IN @ids AND given_on <= @day";

    private const string DropGiven = "DELETE FROM reports_given WHERE case_id = @CaseId AND document = @Document";

    private const string InsertGiven = "INSERT INTO reports_given (case_id, document, given_on) VALUES (@CaseId, @Document, @GivenOn)";

    private const string EntriesOf = "SELECT recorded_at FROM permits_public_event WHERE case_id IN @ids AND recorded_at < @until";

    /// <remarks>An application may go to another window; an order stays with the one that had it when the reports first knew of it.</remarks>
    private const string InsertOrders = """
        INSERT INTO reports_order (order_id, process_id, window_key)
        SELECT o.id, COALESCE(a.process_id, b.process_id, 0), COALESCE(CAST(COALESCE(a.window_id, b.window_id) AS nvarchar(20)), '')
          FROM supervision_public_order o
          LEFT JOIN permits_public_case c ON c.id = o.subject_id AND o.subject_kind = 'case'
          LEFT JOIN onewindow_public_application a ON a.number = c.application_number
          LEFT JOIN onewindow_public_application b ON b.id = o.subject_id AND o.subject_kind = 'application'
         WHERE o.opened_at >= @from AND o.opened_at < @until AND NOT EXISTS (SELECT 1 FROM reports_order k WHERE k.order_id = o.id)
        """;

    private const string OfProjects = "SELECT id FROM permits_public_case WHERE project_id IN @projects";

    private const string KnownApprovals = "SELECT project_id, process_id, window_key, completed_on, approval_days FROM reports_approval WHERE project_id IN @projects";

    private const string DropApprovals = "DELETE FROM reports_approval WHERE project_id = @ProjectId AND process_id = @ProcessId";

    private const string InsertApproval = """
        INSERT INTO reports_approval (project_id, process_id, window_key, completed_on, approval_days)
        VALUES (@ProjectId, @ProcessId, @WindowKey, @CompletedOn, @ApprovalDays)
        """;

    /// <summary>One at a time writes what reports rest on: whoever else would waits until this command is durable, and sees what it wrote.</summary>
    public Task TakeTurn(CancellationToken ct) => db.Execute(Turn, null, ct);

    /// <summary>Reads the cases of which something was entered between two instants, and keeps them as they were known at the second.</summary>
    /// <param name="also">Cases to read besides.</param>
    /// <param name="from">Entered from then on.</param>
    /// <param name="until">Entered before this instant.</param>
    /// <param name="day">The last day up to which the time of an open case is split.</param>
    /// <param name="changes">To be added to.</param>
    /// <param name="ct">Gives up.</param>
    public async Task Follow(IEnumerable<long> also, DateTime from, DateTime until, DateOnly day, Changes changes, CancellationToken ct)
    {
        var ids = new SortedSet<long>(also);
        var before = from - Behind;
        var justBefore = await db.Query<long>(EnteredBetween, new { from = before, until = from }, ct);
        // Entries are counted by the day of their stamp.
        if (justBefore.Count > 0) changes.Touch(clock.DayOf(before));
        ids.UnionWith(justBefore);
        ids.UnionWith(await db.Query<long>(EnteredBetween, new { from, until }, ct));
        from = before;
        ids.UnionWith(await db.Query<long>(HandedOutBetween, new { from, until }, ct));
        ids.UnionWith(await db.Query<long>(Given, new { day }, ct));
        ids.UnionWith(await db.Query<long>(MovedBetween, new { from, until }, ct));
        await Refresh(ids, until, day, changes, ct);
        await KeepOrders(from, until, ct);
        foreach (var reached in await db.Query<DateOnly>(ReachedBefore, new { from, until, day, ends = DayFigures.Ends }, ct)) changes.Touch(reached);
    }

    /// <summary>The places of the orders opened between two instants.</summary>
    public Task KeepOrders(DateTime from, DateTime until, CancellationToken ct) => db.Execute(InsertOrders, new { from, until }, ct);

    /// <summary>Reads the cases anew and keeps them.</summary>
    /// <param name="ids">The cases.</param>
    /// <param name="until">As they were known before this instant.</param>
    /// <param name="day">The last day up to which the time of an open case is split.</param>
    /// <param name="changes">To be added to: the days whose figures are others now; null where no report rests on them.</param>
    /// <param name="ct">Gives up.</param>
    public async Task Refresh(IEnumerable<long> ids, DateTime until, DateOnly day, Changes? changes, CancellationToken ct)
    {
        figures.Forget();
        var projects = new HashSet<long>();
        foreach (var share in ids.Chunk(Sources.Share))
        {
            var found = await sources.Read(share, until, day, ct);
            var before = (await db.Query<CaseFact>(Known, new { ids = share }, ct)).ToDictionary(c => c.CaseId);
            var pausesBefore = (await db.Query<PauseOfCase>(KnownPauses, new { ids = share }, ct)).ToLookup(p => p.CaseId);
            if (before.Count > 0)
            {
                var known = before.Keys.Select(id => new { CaseId = id }).ToList();
                await db.Execute(DropCases, known, ct);
                await db.Execute(DropPauses, known, ct);
            }

            await db.Execute(InsertCase, found.Select(f => f.Case), ct);
            await db.Execute(InsertPause, found.SelectMany(f => f.Pauses), ct);
            foreach (var (now, pauses) in found)
            {
                var old = before.GetValueOrDefault(now.CaseId);
                changes?.Add(old, now);
                changes?.Add(pausesBefore[now.CaseId], pauses);
                // Of what was entered late its receipt alone may say that a project was not complete yet.
                if (now.EndedOn is not null || old?.EndedOn is not null || (old is null && now.ReceivedOn < day)) projects.Add(now.ProjectId);
            }

            await KeepGiven(found, day, changes, ct);
            var moved = found.Where(f => Changes.IsElsewhere(before.GetValueOrDefault(f.Case.CaseId), f.Case)).Select(f => f.Case.CaseId).ToList();
            if (changes is null || moved.Count == 0) continue;
            // Its entries are counted where it is; some are of days on which it stood nowhere any more.
            foreach (var at in await db.Query<DateTime>(EntriesOf, new { ids = moved, until }, ct)) changes.Touch(clock.DayOf(at));
        }

        foreach (var share in projects.Chunk(Sources.Share)) await Complete(share, until, day, changes, ct);
    }

    /// <summary>The day on which a document was given is not that of its entry, which may come long after it: what is known of each is kept.</summary>
    private async Task KeepGiven(IReadOnlyList<Sources.Found> found, DateOnly day, Changes? changes, CancellationToken ct)
    {
        var ids = found.Where(f => f.Case.Outcome == CaseStatus.ApprovedDocumentsOwed).Select(f => f.Case.CaseId).ToList();
        if (ids.Count == 0) return;
        var known = await db.Query<GivenDocument>(KnownGiven, new { ids }, ct);
        var given = await db.Query<GivenDocument>(GivenBy, new { ids, day }, ct);
        var (gone, more) = (known.Except(given).ToList(), given.Except(known).ToList());
        await db.Execute(DropGiven, gone, ct);
        await db.Execute(InsertGiven, more, ct);
        foreach (var document in gone.Concat(more)) changes?.TouchFrom(document.GivenOn);
    }

    /// <summary>Projects that have every item of their process approved.</summary>
    private async Task Complete(long[] projects, DateTime until, DateOnly day, Changes? changes, CancellationToken ct)
    {
        var facts = new List<CaseFact>();
        var pauses = new List<PauseOfCase>();
        foreach (var share in (await db.Query<long>(OfProjects, new { projects }, ct)).Chunk(Sources.Share))
        {
            var known = await db.Query<CaseFact>(Known, new { ids = share }, ct);
            facts.AddRange(known);
            pauses.AddRange(await db.Query<PauseOfCase>(KnownPauses, new { ids = share }, ct));
            // A case that had ended before the reports began is part of it all the same.
            var missing = share.Except(known.Select(k => k.CaseId)).ToList();
            if (missing.Count == 0) continue;
            foreach (var found in await sources.Read(missing, until, day, ct))
            {
                facts.Add(found.Case);
                pauses.AddRange(found.Pauses);
            }
        }

        var before = (await db.Query<ApprovalFact>(KnownApprovals, new { projects }, ct)).ToDictionary(a => (a.ProjectId, a.ProcessId));
        var pausesOf = pauses.ToLookup(p => p.CaseId);
        var complete = facts.GroupBy(f => (f.ProjectId, f.ProcessId)).Select(cases => Of([.. cases], pausesOf)).OfType<ApprovalFact>().ToDictionary(a => (a.ProjectId, a.ProcessId));
        if (before.Count > 0) await db.Execute(DropApprovals, before.Values, ct);
        await db.Execute(InsertApproval, complete.Values, ct);
        foreach (var key in before.Keys.Union(complete.Keys))
        {
            var (old, now) = (before.GetValueOrDefault(key), complete.GetValueOrDefault(key));
            if (old == now) continue;
            changes?.Touch(old?.CompletedOn);
            changes?.Touch(now?.CompletedOn);
        }
    }

    /// <summary>
    /// Complete on the first evening on which each item of the process was approved and nothing taken in by then was open any
    /// more. What the project asks for afterwards, a change of a permit for one, does not make its approval longer.
    /// </summary>
    private ApprovalFact? Of(IReadOnlyList<CaseFact> cases, ILookup<long, PauseOfCase> pausesOf)
    {
        if (catalogue.Current.Process(cases[0].ProcessId) is not { } process) return null;
        foreach (var day in cases.Select(c => c.EndedOn).OfType<DateOnly>().Distinct().Order())
        {
            var taken = cases.Where(c => c.ReceivedOn <= day).ToList();
            if (!taken.TrueForAll(c => c.EndedOn <= day) || !process.Items.All(i => taken.Exists(c => c.ItemCode == i.Item.Code && c.Outcome.IsApproved()))) continue;
            return new()
            {
                ProjectId = cases[0].ProjectId,
                ProcessId = process.Id,
                WindowKey = taken.MinBy(c => c.CaseId)!.WindowKey,
                CompletedOn = day,
                ApprovalDays = Union(calendar.Current, [.. taken.Where(c => c.IsClosed).Select(c => (new Stretch(c.AcceptedOn!.Value, c.EndedOn), pausesOf[c.CaseId].Select(p => new Stretch(p.FromOn, p.ToOn)).ToList()))]),
            };
        }

        return null;
    }

    /// <summary>The working days on which any of the cases ran; those that ran side by side count once.</summary>
    public static int Union(WorkingDays days, IReadOnlyList<(Stretch Runs, List<Stretch> Pauses)> cases)
    {
        var bounds = new SortedSet<DateOnly>();
        foreach (var (runs, pauses) in cases)
        {
            foreach (var stretch in pauses.Append(runs))
            {
                bounds.Add(stretch.From);
                if (stretch.To is { } to) bounds.Add(to);
            }
        }

        var sum = 0;
        foreach (var (after, upTo) in bounds.Zip(bounds.Skip(1)))
            if (cases.Any(c => c.Runs.Covers(after, upTo) && !c.Pauses.Exists(p => p.Covers(after, upTo)))) sum += days.Count(after, upTo).Days;
        return sum;
    }

    private sealed record GivenDocument
    {
        public long CaseId { get; init; }
        public string Document { get; init; } = "";
        public DateOnly GivenOn { get; init; }
    }
}
