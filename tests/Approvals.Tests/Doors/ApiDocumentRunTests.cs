using System.Data.Common;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;
using Dapper;

namespace Approvals.Tests.Doors;

/// <summary>
/// Every operation of the API's own document is sent what it does not say: wrong types, huge texts, missing and foreign ids,
/// nothing, fields too many, values and days that do not exist. It answers 2xx or 4xx, and what it refuses it has not begun.
/// </summary>
/// <remarks>Each body goes out once by a role that may; with <c>APPROVALS_FUZZ</c> set, every body by every role.</remarks>
[Parallelizable]
internal sealed partial class ApiDocumentRunTests
{
    private static readonly bool Whole = Environment.GetEnvironmentVariable("APPROVALS_FUZZ") is { Length: > 0 };

    private static readonly (Role Role, string Login)[] People =
    [
        (Role.WindowClerk, "clerk"), (Role.Reviewer, "zrzy"), (Role.DepartmentHead, "zrzy-head"), (Role.Supervisor, "supervisor"), (Role.Agent, "agent"),
        (Role.ProjectManager, "manager"), (Role.ZoneLeader, "leader"), (Role.Auditor, "auditor"),
        (Role.SystemAdministrator, "admin"), (Role.SecurityAdministrator, "security"), (Role.AuditAdministrator, "audit-admin"),
    ];

    private static readonly JsonNode?[] Odd =
    [
        null, "", "x", 0, -1, 1.5, long.MaxValue, 1e308, true, new JsonArray(), new JsonObject(), new string('长', 20_000), "0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
        "2026-02-30", "' OR 1=1 --", "<script>", "\u0000", "\uFFFF", "\uFFFE@", "NoSuchValue", "2026-03-02T09:00:00",
    ];

    private App app = null!;

    [SetUp]
    public async Task Open() => app = await App.Start(environment: "Development");

    [TearDown]
    public async Task Close() => await app.DisposeAsync();

    [Test]
    public async Task Every_operation_answers_whatever_it_is_sent_and_writes_nothing_when_it_refuses()
    {
        using var plain = app.Http();
        using var document = JsonDocument.Parse(await plain.GetStringAsync("/openapi/v1.json"));
        var known = await Known();
        var programs = new Dictionary<string, HttpClient>();
        var (wrong, sent, written) = (new List<string>(), new Dictionary<int, int>(), 0);
        await Watch();
        await using var connection = app.Connection();
        var before = await Written(connection);
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var method = new HttpMethod(operation.Name.ToUpperInvariant());
                var bodies = Bodies(document.RootElement, operation.Value).ToList();
                var urls = Urls(path.Name, operation.Value, known).ToList();
                for (var i = 0; i < Math.Max(bodies.Count, urls.Count); i++)
                {
                    var (url, body) = (urls[i % urls.Count], bodies.Count == 0 ? null : bodies[i % bodies.Count]);
                    foreach (var (role, login) in Whole ? People : [Allowed(operation.Value, i)])
                    {
                        using var answer = await Send(programs, login, method, url, body);
                        var status = (int)answer.StatusCode;
                        sent[status / 100] = sent.GetValueOrDefault(status / 100) + 1;
                        if (status is < 200 or >= 500 or (>= 300 and < 400)) wrong.Add($"{role} {method} {Shown(url)} {Shown(body)}: {status} {Shown(await answer.Content.ReadAsStringAsync())}");
                        // What a reading request should have written is told at the next one: it must not be missed, only not looked for as often.
                        if (method == HttpMethod.Get) continue;
                        var after = await Written(connection);
                        if (status >= 400)
                            foreach (var table in Tables.Where(t => after[t] != before[t])) wrong.Add($"{role} {method} {Shown(url)} {Shown(body)}: {status}, and {table} was written");
                        before = after;
                        if (status is >= 200 and < 300) written++;
                    }
                }
            }
        }

        foreach (var program in programs.Values) program.Dispose();
        TestContext.Out.WriteLine($"{string.Join(", ", sent.OrderBy(s => s.Key).Select(s => $"{s.Key}xx: {s.Value}"))}; {written} of them changed something");
        Assert.That(wrong.Take(20), Is.Empty, $"{wrong.Count} in all");
        Assert.That(sent.Values.Sum(), Is.GreaterThan(1_500));
        Assert.That(written, Is.GreaterThan(20), "what is looked at does change");
        Assert.That((await app.Send(new Approvals.Modules.Audit.VerifyChain.Query(null), Person.Auditor)).Found, Is.Null, "the chain of the record is whole");
    }

    /// <summary>Texts that a JSON reader may stumble over before the program has seen them.</summary>
    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"x\"")]
    [TestCase("{")]
    [TestCase("{\"code\":\"\\ud800\"}")]
    [TestCase("{\"code\":1,\"code\":2}")]
    [TestCase("{\"CODE\":{\"a\":[[[[]]]]}}")]
    [TestCase("{\"code\":NaN}")]
    [TestCase("{\"name\":\"\\u0000\"}")]
    public async Task Every_operation_with_a_body_refuses_what_is_no_proper_one(string body)
    {
        using var plain = app.Http();
        using var document = JsonDocument.Parse(await plain.GetStringAsync("/openapi/v1.json"));
        var programs = new Dictionary<string, HttpClient>();
        var wrong = new List<string>();
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(o => o.Value.TryGetProperty("requestBody", out _)))
            {
                using var answer = await Send(programs, Allowed(operation.Value, 0).Login, new HttpMethod(operation.Name.ToUpperInvariant()), Placeholder().Replace(path.Name, "x1"), body);
                if ((int)answer.StatusCode is < 200 or >= 500) wrong.Add($"{operation.Name} {path.Name}: {(int)answer.StatusCode}");
            }
        }

        foreach (var program in programs.Values) program.Dispose();
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>A token may have been ended by what was sent: then another is made.</summary>
    private async Task<HttpResponseMessage> Send(Dictionary<string, HttpClient> programs, string login, HttpMethod method, string url, string? body)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (!programs.TryGetValue(login, out var program))
                programs[login] = program = app.Http(await app.Token(login, Guid.NewGuid().ToString("n"), Scopes.All));
            using var request = new HttpRequestMessage(method, url);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            var answer = await program.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.Unauthorized || attempt > 0) return answer;
            programs.Remove(login);
        }
    }

    /// <summary>Ids that exist, so that a request gets past "no such record".</summary>
    private async Task<Dictionary<string, string[]>> Known()
    {
        async Task<string[]> Of(string sql) => [.. (await app.Rows<string>(sql)).Take(3)];
        return new()
        {
            ["applications"] = await Of("SELECT number FROM onewindow_application ORDER BY id DESC"),
            ["cases"] = await Of("SELECT number FROM permits_case ORDER BY id DESC"),
            ["projects"] = await Of("SELECT code FROM projects_project ORDER BY id DESC"),
            ["parcels"] = await Of("SELECT number FROM land_parcel ORDER BY id DESC"),
            ["orders"] = await Of("SELECT number FROM supervision_order ORDER BY id DESC"),
            ["windows"] = await Of("SELECT CONCAT(id, '') FROM access_window ORDER BY id"),
            ["users"] = ["clerk2"],
            ["accounts"] = ["clerk2"],
        };
    }

    private static IEnumerable<string> Urls(string path, JsonElement operation, Dictionary<string, string[]> known)
    {
        var query = operation.TryGetProperty("parameters", out var given) ? given.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!).ToList() : [];
        var owner = path.Split('/').TakeWhile(p => !p.StartsWith('{')).LastOrDefault() ?? "";
        string[] ids = [.. known.GetValueOrDefault(owner, ["2026"]), "x1", "0", "-1", "99999999999999999999", "%00", "..%2f..%2fetc", "%27%20OR%201=1", new('9', 300)];
        foreach (var id in path.Contains('{') ? ids : [""])
            yield return Placeholder().Replace(path, id);
        var good = Placeholder().Replace(path, ids[0]);
        foreach (var name in query)
            foreach (var odd in new[] { "", "x", "-1", "99999999999999999999", "0001-01-01", "9999-12-31", "%00", "%27%20OR%201=1", "2026-02-30", new string('x', 2_000) })
                yield return $"{good}?{name}={odd}";
    }

    /// <summary>One field wrong at a time beside plausible others; then all missing, all null, one too many.</summary>
    private static IEnumerable<string> Bodies(JsonElement document, JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var body)) yield break;
        if (!body.GetProperty("content").TryGetProperty("application/json", out var json))
        {
            yield return "{}"; // a form with files: JSON is not what it takes
            yield break;
        }

        var fields = Schema(document, json.GetProperty("schema")) is { } schema && schema.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().Select(p => (p.Name, Value: Plausible(document, p.Name, p.Value, 3))).ToList()
            : [];
        JsonObject Proper() => new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value?.DeepClone())));
        yield return Proper().ToJsonString();
        yield return "{}";
        yield return new JsonObject(fields.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)null))).ToJsonString();
        var extra = Proper();
        extra["noSuchField"] = 1;
        yield return extra.ToJsonString();
        foreach (var (name, _) in fields)
        {
            var without = Proper();
            without.Remove(name);
            yield return without.ToJsonString();
            foreach (var odd in Odd)
            {
                var bent = Proper();
                bent[name] = odd?.DeepClone();
                yield return bent.ToJsonString();
            }
        }

        yield return Bent(Proper(), "x");
        yield return Bent(Proper(), null);
    }

    /// <summary>Every list of the body holding one wrong thing.</summary>
    private static string Bent(JsonObject body, JsonNode? inside)
    {
        foreach (var (name, value) in body.ToList())
            if (value is JsonArray) body[name] = new JsonArray(inside?.DeepClone(), new JsonObject());
        return body.ToJsonString();
    }

    private static JsonNode? Plausible(JsonElement document, string name, JsonElement given, int deep)
    {
        if (Schema(document, given) is not { } schema || deep == 0) return null;
        if (schema.TryGetProperty("enum", out var values)) return values.EnumerateArray().First() is { ValueKind: JsonValueKind.String } first ? first.GetString() : null;
        var type = !schema.TryGetProperty("type", out var t) ? "" : t.ValueKind == JsonValueKind.Array ? t.EnumerateArray().Select(x => x.GetString()).First(x => x != "null") : t.GetString();
        var format = schema.TryGetProperty("format", out var f) ? f.GetString() : "";
        return (type, format) switch
        {
            ("boolean", _) => true,
            ("integer", _) => 5,
            ("number", _) => 5.5,
            ("array", _) => schema.TryGetProperty("items", out var items) ? new JsonArray(Plausible(document, name, items, deep - 1)) : new JsonArray(),
            ("object", _) => schema.TryGetProperty("properties", out var properties) ? new JsonObject(properties.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Plausible(document, p.Name, p.Value, deep - 1)))) : new JsonObject(),
            (_, "date") => "2026-03-02",
            (_, "date-time") => "2026-03-02T08:30:00",
            _ when name.Contains("key", StringComparison.OrdinalIgnoreCase) => Guid.NewGuid().ToString(),
            _ when name.Contains("phone", StringComparison.OrdinalIgnoreCase) => "0813-0000000",
            _ => "示例",
        };
    }

    private static JsonElement? Schema(JsonElement document, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return document.GetProperty("components").GetProperty("schemas").TryGetProperty(reference.GetString()!.Split('/')[^1], out var found) ? found : null;
        foreach (var choice in new[] { "oneOf", "anyOf" })
            if (schema.TryGetProperty(choice, out var choices)) return choices.EnumerateArray().Select(c => Schema(document, c)).FirstOrDefault(c => c is { } s && !(s.TryGetProperty("type", out var t) && t.ValueEquals("null")));
        return schema;
    }

    /// <summary>Those who may, in turn; the document says it of each operation.</summary>
    private static (Role Role, string Login) Allowed(JsonElement operation, int turn)
    {
        var roles = operation.TryGetProperty("description", out var said) ? said.GetString()! : "";
        var may = People.Where(p => Regex.IsMatch(roles, $@"\b{Regex.Escape(Permissions.Name(p.Role).En)}\b")).ToArray();
        return may.Length == 0 ? People[turn % People.Length] : may[turn % may.Length];
    }

    /// <summary>How often each table was written since <see cref="Watch"/>.</summary>
    private static async Task<Dictionary<string, long>> Written(DbConnection connection) =>
        (await connection.QueryAsync<(string Name, long Times)>("SELECT name, times FROM written")).ToDictionary(t => t.Name, t => t.Times);

    /// <summary>Lets the database count each write in the writer's own transaction, so that what is taken back is not counted.</summary>
    private async Task Watch()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await db.Transact(async () =>
        {
            await db.Execute("CREATE TABLE written (name nvarchar(80) NOT NULL PRIMARY KEY, times bigint NOT NULL)");
            foreach (var table in Tables)
            {
                await db.Execute("INSERT INTO written (name, times) VALUES (@table, 0)", new { table });
                var count = $"UPDATE written SET times = times + 1 WHERE name = '{table}'";
                if (App.Server is not null) await db.Execute($"CREATE TRIGGER written_{table} ON {table} AFTER INSERT, UPDATE, DELETE AS SET NOCOUNT ON; {count}");
                else foreach (var act in new[] { "INSERT", "UPDATE", "DELETE" }) await db.Execute($"CREATE TRIGGER written_{act}_{table} AFTER {act} ON {table} BEGIN {count}; END");
            }

            return true;
        }, default);
    }

    /// <remarks>All but the record of the refusal itself, the tries that are counted, when a token was last used, what hands out ids, and how the jobs went.</remarks>
    private static readonly string[] Tables =
    [
        .. Named("CREATE").Except(Named("DROP"))
            .Where(t => !t.StartsWith("audit_", StringComparison.Ordinal) && t is not "access_token" and not "access_attempt" && !t.StartsWith("database_", StringComparison.Ordinal) && !t.StartsWith("operations_", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Named(string act) =>
        Directory.EnumerateFiles(Path.Combine(Source.Root, "db"), "*.sql").SelectMany(f => Regex.Matches(File.ReadAllText(f), $@"{act} TABLE (\w+)").Select(m => m.Groups[1].Value));

    private static string Shown(string? text) => text is null ? "" : text.Length > 300 ? text[..300] : text;

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();
}
