using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects;
using Approvals.Web;

namespace Approvals.Demonstration;

/// <summary>
/// A large history for trying the program at size: applications spread over the working days from 2021 on, each item
/// decided about its promised time, some late, some paused, some refused, some entered after the fact. The same number
/// of cases, seed and last day give the same history.
/// </summary>
/// <remarks>Written by bulk insert past the commands, so it knows the tables of several modules; nothing else does.</remarks>
internal sealed class History(Engine engine, Db db, Ids ids, WorkingDays days, CatalogueSnapshot catalogue, ZoneClock clock)
{
    private const int ApplicationsPerBatch = 2_000;
    private const string CrockfordAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static readonly DateOnly First = new(2021, 1, 4);
    private static readonly DateOnly Reformed = new(2023, 1, 3);

    /// <summary>From its end the limits of the last cases are counted on.</summary>
    private const int LastYear = WorkingDays.LastYear - 10;

    private const string Known = "SELECT COUNT(*) FROM projects_public_project WHERE code = @code";

    private readonly Dictionary<string, Table> tables = new[]
    {
        new Table("projects_enterprise", "id credit_code name"),
        new Table("projects_project", "id code name enterprise_id process_id investment_fen land_area_dm2 place search_text registered_at registered_by"),
        new Table("onewindow_application", "id number request_key project_id process_id state applicant applicant_phone query_code received_at received_by received_by_name answered_at answered_by"),
        new Table("onewindow_material", "application_id document name_zh name_en wanted_by comes_from is_given given_at"),
        new Table("permits_case", "id number application_number project_id item_id item_code department status promised_limit promised_unit statutory_limit statutory_unit received_at is_admitted admitted_at accepted_on due_on is_due_provisional decided_on certificate_number last_event last_occurred_at"),
        new Table("permits_need", "case_id item_code met_by_case_id met_on"),
        new Table("permits_event", "case_id number status occurred_at recorded_at user_id user_name note late_reason"),
        new Table("deadlines_clock", "id subject_kind subject_id limit_rule label department item accepted_on limit_value limit_unit extension_days has_pauses due_on last_due_on due_version is_provisional warn_on next_alert_on calendar_edition stopped_on used_days"),
        new Table("onewindow_result", "case_id application_number case_number paper certificate_number decided_on arrived_at handed_out_on handed_out_at handed_out_by recipient"),
    }.ToDictionary(t => t.Name);

    private readonly HashSet<string> numbers = [];
    private Random random = new(0);
    private int seed;
    private long nextId;
    private DateOnly last;

    /// <param name="cases">How many, rounded up to whole applications.</param>
    /// <param name="withSeed">The same seed gives the same history.</param>
    /// <param name="until">The last day of the history; what is not decided by then is open.</param>
    /// <param name="progress">Told how many cases are written.</param>
    /// <param name="ct">Stops between two batches; what is written stays.</param>
    public async Task<int> Load(int cases, int withSeed, DateOnly until, Action<int> progress, CancellationToken ct)
    {
        (random, seed, last) = (new Random(withSeed), withSeed, until);
        if (until < Reformed.AddMonths(1) || until.Year > LastYear)
            throw Refused.Invalid("demo.until", "until", $"截止日应在 {Words.Day(Reformed.AddMonths(1))} 至 {LastYear} 年末之间。", $"The last day must lie between {Words.Day(Reformed.AddMonths(1))} and the end of {LastYear}.");
        if (await db.Find<int>(Known, new { code = Code(0) }, ct) > 0)
            throw Refused.Conflict("demo.loaded", $"种子 {withSeed} 的历史数据已经存在，请换一个种子。", $"The history of seed {withSeed} is there already; choose another seed.");

        var newest = catalogue.Processes.GroupBy(p => p.Code).ToDictionary(g => g.Key, g => g.MaxBy(p => p.Version)!);
        var (old, reform) = (newest["IND-2019"], newest["IND-REFORM"]);
        var span = days.Count(First, until).Days;
        var oldShare = (double)days.Count(First, Reformed).Days / span;
        var applications = (int)Math.Ceiling(cases / (oldShare * old.Items.Count + (1 - oldShare) * reform.Items.Count));
        await Reserve(cases);

        var written = 0;
        for (var n = 0; written < cases; n++)
        {
            // In the order in which they came in, as the real thing would have it.
            var received = days.Add(First.AddDays(-1), 1 + (int)((long)n * span / applications)).Date;
            if (received > until) received = days.Back(until, 0);
            written += Application(n, received, received < Reformed ? old : reform, cases - written);
            if (n % ApplicationsPerBatch == ApplicationsPerBatch - 1 || written >= cases)
            {
                await Flush(ct);
                progress(written);
            }
        }

        return written;
    }

    /// <remarks>Each case has an id and at most two clocks; an application, its project and its enterprise have one each.</remarks>
    private async Task Reserve(int cases) =>
        nextId = await db.Transact(async () => await ids.Next(cases * 6 + 100), CancellationToken.None);

    private string Code(int n) => string.Create(CultureInfo.InvariantCulture, $"{2101 + seed % 1000:0000}-510300-{n / 1_000_000 % 100:00}-02-{n % 1_000_000:000000}");

    private int Application(int n, DateOnly received, Process process, int most)
    {
        var project = nextId++;
        var enterprise = nextId++;
        var receivedAt = Instant(received, 9, 11);
        var first17 = string.Create(CultureInfo.InvariantCulture, $"9151030{seed % 10}{n:000000000}");
        var name = string.Create(CultureInfo.InvariantCulture, $"示例企业{seed}-{n}");
        Add("projects_enterprise", enterprise, first17 + CreditCode.CheckCharacter(first17), name);
        Add("projects_project", project, Code(n), $"示例项目 {name[4..]}", enterprise, process.Id, random.NextInt64(5_000_000_00, 5_000_000_000_00), random.NextInt64(500_000, 40_000_000), "示例园区", $"示例项目 {name[4..]} {name}", Text(receivedAt), 0L);

        var application = nextId++;
        var number = Number(received);
        var items = process.Items.Take(most).ToList();
        var acceptedOn = days.Add(received, random.Next(3)).Date;
        var acceptedAt = acceptedOn == received ? receivedAt.AddMinutes(30) : Instant(acceptedOn, 9, 11);
        var isAccepted = acceptedOn <= last;
        Add("onewindow_application", application, number, $"{seed}-{n}", project, process.Id, isAccepted ? "Accepted" : "Received", "示例申请人", "0813-0000000", Letters(8), Text(receivedAt), 0L, "窗口", isAccepted ? Text(acceptedAt) : null, isAccepted ? "窗口" : null);
        foreach (var line in Checklist.Of(process, items))
            Add("onewindow_material", application, line.Document.Code, line.Document.Name.Zh, line.Document.Name.En, string.Join(' ', line.WantedBy), line.ComesFrom, true, Text(receivedAt));

        var decisions = new Dictionary<string, (long Case, DateOnly On)?>();
        for (var i = 0; i < items.Count; i++)
            decisions[items[i].Item.Code] = null;
        // In an order in which what an item needs comes before it.
        var left = items.Select((item, position) => (item, position)).ToList();
        var first = nextId;
        nextId += items.Count;
        while (left.Count > 0)
        {
            var (item, position) = left.First(l => l.item.Needs.All(need => !left.Exists(o => o.item.Item.Code == need)));
            left.RemoveAll(l => l.position == position);
            decisions[item.Item.Code] = Case(first + position, $"{number}-{position + 1:00}", number, project, item, receivedAt, isAccepted ? acceptedAt : null, decisions);
        }

        return items.Count;
    }

    /// <summary>The decision, where there is an approval by the last day.</summary>
    private (long Case, DateOnly On)? Case(
        long id, string number, string application, long project, ProcessItem wanted, DateTime receivedAt, DateTime? admittedAt, Dictionary<string, (long Case, DateOnly On)?> decisions)
    {
        var item = wanted.Item;
        var needs = wanted.Needs.Where(decisions.ContainsKey).ToList();
        foreach (var need in needs) Add("permits_need", id, need, decisions[need]?.Case, decisions[need] is { } met ? Day(met.On) : null);

        var events = new List<(CaseStatus Status, DateTime At)> { (CaseStatus.Received, receivedAt) };
        DateOnly? accepted = null, due = null, decided = null;
        var (provisional, status) = (false, CaseStatus.Received);
        string? certificate = null;
        if (admittedAt is { } admitted && needs.TrueForAll(need => decisions[need] is not null))
        {
            var start = needs.Select(need => decisions[need]!.Value.On).Append(clock.DayOf(admitted)).Max();
            accepted = start;
            var acceptedAt = start == clock.DayOf(admitted) ? admitted : Instant(start, 15, 17);
            events.Add((CaseStatus.Accepted, acceptedAt));
            status = CaseStatus.Accepted;

            var promised = item.Promised!.Value.Value;
            var works = Math.Clamp((int)Math.Round(promised * Math.Exp(Normal() * 0.32 - 0.45)), 1, promised * 3);
            var pause = random.NextDouble() < PauseShare(item.Code) ? random.Next(3, 16) : 0;
            var pausedFrom = days.Add(start, random.Next(works)).Date;
            var pausedTo = days.Add(pausedFrom, pause).Date;
            if (pausedTo > last) pause = 0; // one that is open would have a clock without a due date
            var end = days.Add(start, works + pause).Date;
            if (works > 1 && days.Add(start, 1).Date is var begins && begins <= last && begins < end && (pause == 0 || begins <= pausedFrom))
            {
                events.Add((CaseStatus.DepartmentStarted, Instant(begins, 9, 10)));
                status = CaseStatus.DepartmentStarted;
            }

            if (pause > 0 && pausedFrom < end)
            {
                var pausedAt = pausedFrom == start ? acceptedAt.AddMinutes(20) : Instant(pausedFrom, 10, 12);
                events.Add((CaseStatus.SpecialProcedureStarted, pausedAt));
                events.Add((CaseStatus.SpecialProcedureEnded, Instant(pausedTo, 13, 14)));
                status = CaseStatus.SpecialProcedureEnded;
            }

            if (end <= last)
            {
                var draw = random.NextDouble();
                status = draw < 0.015 ? CaseStatus.Refused : draw < 0.035 ? CaseStatus.ApprovedDocumentsOwed : CaseStatus.Approved;
                decided = end;
                events.Add((status, Instant(end, 15, 17)));
                if (status.IsApproved()) certificate = $"{item.CertificatePrefix}{number}";
            }

            foreach (var (rule, limit) in new[] { ("promised", item.Promised), ("statutory", item.Statutory) })
            {
                if (limit is not { } given) continue;
                var runs = Clock.Start(days, start, given, pauses: pause == 0 ? [] : [new(pausedFrom, pausedTo)]);
                var (clockDue, isProvisional) = runs.Due!.Value;
                var warnOn = runs.WarnOn!.Value;
                if (rule == "promised") (due, provisional) = (clockDue, isProvisional);
                var used = decided is { } done ? runs.Used(days, done) : (int?)null;
                Add("deadlines_clock", nextId++, "case", id, rule, number, item.Department, item.Code, Day(start), given.Value, given.Unit, 0, false, Day(clockDue), Day(clockDue), 1, isProvisional, Day(warnOn), decided is null ? Day(warnOn) : null, days.Edition, decided is { } stopped ? Day(stopped) : null, used);
            }

            if (decided is { } on)
            {
                var arrived = events[^1].At;
                var handedOut = days.Add(on, random.Next(1, 8)).Date;
                var isHandedOut = handedOut <= last;
                Add("onewindow_result", id, application, number, item.Result.Zh, certificate, Day(on), Text(arrived), isHandedOut ? Day(handedOut) : null, isHandedOut ? Text(Instant(handedOut, 9, 16)) : null, isHandedOut ? "窗口" : null, isHandedOut ? "示例申请人" : null);
            }
        }

        Add("permits_case", id, number, application, project, item.Id, item.Code, item.Department, (int)status, item.Promised?.Value, item.Promised?.Unit, item.Statutory?.Value, item.Statutory?.Unit, Text(receivedAt), admittedAt is not null, admittedAt is { } at ? Text(at) : null, Day(accepted), Day(due), provisional, Day(decided), certificate, events.Count, Text(events[^1].At));
        for (var i = 0; i < events.Count; i++)
        {
            // One in twenty is done on paper and entered some days later (补录).
            var lateDays = random.NextDouble() < 0.05 ? random.Next(2, 6) : 0;
            var recorded = lateDays == 0 ? events[i].At : Instant(days.Add(clock.DayOf(events[i].At), lateDays).Date, 9, 10);
            if (clock.DayOf(recorded) > last) (lateDays, recorded) = (0, events[i].At);
            Add("permits_event", id, i + 1, (int)events[i].Status, Text(events[i].At), Text(recorded), 0L, i == 0 ? "窗口" : item.Department, "", lateDays == 0 ? "" : "纸质办理，补录");
        }

        return decided is { } day && status.IsApproved() ? (id, day) : null;
    }

    /// <summary>Publicity of a scheme and technical assessment stop the clock more often than anything else.</summary>
    private static double PauseShare(string item) => item switch
    {
        "A04" or "B05" => 0.15,
        "A09" or "B14" => 0.30,
        _ => 0.02,
    };

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private DateTime Instant(DateOnly day, int fromHour, int toHour) =>
        clock.Utc(day.ToDateTime(new TimeOnly(fromHour, 0)).AddSeconds(random.Next((toHour - fromHour) * 3600)));

    private string Number(DateOnly day)
    {
        while (true)
        {
            var number = $"{day:yyyyMMdd}-{Letters(5)}";
            if (numbers.Add(number)) return number;
        }
    }

    private string Letters(int count) => string.Create(count, random, static (span, random) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = CrockfordAlphabet[random.Next(CrockfordAlphabet.Length)];
    });

    private static string Text(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Add(string table, params object?[] row) => tables[table].Rows.Add(row);

    private async Task Flush(CancellationToken ct)
    {
        foreach (var table in tables.Values)
        {
            await engine.BulkInsert(table.Name, table.Columns, table.Rows, ct);
            table.Rows.Clear();
        }
    }

    private sealed class Table(string name, string columns)
    {
        public string Name => name;

        public IReadOnlyList<string> Columns { get; } = columns.Split(' ');

        public List<object?[]> Rows { get; } = [];
    }
}
