using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.Reports;

/// <summary>Keeps what reports rest on, and knows of which days that were reported before a change makes other figures.</summary>
internal sealed class Facts(Db db, Sources sources, CalendarInForce calendar, CatalogueInForce catalogue)
{
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

    private const string OfApplications = """
        SELECT id, application_number
          FROM permits_public_case
         WHERE application_number IN @numbers
        """;

    private const string KnownApplications = "SELECT number, project_id, process_id, window_key, completed_on, approval_days FROM reports_application WHERE number IN @numbers";

    private const string DropApplications = "DELETE FROM reports_application WHERE number = @Number";

    private const string InsertApplication = """
        INSERT INTO reports_application (number, project_id, process_id, window_key, completed_on, approval_days)
        VALUES (@Number, @ProjectId, @ProcessId, @WindowKey, @CompletedOn, @ApprovalDays)
        """;

    /// <summary>Reads the cases anew and keeps them.</summary>
    /// <param name="ids">The cases.</param>
    /// <param name="until">As they were known before this instant.</param>
    /// <param name="day">The last day up to which the time of an open case is split.</param>
    /// <param name="changes">To be added to: the days whose figures are others now; null where no report rests on them.</param>
    /// <param name="ct">Gives up.</param>
    public async Task Refresh(IEnumerable<long> ids, DateTime until, DateOnly day, Changes? changes, CancellationToken ct)
    {
        var ended = new HashSet<string>();
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
                changes?.Add(before.GetValueOrDefault(now.CaseId), now);
                changes?.Add(pausesBefore[now.CaseId], pauses);
                if (now.EndedOn is not null || before.GetValueOrDefault(now.CaseId)?.EndedOn is not null) ended.Add(now.ApplicationNumber);
            }
        }

        foreach (var share in ended.Chunk(Sources.Share)) await Complete(share, until, day, changes, ct);
    }

    /// <summary>Applications of a whole process, once the last of their cases has ended.</summary>
    private async Task Complete(string[] numbers, DateTime until, DateOnly day, Changes? changes, CancellationToken ct)
    {
        var members = await db.Query<Member>(OfApplications, new { numbers }, ct);
        var facts = new List<CaseFact>();
        var pauses = new List<PauseOfCase>();
        foreach (var share in members.Select(m => m.Id).Chunk(Sources.Share))
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

        var before = (await db.Query<ApplicationFact>(KnownApplications, new { numbers }, ct)).ToDictionary(a => a.Number);
        var pausesOf = pauses.ToLookup(p => p.CaseId);
        var complete = facts.GroupBy(f => f.ApplicationNumber).Select(cases => Of([.. cases], pausesOf)).OfType<ApplicationFact>().ToDictionary(a => a.Number);
        if (before.Count > 0) await db.Execute(DropApplications, before.Keys.Select(number => new { Number = number }), ct);
        await db.Execute(InsertApplication, complete.Values, ct);
        foreach (var number in numbers)
        {
            var (old, now) = (before.GetValueOrDefault(number), complete.GetValueOrDefault(number));
            if (old == now) continue;
            changes?.Touch(old?.CompletedOn);
            changes?.Touch(now?.CompletedOn);
        }
    }

    private ApplicationFact? Of(IReadOnlyList<CaseFact> cases, ILookup<long, PauseOfCase> pausesOf)
    {
        if (cases.Any(c => c.EndedOn is null) || catalogue.Current.Process(cases[0].ProcessId) is not { } process) return null;
        var decided = cases.Where(c => c.IsClosed).ToList();
        if (process.Items.Any(i => decided.TrueForAll(c => c.ItemCode != i.Item.Code))) return null;
        return new()
        {
            Number = cases[0].ApplicationNumber,
            ProjectId = cases[0].ProjectId,
            ProcessId = cases[0].ProcessId,
            WindowKey = cases[0].WindowKey,
            CompletedOn = cases.Max(c => c.EndedOn!.Value),
            ApprovalDays = Union(calendar.Current, [.. decided.Select(c => (new Stretch(c.AcceptedOn!.Value, c.EndedOn), pausesOf[c.CaseId].Select(p => new Stretch(p.FromOn, p.ToOn)).ToList()))]),
        };
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

    private sealed record Member
    {
        public long Id { get; init; }
        public string ApplicationNumber { get; init; } = "";
    }
}
