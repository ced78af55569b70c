using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>
/// The event log for process mining: XES (IEEE 1849) with a trace a case, or OCEL 2.0 as JSON, in which an event belongs to
/// its case, application and project. Read from the cases themselves, all of one moment, and written while it is read; people
/// are named by number.
/// </summary>
internal static class ExportEvents
{
    /// <param name="Format">xes or ocel.</param>
    /// <param name="From">Cases received from this day on.</param>
    /// <param name="To">The last day of receipt.</param>
    [RecordAs("导出事件日志", "Export the event log")]
    [Needs(Act.ReadAudit)]
    internal sealed record Query(string Format, DateOnly From, DateOnly To, [property: JsonIgnore] Stream Target) : IRequest<int>, IRecorded;

    private sealed class Handler(Db db, ZoneClock clock) : IRequestHandler<Query, int>
    {
        /// <summary>By their ids, for these are in the order of the rows: a page costs what it passes over.</summary>
        private const string Cases = """
            SELECT id, number, application_number, project_id, item_code, department
              FROM permits_public_case
             WHERE id > @after AND received_at >= @from AND received_at < @end
             ORDER BY id
            """;

        private const string Applications = """
            SELECT a.id, a.number, a.project_id
              FROM onewindow_public_application a
             WHERE a.id > @after AND EXISTS (SELECT c.id FROM permits_public_case c WHERE c.application_number = a.number AND c.received_at >= @from AND c.received_at < @end)
             ORDER BY a.id
            """;

        private const string Projects = """
            SELECT p.id
              FROM projects_public_project p
             WHERE p.id > @after AND EXISTS (SELECT c.id FROM permits_public_case c WHERE c.project_id = p.id AND c.received_at >= @from AND c.received_at < @end)
             ORDER BY p.id
            """;

        private const string Events = """
            SELECT case_id, number, status, activity, occurred_at, recorded_at, user_id
              FROM permits_public_event
             WHERE case_id IN @ids
             ORDER BY case_id, number
            """;

        public Task<int> Handle(Query query, CancellationToken ct)
        {
            var (first, last) = (Words.Day(new DateOnly(WorkingDays.FirstYear, 1, 1)), Words.Day(new DateOnly(WorkingDays.LastYear, 12, 31)));
            new Check()
                .That(WorkingDays.Covers(query.From), "events.day", "from", $"起始日（from）应在 {first} 至 {last} 之间。", $"The first day (from) must lie between {first} and {last}.")
                .That(WorkingDays.Covers(query.To), "events.day", "to", $"结束日（to）应在 {first} 至 {last} 之间。", $"The last day (to) must lie between {first} and {last}.")
                .That(query.From <= query.To, "events.range", "to", "结束日（to）早于起始日（from），请调换。", "The last day (to) lies before the first (from); exchange them.")
                .Done();
            return query.Format switch
            {
                "xes" => db.Snapshot(() => Xes(query, ct), ct),
                "ocel" => db.Snapshot(() => Ocel(query, ct), ct),
                _ => throw Refused.Invalid("events.format", "format", "格式只能是 xes 或 ocel。", "The format is xes or ocel."),
            };
        }

        private async Task<int> Xes(Query query, CancellationToken ct)
        {
            await using var xml = XmlWriter.Create(query.Target, new XmlWriterSettings { Async = true, Indent = true, CloseOutput = false });
            await xml.WriteStartDocumentAsync();
            await xml.WriteStartElementAsync(null, "log", "http://www.xes-standard.org/");
            xml.WriteAttributeString("xes.version", "1849.2016"); // a decimal in the schema
            xml.WriteAttributeString("xes.features", "");
            foreach (var (name, prefix) in new[] { ("Concept", "concept"), ("Time", "time"), ("Organizational", "org"), ("Lifecycle", "lifecycle") })
            {
                xml.WriteStartElement("extension");
                xml.WriteAttributeString("name", name);
                xml.WriteAttributeString("prefix", prefix);
                xml.WriteAttributeString("uri", $"http://www.xes-standard.org/{prefix}.xesext");
                xml.WriteEndElement();
            }

            xml.WriteStartElement("global");
            xml.WriteAttributeString("scope", "trace");
            Write(xml, "string", "concept:name", "");
            xml.WriteEndElement();
            xml.WriteStartElement("global");
            xml.WriteAttributeString("scope", "event");
            Write(xml, "string", "concept:name", "");
            Write(xml, "date", "time:timestamp", Time(DateTime.UnixEpoch));
            Write(xml, "string", "lifecycle:transition", "complete");
            xml.WriteEndElement();
            xml.WriteStartElement("classifier");
            xml.WriteAttributeString("name", "Activity");
            xml.WriteAttributeString("scope", "event");
            xml.WriteAttributeString("keys", "concept:name");
            xml.WriteEndElement();

            var written = 0;
            await foreach (var (c, events) in Logs(query, ct))
            {
                xml.WriteStartElement("trace");
                Write(xml, "string", "concept:name", c.Number);
                Write(xml, "string", "application", c.ApplicationNumber);
                Write(xml, "string", "project", Id(c.ProjectId));
                Write(xml, "string", "item", c.ItemCode);
                Write(xml, "string", "org:group", c.Department);
                foreach (var e in events)
                {
                    xml.WriteStartElement("event");
                    Write(xml, "string", "concept:name", e.Name.Zh);
                    Write(xml, "date", "time:timestamp", Time(e.OccurredAt));
                    Write(xml, "string", "lifecycle:transition", "complete");
                    Write(xml, "string", "org:resource", Id(e.UserId));
                    Write(xml, "int", "status", Id((int)e.Status));
                    Write(xml, "date", "recorded", Time(e.RecordedAt));
                    xml.WriteEndElement();
                    written++;
                }

                xml.WriteEndElement();
                await xml.FlushAsync();
            }

            await xml.WriteEndElementAsync();
            await xml.WriteEndDocumentAsync();
            return written;
        }

        private async Task<int> Ocel(Query query, CancellationToken ct)
        {
            await using var json = new Utf8JsonWriter(query.Target, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            json.WriteStartObject();
            json.WriteStartArray("objectTypes");
            Type(json, "case", ("item", "string"), ("department", "string"));
            Type(json, "application");
            Type(json, "project");
            json.WriteEndArray();
            json.WriteStartArray("eventTypes");
            foreach (var name in Enum.GetValues<CaseStatus>().Select(s => s.Name()).Concat(Enum.GetValues<CaseActivity>().Select(a => a.Name())))
                Type(json, name.Zh, ("status", "integer"), ("recorded", "time"), ("user", "string"));
            json.WriteEndArray();

            json.WriteStartArray("objects");
            await foreach (var p in Read<Row>(Projects, query, ct))
            {
                Thing(json, "project:" + Id(p.Id), "project");
                await json.FlushAsync(ct);
            }

            await foreach (var a in Read<Application>(Applications, query, ct))
            {
                Thing(json, a.Number, "application", ("project:" + Id(a.ProjectId), "for"));
                await json.FlushAsync(ct);
            }

            await foreach (var c in Read<Case>(Cases, query, ct))
            {
                json.WriteStartObject();
                json.WriteString("id", c.Number);
                json.WriteString("type", "case");
                json.WriteStartArray("attributes");
                foreach (var (name, value) in new[] { ("item", c.ItemCode), ("department", c.Department) })
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteString("time", "1970-01-01T00:00:00Z");
                    json.WriteString("value", value);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                Related(json, (c.ApplicationNumber, "of"));
                json.WriteEndObject();
                await json.FlushAsync(ct);
            }

            json.WriteEndArray();
            json.WriteStartArray("events");
            var written = 0;
            await foreach (var (c, events) in Logs(query, ct))
            {
                foreach (var e in events)
                {
                    json.WriteStartObject();
                    json.WriteString("id", $"{c.Number}#{e.Number}");
                    json.WriteString("type", e.Name.Zh);
                    json.WriteString("time", Time(e.OccurredAt));
                    json.WriteStartArray("attributes");
                    // The schema takes every value as text; what it means, its type declares.
                    Attribute(json, "status", Id((int)e.Status));
                    Attribute(json, "recorded", Time(e.RecordedAt));
                    Attribute(json, "user", Id(e.UserId));
                    json.WriteEndArray();
                    Related(json, (c.Number, "case"), (c.ApplicationNumber, "application"), ("project:" + Id(c.ProjectId), "project"));
                    json.WriteEndObject();
                    written++;
                }

                await json.FlushAsync(ct);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            return written;
        }

        /// <summary>Each case with its events, a share held at a time.</summary>
        private async IAsyncEnumerable<(Case Case, IEnumerable<Event> Events)> Logs(Query query, [EnumeratorCancellation] CancellationToken ct)
        {
            var share = new List<Case>(Sources.Share);
            await foreach (var c in Read<Case>(Cases, query, ct))
            {
                share.Add(c);
                if (share.Count < Sources.Share) continue;
                foreach (var log in await With(share)) yield return log;
                share.Clear();
            }

            if (share.Count == 0) yield break;
            foreach (var log in await With(share)) yield return log;

            async Task<IEnumerable<(Case, IEnumerable<Event>)>> With(List<Case> cases)
            {
                var events = (await db.Query<Event>(Events, new { ids = cases.Select(c => c.Id) }, ct)).ToLookup(e => e.CaseId);
                return cases.Select(c => (c, events[c.Id]));
            }
        }

        private async IAsyncEnumerable<T> Read<T>(string sql, Query query, [EnumeratorCancellation] CancellationToken ct)
            where T : Row
        {
            var (from, end) = (clock.Utc(query.From.ToDateTime(TimeOnly.MinValue)), clock.Utc(query.To.AddDays(1).ToDateTime(TimeOnly.MinValue)));
            IReadOnlyList<T> rows;
            for (var after = 0L; ; after = rows[^1].Id)
            {
                rows = await db.First<T>(Sources.Share, sql, new { after, from, end }, ct);
                foreach (var row in rows) yield return row;
                if (rows.Count < Sources.Share) yield break;
            }
        }

        private static void Write(XmlWriter xml, string kind, string key, string value)
        {
            xml.WriteStartElement(kind);
            xml.WriteAttributeString("key", key);
            xml.WriteAttributeString("value", value);
            xml.WriteEndElement();
        }

        private static void Type(Utf8JsonWriter json, string name, params (string Name, string Type)[] attributes)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteStartArray("attributes");
            foreach (var attribute in attributes)
            {
                json.WriteStartObject();
                json.WriteString("name", attribute.Name);
                json.WriteString("type", attribute.Type);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        private static void Thing(Utf8JsonWriter json, string id, string type, params (string Id, string Qualifier)[] related)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("type", type);
            json.WriteStartArray("attributes");
            json.WriteEndArray();
            Related(json, related);
            json.WriteEndObject();
        }

        private static void Attribute(Utf8JsonWriter json, string name, string value)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        private static void Related(Utf8JsonWriter json, params (string Id, string Qualifier)[] related)
        {
            json.WriteStartArray("relationships");
            foreach (var (id, qualifier) in related)
            {
                json.WriteStartObject();
                json.WriteString("objectId", id);
                json.WriteString("qualifier", qualifier);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        private string Time(DateTime utc) => new DateTimeOffset(clock.Local(utc), clock.Zone.GetUtcOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc))).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

        private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

        private record Row
        {
            public long Id { get; init; }
        }

        private sealed record Application : Row
        {
            public string Number { get; init; } = "";
            public long ProjectId { get; init; }
        }

        private sealed record Case : Row
        {
            public string Number { get; init; } = "";
            public string ApplicationNumber { get; init; } = "";
            public long ProjectId { get; init; }
            public string ItemCode { get; init; } = "";
            public string Department { get; init; } = "";
        }

        private sealed record Event
        {
            public long CaseId { get; init; }
            public int Number { get; init; }
            public CaseStatus Status { get; init; }
            public CaseActivity? Activity { get; init; }
            public DateTime OccurredAt { get; init; }
            public DateTime RecordedAt { get; init; }
            public long UserId { get; init; }

            /// <summary>What happened; where the status stayed, not that status once more.</summary>
            public Text Name => Activity?.Name() ?? Status.Name();
        }
    }
}
