using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.OneWindow;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Approvals.Benchmarks;

/// <summary>One form of ten items through the real command, beside the same rows written by bare Dapper; both fully durable.</summary>
internal static class Submission
{
    private const int PerRound = 150;
    private const int Rounds = 7;

    public static async Task Run()
    {
        await using var ours = await Lab.Open((Rounds + 1) * PerRound);
        await using var bare = await Lab.Open((Rounds + 1) * PerRound);
        await using var connection = bare.Bare();
        var rows = new BareRows(bare, connection);
        var (rate, limit, ratio) = await Paired.Rates(
            Rounds,
            async () =>
            {
                for (var i = 0; i < PerRound; i++) await ours.Submit();
                return PerRound;
            },
            () =>
            {
                for (var i = 0; i < PerRound; i++) rows.Submit();
                return Task.FromResult((double)PerRound);
            });
        rows.CompareWith(ours);
        Paired.Row("one submission of ten items", $"{1000 / rate:0.00} ms", $"bare Dapper rows {1000 / limit:0.00} ms", 1 / ratio, "≤ 1.5");
    }
}

/// <summary>The rows of a submission and of its decisions, by Dapper alone: no rights, no checks, no answers to read back.</summary>
internal sealed class BareRows(Lab lab, SqliteConnection connection)
{
    private readonly Process process = lab.Reform;
    private readonly IReadOnlyList<ChecklistLine> checklist = Checklist.Of(lab.Reform, [.. lab.Reform.Items]);
    private readonly DateOnly today = new(2026, 3, 2);
    private readonly DateTime at = new(2026, 3, 2, 1, 0, 0, DateTimeKind.Utc);
    private int submitted;
    private long nextId = 1_000_000;

    public (long FirstCase, string Number) Submit()
    {
        var project = (long)++submitted;
        var number = $"20260302-{submitted:00000}";
        var id = nextId++;
        var first = nextId;
        nextId += process.Items.Count;
        using var transaction = connection.BeginTransaction();
        connection.Execute(
            """
            INSERT INTO onewindow_application (id, number, request_key, project_id, process_id, state, applicant, applicant_phone, query_code, received_at, received_by, received_by_name)
            VALUES (@id, @number, @key, @project, @process, 'Received', @applicant, @phone, @query, @at, 1, @by)
            """,
            new { id, number, key = Guid.CreateVersion7().ToString(), project, process = process.Id, applicant = "示例申请人", phone = "0813-0000000", query = number, at, by = "窗口" },
            transaction);
        connection.Execute(
            """
            INSERT INTO onewindow_material (application_id, document, name_zh, name_en, wanted_by, comes_from, is_given, given_at)
            VALUES (@id, @Code, @Zh, @En, @Wanted, @ComesFrom, 1, @at)
            """,
            checklist.Select(l => new { id, l.Document.Code, l.Document.Name.Zh, l.Document.Name.En, Wanted = string.Join(' ', l.WantedBy), l.ComesFrom, at }),
            transaction);
        connection.Execute(
            """
            INSERT INTO permits_case (id, number, application_number, project_id, item_id, item_code, department, status, promised_limit, promised_unit, statutory_limit, statutory_unit,
                   received_at, is_admitted, is_due_provisional, last_event, last_occurred_at)
            VALUES (@Id, @Number, @application, @project, @ItemId, @Code, @Department, 1, @Promised, @PromisedUnit, @Statutory, @StatutoryUnit, @at, 0, 0, 1, @at)
            """,
            process.Items.Select((i, n) => new
            {
                Id = first + n,
                Number = $"{number}-{n + 1:00}",
                application = number,
                project,
                ItemId = i.Item.Id,
                i.Item.Code,
                i.Item.Department,
                Promised = i.Item.Promised?.Value,
                PromisedUnit = i.Item.Promised?.Unit,
                Statutory = i.Item.Statutory?.Value,
                StatutoryUnit = i.Item.Statutory?.Unit,
                at,
            }),
            transaction);
        connection.Execute(
            """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason)
            VALUES (@Id, 1, 1, @at, @at, 1, @by, '', '')
            """,
            process.Items.Select((_, n) => new { Id = first + n, at, by = "窗口" }),
            transaction);
        connection.Execute(
            "INSERT INTO permits_need (case_id, item_code) VALUES (@Id, @Need)",
            process.Items.SelectMany((i, n) => i.Needs.Select(need => new { Id = first + n, Need = need })),
            transaction);
        Clock(transaction, "application", id, "answer", number, "", "", new(5, Limit.WorkingDays));
        transaction.Commit();
        return (first, number);
    }

    /// <summary>Submission, acceptance and ten decisions, a transaction each, as a plain program would write them.</summary>
    public void Job()
    {
        var (first, application) = Submit();
        var project = submitted;
        var applicationId = first - 1;
        var stages = new Dictionary<int, long>();
        var done = new HashSet<string>();
        var started = new HashSet<int>();
        using (var transaction = connection.BeginTransaction())
        {
            connection.Execute("UPDATE onewindow_application SET state = 'Accepted', answered_at = @at, answered_by = @by WHERE number = @application AND state = 'Received'", new { application, at, by = "窗口" }, transaction);
            connection.Execute("UPDATE permits_case SET is_admitted = 1, admitted_at = @at WHERE application_number = @application", new { application, at }, transaction);
            Stop(transaction, "application", applicationId);
            Start(transaction);
            transaction.Commit();
        }

        while (done.Count < process.Items.Count)
        {
            var n = started.First(n => !done.Contains(process.Items[n].Item.Code));
            var item = process.Items[n].Item;
            using var transaction = connection.BeginTransaction();
            connection.Execute(
                "UPDATE permits_case SET status = 11, decided_on = @today, certificate_number = @certificate, last_event = last_event + 1, last_occurred_at = @at WHERE id = @id AND status = 3",
                new { today, certificate = "示例 " + application, at, id = first + n }, transaction);
            connection.Execute(
                "INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason) VALUES (@id, 3, 11, @at, @at, 1, @by, '', '')",
                new { id = first + n, at, by = "窗口" }, transaction);
            Stop(transaction, "case", first + n);
            Clock(transaction, "case", first + n, "delivery", $"{application}-{n + 1:00}", "", item.Code, new(10, Limit.WorkingDays));
            if (item.Code == "A08") Clock(transaction, "case", first + n, "permit-start", $"{application}-{n + 1:00}", "", item.Code, new(3, Limit.Months));
            connection.Execute(
                "UPDATE permits_need SET met_by_case_id = @id, met_on = @today WHERE item_code = @Code AND case_id IN (SELECT id FROM permits_case WHERE project_id = @project)",
                new { id = first + n, today, item.Code, project }, transaction);
            connection.Execute(
                """
                INSERT INTO onewindow_result (case_id, application_number, case_number, paper, certificate_number, decided_on, arrived_at)
                VALUES (@id, @application, @number, @paper, @certificate, @today, @at)
                """,
                new { id = first + n, application, number = $"{application}-{n + 1:00}", paper = item.Result.Zh, certificate = "示例 " + application, today, at }, transaction);
            if (item.Code is "A02" or "A04" or "A05" or "A08")
                connection.Execute("INSERT INTO projects_milestone (project_id, phase, kind, reached_on, reported_by, reported_at) VALUES (@project, 0, @Code, @today, 1, @at)", new { project, item.Code, today, at }, transaction);
            done.Add(item.Code);
            var stage = process.Items[n].Stage;
            if (process.Items.Where(i => i.Stage == stage).All(i => done.Contains(i.Item.Code)))
            {
                connection.Execute("UPDATE onewindow_stage SET ended_on = @today WHERE id = @id", new { today, id = stages[stage] }, transaction);
                Stop(transaction, "stage", stages[stage]);
            }

            Start(transaction);
            transaction.Commit();
        }

        void Start(SqliteTransaction transaction)
        {
            foreach (var (item, n) in process.Items.Select((i, n) => (i, n)).Where(p => !started.Contains(p.n) && p.i.Needs.All(done.Contains)).ToList())
            {
                started.Add(n);
                connection.Execute("UPDATE permits_case SET status = 3, accepted_on = @today, due_on = @today, last_event = 2, last_occurred_at = @at WHERE id = @id", new { today, at, id = first + n }, transaction);
                connection.Execute(
                    "INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason) VALUES (@id, 2, 3, @at, @at, 1, @by, '', '')",
                    new { id = first + n, at, by = "窗口" }, transaction);
                foreach (var (rule, limit) in new[] { ("promised", item.Item.Promised), ("statutory", item.Item.Statutory) })
                {
                    if (limit is not { } given) continue;
                    Clock(transaction, "case", first + n, rule, $"{application}-{n + 1:00}", item.Item.Department, item.Item.Code, given);
                }

                if (!stages.TryAdd(item.Stage, nextId)) continue;
                connection.Execute("INSERT INTO onewindow_stage (id, application_id, stage, started_on) VALUES (@Id, @applicationId, @Stage, @today)", new { Id = nextId, applicationId, item.Stage, today }, transaction);
                Clock(transaction, "stage", nextId++, "stage", $"{application}-S{item.Stage}", "", "", new(process.Stages.Single(p => p.Number == item.Stage).Limit, Limit.WorkingDays));
            }
        }
    }

    private void Clock(SqliteTransaction transaction, string kind, long subject, string rule, string label, string department, string itemCode, Limit limit) => connection.Execute(
        """
        INSERT INTO deadlines_clock (id, subject_kind, subject_id, limit_rule, label, department, item, accepted_on, limit_value, limit_unit, extension_days, has_pauses, due_on, last_due_on, due_version, is_provisional, warn_on, next_alert_on, calendar_edition)
        VALUES (@Id, @kind, @subject, @rule, @label, @department, @itemCode, @today, @Value, @Unit, 0, 0, @today, @today, 1, 0, @today, @today, 6)
        """,
        new { Id = nextId++, kind, subject, rule, label, department, itemCode, today, limit.Value, limit.Unit },
        transaction);

    private void Stop(SqliteTransaction transaction, string kind, long subject) => connection.Execute(
        "UPDATE deadlines_clock SET stopped_on = @today, used_days = 0, next_alert_on = NULL WHERE subject_id = @subject AND subject_kind = @kind", new { today, kind, subject }, transaction);

    /// <summary>The comparison is worth nothing unless both wrote the same number of rows.</summary>
    public void CompareWith(Lab ours)
    {
        using var theirs = ours.Bare();
        foreach (var table in new[] { "onewindow_application", "onewindow_material", "permits_case", "permits_event", "permits_need", "deadlines_clock", "onewindow_stage", "onewindow_result", "projects_milestone" })
        {
            var (a, b) = (theirs.ExecuteScalar<long>($"SELECT COUNT(*) FROM {table}"), connection.ExecuteScalar<long>($"SELECT COUNT(*) FROM {table}"));
            if (a != b) throw new InvalidOperationException($"{table}: {a} rows by the command, {b} by hand.");
        }
    }
}
