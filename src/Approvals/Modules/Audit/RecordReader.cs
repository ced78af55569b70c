using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;

namespace Approvals.Modules.Audit;

/// <param name="Person">A login, or a name as it stands on the account: of whoever did it, or for whom it was done (代).</param>
/// <param name="About">The number of a case, an application, a parcel, a project or an order, or a login.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Outcome">done, refused (for whatever reason) or one of the reasons.</param>
internal sealed record Filter(string? Person = null, string? About = null, DateOnly? From = null, DateOnly? To = null, string? Outcome = null)
{
    public const string NotDone = "not-done";

    public static readonly IReadOnlyList<string> Outcomes = ["done", NotDone, "refused", "invalid", "forbidden", "failed"];
}

/// <summary>Finds records, the newest first: by an index on the person, on the matter or on what was refused, and else from the end.</summary>
internal sealed class RecordReader(Db db, ZoneClock clock)
{
    private static readonly string[] Kinds = [Subject.Case, Subject.Application, Subject.Parcel, Subject.Project, Subject.Order, Subject.Account, Subject.Window, Subject.Channel];

    private const string Rest = """
        id < @before AND id > @least AND id <= @most AND recorded_at >= @from AND recorded_at < @to
               AND (@outcome = '' OR outcome = @outcome OR @outcome = 'not-done' AND outcome <> 'done')
         ORDER BY id DESC
        """;

    private const string All = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE {Rest}
        """;

    private const string NotDone = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE outcome <> 'done' AND {Rest}
        """;

    private const string OfPerson = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE login IN @logins AND {Rest}
        """;

    // Whoever stood in for somebody did it for them: an index of its own, and so a statement of its own.
    private const string ForPerson = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE on_behalf_of <> '' AND on_behalf_of IN @logins AND {Rest}
        """;

    private const string OfSubject = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE subject IN @subjects AND {Rest}
        """;

    private const string OfSubjectAndPerson = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE subject IN @subjects AND (login IN @logins OR on_behalf_of IN @logins) AND {Rest}
        """;

    private const string LoginsNamed = "SELECT login FROM access_public_user WHERE name = @name";

    // A day that is sealed says where it ended; there is no index on the time.
    private const string SealedBefore = "SELECT MAX(last_id) FROM audit_root WHERE day < @day";

    private const string SealedFrom = "SELECT MIN(last_id) FROM audit_root WHERE day >= @day";

    private const string Done = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE subject IN @subjects AND outcome = 'done'
         ORDER BY id DESC
        """;

    public async Task<IReadOnlyList<Record>> Page(Filter filter, long? before, int rows, CancellationToken ct)
    {
        var logins = new List<string>();
        if (filter.Person?.Trim() is { Length: > 0 } person)
            logins = [person.ToLowerInvariant(), .. await db.Query<string>(LoginsNamed, new { name = person }, ct)];
        var subjects = SubjectsOf(filter.About);
        var sql = (subjects.Count > 0, logins.Count > 0) switch
        {
            (true, true) => OfSubjectAndPerson,
            (true, false) => OfSubject,
            (false, true) => OfPerson,
            _ when filter.Outcome is { Length: > 0 } and not "done" => NotDone,
            _ => All,
        };
        var (from, to) = (filter.From ?? new DateOnly(2000, 1, 1), filter.To ?? new DateOnly(9000, 1, 1));
        var which = new
        {
            logins,
            subjects,
            before = before ?? long.MaxValue,
            least = (filter.From is null ? null : await db.Find<long?>(SealedBefore, new { day = from }, ct)) ?? 0,
            most = (filter.To is null ? null : await db.Find<long?>(SealedFrom, new { day = to }, ct)) ?? long.MaxValue,
            from = clock.Utc(from.ToDateTime(TimeOnly.MinValue)),
            to = clock.Utc(to.AddDays(1).ToDateTime(TimeOnly.MinValue)),
            outcome = filter.Outcome ?? "",
        };
        var found = await db.First<Record>(rows, sql, which, ct);
        return sql == OfPerson ? [.. found.Concat(await db.First<Record>(rows, ForPerson, which, ct)).DistinctBy(r => r.Id).OrderByDescending(r => r.Id).Take(rows)] : found;
    }

    /// <summary>People type a number; what kind of matter has it, is for the index to say.</summary>
    private static List<string> SubjectsOf(string? about) => about?.Trim() switch
    {
        null or "" => [],
        { } given => [.. Kinds.Select(kind => Subject.Of(kind, given))],
    };

    private sealed class History(Db db, ZoneClock clock) : IRequestHandler<HistoryOf, IReadOnlyList<HistoryLine>>
    {
        private const int Most = 200;

        private const string Names = "SELECT login, name FROM access_public_user WHERE login IN @logins";

        public async Task<IReadOnlyList<HistoryLine>> Handle(HistoryOf query, CancellationToken ct)
        {
            if (query.Subjects.Count == 0) return [];
            var records = await db.First<Record>(Most, Done, new { subjects = query.Subjects }, ct);
            var logins = records.Select(r => r.OnBehalfOf).Where(login => login.Length > 0).Distinct().ToArray();
            var names = logins.Length == 0 ? [] : (await db.Query<Named>(Names, new { logins }, ct)).ToDictionary(n => n.Login, n => n.Name);
            return [.. records.Select(r => Line.History(r, clock, names, query.WithFiles))];
        }

        private sealed record Named
        {
            public string Login { get; init; } = "";
            public string Name { get; init; } = "";
        }
    }
}
