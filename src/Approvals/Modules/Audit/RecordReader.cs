using System.Data;
using System.Data.Common;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Audit;

/// <param name="Person">A login or a name, or a part of one where none is it whole: of whoever did it, or for whom it was done (代).</param>
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
         WHERE login = @login AND {Rest}
        """;

    // Whoever stood in for somebody did it for them: an index of its own, and so a statement of its own.
    private const string ForPerson = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE on_behalf_of <> '' AND on_behalf_of = @login AND {Rest}
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

    /// <summary>Each is looked up by itself, in the order of the index: what is found stays cheap however long the record is.</summary>
    private const int MostPeople = 20;

    private const string Named = "SELECT login FROM access_public_user WHERE login = @login OR name = @name ORDER BY login";

    private const string NamedInPart = "SELECT login FROM access_public_user WHERE login LIKE @login ESCAPE '!' OR name LIKE @name ESCAPE '!' ORDER BY login";

    // A day that is sealed says where it ended; there is no index on the time. Where a clock was set back, or a second server is
    // behind, a record of a day is numbered behind its end, or one of the next before it: not by days.
    public const int Days = 2;

    private const string SealedBefore = "SELECT MAX(last_id) FROM audit_root WHERE day < @day";

    private const string SealedFrom = "SELECT MIN(last_id) FROM audit_root WHERE day >= @day";

    private const string One = $"SELECT {Record.Columns} FROM audit_record WHERE id = @id ORDER BY id";

    private const string Done = $"""
        SELECT {Record.Columns}
          FROM audit_record
         WHERE subject IN @subjects AND outcome = 'done' AND id > 0
         ORDER BY id DESC
        """;

    public async Task<IReadOnlyList<Record>> Page(Filter filter, long? before, int rows, CancellationToken ct)
    {
        var logins = new List<string>();
        if (filter.Person?.Trim() is { Length: > 0 } person) logins = await LoginsOf(person, ct);
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
        var least = (filter.From is null ? null : await Bound(SealedBefore, from.AddDays(-Days), ct)) ?? 0;
        var most = (filter.To is null ? null : await Bound(SealedFrom, to.AddDays(Days), ct)) ?? long.MaxValue;
        object Which(string login) => new
        {
            login,
            logins,
            subjects,
            before = before ?? long.MaxValue,
            least,
            most,
            from = clock.Utc(from.ToDateTime(TimeOnly.MinValue)),
            to = clock.Utc(to.AddDays(1).ToDateTime(TimeOnly.MinValue)),
            outcome = filter.Outcome ?? "",
        };
        if (sql != OfPerson) return await Read(db, rows, sql, Which(""), ct);
        var found = new List<Record>();
        foreach (var login in logins)
        {
            found.AddRange(await Read(db, rows, OfPerson, Which(login), ct));
            found.AddRange(await Read(db, rows, ForPerson, Which(login), ct));
        }

        return [.. found.DistinctBy(r => r.Id).OrderByDescending(r => r.Id).Take(rows)];
    }

    /// <remarks>Without the roots all of the record is looked through: that they are gone, verifying says.</remarks>
    private async Task<long?> Bound(string sql, DateOnly day, CancellationToken ct)
    {
        try
        {
            return await db.Find<long?>(sql, new { day }, ct);
        }
        catch (DbException)
        {
            if (await db.Holds("audit_root", ct)) throw;
            return null;
        }
    }

    /// <summary>Where one of them holds what no column of its kind holds, that one is said to be unreadable, and the others are read.</summary>
    /// <param name="sql">The number is the first it reads.</param>
    private static async Task<IReadOnlyList<Record>> Read(Db db, int rows, string sql, object which, CancellationToken ct)
    {
        try
        {
            return await db.First<Record>(rows, sql, which, ct);
        }
        catch (DataException)
        {
            var found = new List<Record>();
            foreach (var id in await db.First<long>(rows, sql, which, ct))
            {
                try
                {
                    found.AddRange(await db.First<Record>(1, One, new { id }, ct));
                }
                catch (DataException)
                {
                    found.Add(Record.Unreadable(id));
                }
            }

            return found;
        }
    }

    /// <remarks>Whoever has no account, or none any more, is found by the login as it stands in the record.</remarks>
    private async Task<List<string>> LoginsOf(string person, CancellationToken ct)
    {
        var login = person.ToLowerInvariant();
        var found = await db.Query<string>(Named, new { login, name = person }, ct);
        if (found.Count == 0) found = await db.First<string>(MostPeople + 1, NamedInPart, new { login = $"%{Escaped(login)}%", name = $"%{Escaped(person)}%" }, ct);
        if (found.Count > MostPeople)
            throw Refused.Invalid("audit.person", "person", $"「{person}」对应的账号超过 {MostPeople} 个，请把姓名或账号写得更完整。", $"More than {MostPeople} accounts fit “{person}”; write more of the name or login.");
        return [login, .. found.Where(l => l != login)];
    }

    private static string Escaped(string text) => text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal).Replace("[", "![", StringComparison.Ordinal);

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
            var records = await Read(db, Most, Done, new { subjects = query.Subjects }, ct);
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
