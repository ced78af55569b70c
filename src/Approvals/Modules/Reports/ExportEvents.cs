using System.Globalization;
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
/// its case, application and project. Written while it is read; people are named by number.
/// </summary>
internal static class ExportEvents
{
    /// <param name="Format">xes or ocel.</param>
    /// <param name="From">Cases received from this day on.</param>
    /// <param name="To">The last day of receipt.</param>
    [RecordAs("导出事件日志", "Export the event log")]
    [Needs(Act.ReadAudit)]
    internal sealed record Query(string Format, DateOnly From, DateOnly To, [property: JsonIgnore] Stream Target) : IRequest<int>, IRecorded;

    private sealed class Handler(Db db, ZoneClock clock, Naming naming) : IRequestHandler<Query, int>
    {
        private const string Cases = """
            SELECT case_id, number, application_number, project_id, item_code, department, received_on
              FROM reports_case
             WHERE received_on BETWEEN @begin AND @to AND (received_on > @begin OR case_id > @after)
             ORDER BY received_on, case_id
            """;

        private const string Events = """
            SELECT case_id, number, status, occurred_at, recorded_at, user_id
              FROM permits_public_event
             WHERE case_id IN @ids
             ORDER BY case_id, number
            """;

        public async Task<int> Handle(Query query, CancellationToken ct) => query.Format switch
        {
            "xes" => await Xes(query, ct),
            "ocel" => await Ocel(query, ct),
            _ => throw Refused.Invalid("events.format", "format", "格式只能是 xes 或 ocel。", "The format is xes or ocel."),
        };

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
            xml.WriteAttributeString("keys", "concept:name");
            xml.WriteEndElement();

            var written = 0;
            await foreach (var (c, events) in Read(query, ct))
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
                    Write(xml, "string", "concept:name", e.Status.Name().Zh);
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
            foreach (var status in Enum.GetValues<CaseStatus>()) Type(json, status.Name().Zh, ("status", "integer"), ("recorded", "time"), ("user", "string"));
            json.WriteEndArray();

            json.WriteStartArray("objects");
            var (applications, projects) = (new HashSet<string>(), new HashSet<long>());
            await foreach (var (c, _) in Read(query, ct))
            {
                if (projects.Add(c.ProjectId)) Thing(json, "project:" + Id(c.ProjectId), "project");
                if (applications.Add(c.ApplicationNumber)) Thing(json, c.ApplicationNumber, "application", ("project:" + Id(c.ProjectId), "for"));
                json.WriteStartObject();
                json.WriteString("id", c.Number);
                json.WriteString("type", "case");
                json.WriteStartArray("attributes");
                foreach (var (name, value) in new[] { ("item", naming.Item(c.ItemCode).Zh), ("department", c.Department) })
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
            await foreach (var (c, events) in Read(query, ct))
            {
                foreach (var e in events)
                {
                    json.WriteStartObject();
                    json.WriteString("id", $"{c.Number}#{e.Number}");
                    json.WriteString("type", e.Status.Name().Zh);
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

        private async IAsyncEnumerable<(Case Case, IReadOnlyList<Event> Events)> Read(Query query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        {
            var (begin, after) = (query.From, 0L);
            while (true)
            {
                var cases = await db.First<Case>(Sources.Share, Cases, new { begin, to = query.To, after }, ct);
                if (cases.Count == 0) yield break;
                var events = (await db.Query<Event>(Events, new { ids = cases.Select(c => c.CaseId).ToArray() }, ct)).ToLookup(e => e.CaseId);
                foreach (var c in cases) yield return (c, [.. events[c.CaseId]]);
                if (cases.Count < Sources.Share) yield break;
                (begin, after) = (cases[^1].ReceivedOn, cases[^1].CaseId);
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

        private sealed record Case
        {
            public long CaseId { get; init; }
            public string Number { get; init; } = "";
            public string ApplicationNumber { get; init; } = "";
            public long ProjectId { get; init; }
            public string ItemCode { get; init; } = "";
            public string Department { get; init; } = "";
            public DateOnly ReceivedOn { get; init; }
        }

        private sealed record Event
        {
            public long CaseId { get; init; }
            public int Number { get; init; }
            public CaseStatus Status { get; init; }
            public DateTime OccurredAt { get; init; }
            public DateTime RecordedAt { get; init; }
            public long UserId { get; init; }
        }
    }
}
