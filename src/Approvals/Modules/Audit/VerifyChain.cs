using System.Data;
using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Audit;

internal enum Damage
{
    Altered,
    Removed,
    Inserted,
    Moved,

    /// <summary>From some record on everything was written anew, hashes included.</summary>
    Rewritten,
    CutOff,
    RootAltered,

    /// <summary>A record says it is of a day that its place is not of.</summary>
    OutOfTime,

    /// <summary>The records are there, and their table is not as the program made it: an index leaves some out, or none stays that is added.</summary>
    TableAltered,
}

/// <summary>Reads the whole record and says the first place where it is not what was written.</summary>
internal static class VerifyChain
{
    /// <param name="Kept">Roots that were exported and kept elsewhere.</param>
    [Needs(Act.ReadAudit)]
    internal sealed record Query(IReadOnlyList<RootFile>? Kept = null) : IRequest<Result>;

    /// <param name="Records">How many records were read.</param>
    /// <param name="LastId">The last of them.</param>
    /// <param name="Hash">Its hash.</param>
    /// <param name="Found">The first damage; null where all is as it was written.</param>
    /// <param name="HeldTo">The last record that a root, exported or stored, holds.</param>
    /// <param name="NotSealed">The days that are over, have records and no root; null where each has one.</param>
    internal sealed record Result(long Records, long LastId, string Hash, Finding? Found, long HeldTo, Days? NotSealed)
    {
        public Text Held => HeldTo == 0
            ? new("还没有根：只凭链本身", "no root yet: by the chain alone")
            : new($"第 {HeldTo} 条；其后的只凭链本身", $"up to record {HeldTo}; those behind it by the chain alone");
    }

    /// <param name="Id">The first record that is not as it was written; for what is gone, the first that is missing.</param>
    internal sealed record Finding(Damage Damage, long Id, Text Message);

    internal sealed record Days(DateOnly From, DateOnly To)
    {
        public Text Said => From == To ? new(Words.Day(From), Words.Day(From)) : new($"{Words.Day(From)} 至 {Words.Day(To)}", $"{Words.Day(From)} to {Words.Day(To)}");
    }

    /// <summary>A record with its numbers and instants as they lie in the table: the embedded engine takes anything for them, and some of it reads as what was written.</summary>
    private sealed record Row : Record
    {
        public string Form { get; init; } = "";

        public string Number => Form.Split('|')[0];

        public bool HasItsNumber => Form.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{Id}|"), StringComparison.Ordinal);

        public bool HasItsForm => Form == string.Create(CultureInfo.InvariantCulture, $"{Id}|{RecordedAt:yyyy-MM-dd HH:mm:ss}|{OccurredAt:yyyy-MM-dd HH:mm:ss}|{UserId}|");
    }

    private sealed class Handler(Db db, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const int Share = 1000;

        private const string Columns = $"""
            {Record.Columns}, CONCAT(CAST(id AS nvarchar(40)), '|', CAST(recorded_at AS nvarchar(40)), '|', CAST(occurred_at AS nvarchar(40)), '|', CAST(user_id AS nvarchar(40)), '|',
                   CASE WHEN login IS NULL OR user_name IS NULL OR roles IS NULL OR on_behalf_of IS NULL OR source IS NULL OR place IS NULL OR command IS NULL OR subject IS NULL
                          OR outcome IS NULL OR said IS NULL OR detail IS NULL OR correlation IS NULL OR previous IS NULL OR hash IS NULL THEN 'null' ELSE '' END) AS form
            """;

        private const string Lowest = "SELECT CAST(MIN(id) AS nvarchar(40)) FROM audit_record";

        private const string Numbers = "SELECT CAST(id AS nvarchar(40)) FROM audit_record WHERE id > @after ORDER BY id";

        private const string One = $"SELECT {Columns} FROM audit_record WHERE id = @id ORDER BY id";

        private const string Next = $"SELECT {Columns} FROM audit_record WHERE id > @after ORDER BY id";

        private const string Holder = "SELECT MIN(id) FROM audit_record WHERE hash = @hash";

        // By a table without its key a number may stand twice, or none where it should.
        private const string AsFarAs = "SELECT COUNT(*) FROM audit_record WHERE id <= @last OR id IS NULL";

        private const string Twice = "SELECT MIN(id) FROM (SELECT id FROM audit_record GROUP BY id HAVING COUNT(*) > 1) twice";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var kept = query.Kept ?? [];
            var (days, inOrder, wrong) = await Stored(kept, ct);
            var stored = days.ToLookup(d => d.LastId);
            // What must stand at the end of which record. As far as the files go they alone are believed: whoever writes the database writes its roots.
            var exported = kept.SelectMany(f => f.Days).Select(d => (d.LastId, d.Hash, Said: new Text($"导出的 {Words.Day(d.Day)} 的根", $"the exported root of {Words.Day(d.Day)}")))
                .Concat(kept.Select(f => (f.LastId, f.Hash, Said: new Text($"{f.At:yyyy-MM-dd HH:mm:ss} UTC 导出的末条", $"the end exported at {f.At:yyyy-MM-dd HH:mm:ss} UTC")))).ToList();
            var known = exported.Select(m => m.LastId).DefaultIfEmpty(-1).Max();
            var marks = exported.Concat(days.Where(d => d.LastId > known).Select(d => (d.LastId, d.Hash, Said: new Text($"{Words.Day(d.Day)} 的根", $"the root of {Words.Day(d.Day)}")))).ToLookup(m => m.LastId);

            var (previous, last, records, held) = ("", -1L, 0L, 0L);
            var byDay = new ByDay(inOrder, clock);
            Result Ends(Finding? found) => new(records, last, previous, found, held, byDay.NotSealed);
            if (await db.Find<string>(Lowest, null, ct) is { } lowest && lowest.StartsWith('-'))
            {
                return Ends(long.TryParse(lowest, CultureInfo.InvariantCulture, out var before)
                    ? new(Damage.Inserted, before, new($"第 {before} 条是插入的：记录从 0 开始。", $"Record {before} was inserted: the record begins with 0."))
                    : NoNumber(lowest, 0));
            }

            Finding? late = null;
            IReadOnlyList<Row> share;
            string? unread;
            do
            {
                (share, unread) = await After(last, Share, ct);
                for (var i = 0; i < share.Count; i++)
                {
                    var record = share[i];
                    var next = i + 1 < share.Count ? share[i + 1] : (await After(record.Id, 1, ct)).Rows.SingleOrDefault();
                    var asWritten = record.HasItsForm;
                    var found = !asWritten && !record.HasItsNumber ? NoNumber(record.Number, last + 1)
                        : last < 0 && record.Id == 0 ? (IsTheBeginning(record) ? null : Altered(0))
                        : await Look(record, next, last, previous, ct);
                    if (found is null && !asWritten) found = Altered(record.Id);
                    if (found is not null) return Ends(found);
                    if (marks.Contains(record.Id))
                    {
                        if (marks[record.Id].Where(m => m.Hash != record.Hash).ToList() is [var mark, ..])
                        {
                            return Ends(new(Damage.Rewritten, held + 1, new(
                                $"第 {held + 1} 至 {record.Id} 条与{mark.Said.Zh}不符：其中有记录被改写，其后的散列也一并重算。",
                                $"Records {held + 1} to {record.Id} do not lead to {mark.Said.En}: one of them was rewritten, and the hashes after it with it.")));
                        }

                        held = record.Id;
                    }

                    // The files say that the record is right.
                    if (record.Id <= known && stored[record.Id].FirstOrDefault(d => d.Hash != record.Hash) is { } forged) wrong ??= Wrong(forged);
                    if (record.Id > 0 && !byDay.Fits(record) && record.Id > known) late ??= OutOfTime(record);
                    (previous, last) = (record.Hash, record.Id);
                    if (record.Id > 0) records++;
                }

                if (unread is null) continue;
                if (!long.TryParse(unread, CultureInfo.InvariantCulture, out var id)) return Ends(NoNumber(unread, last + 1));
                return Ends(id <= last ? MoreThanOne(id) : id == last + 1 ? Altered(id) : Removed(last + 1, id - 1));
            }
            while (share.Count == Share);

            if (last < 0) return Ends(new(Damage.Removed, 0, new("记录是空的，连起点也没有。", "The record is empty; even its beginning is gone.")));
            // Where it counts fewer, it counted by an index that leaves some out: that is looked at below.
            if (await db.Find<long>(AsFarAs, new { last }, ct) > records + 1)
            {
                return Ends(await db.Find<long?>(Twice, null, ct) is { } twice
                    ? MoreThanOne(twice)
                    : new(Damage.Inserted, last + 1, new("有没有编号的记录：是插入的。", "There are records without a number: they were inserted.")));
            }

            if (marks.Where(m => m.Key > last).SelectMany(m => m).OrderBy(m => m.LastId).ToList() is [.., var beyond])
            {
                return Ends(new(Damage.CutOff, last + 1, new(
                    $"末尾被截去：最后一条是第 {last} 条，而{beyond.Said.Zh}到第 {beyond.LastId} 条。",
                    $"The end is cut off: the last record is {last}, but {beyond.Said.En} goes to record {beyond.LastId}.")));
            }

            // A day may have been sealed while all this was read.
            if (wrong is null && byDay.Missing(days) is not null) wrong = byDay.Missing((await Stored(kept, ct)).Roots);
            return Ends(wrong ?? late ?? await OfStorage("audit_record", last, ct) ?? await OfStorage("audit_root", last, ct));
        }

        /// <summary>Who reads by an index finds nothing that it leaves out; where a trigger takes records away, none of what is done stays.</summary>
        private async Task<Finding?> OfStorage(string table, long last, CancellationToken ct) => await db.Unsound(table, ct) is { } words
            ? new(Damage.TableAltered, last, new(
                $"在库的记录首尾相接，但表 {table} 已不是程序建立的样子，或已损坏（{words}）：页面和导出可能漏掉记录，新的记录可能留不下来。请先保存数据库副本，查明是谁改动的；索引损坏的，再重建（REINDEX）。",
                $"The records that are there follow one another, but the table {table} is not as the program made it, or is broken ({words}): pages and exports may leave records out, and new ones may not stay. Keep a copy of the database and find out who changed it; where it is an index, rebuild it (REINDEX)."))
            : null;

        /// <summary>The rows behind a number, and the number of the first that holds what no column of its kind holds: as far as that one they are read by themselves.</summary>
        private async Task<(IReadOnlyList<Row> Rows, string? Unread)> After(long after, int most, CancellationToken ct)
        {
            try
            {
                return (await db.First<Row>(most, Next, new { after }, ct), null);
            }
            catch (DataException)
            {
                var rows = new List<Row>();
                foreach (var number in await db.First<string>(most, Numbers, new { after }, ct))
                {
                    try
                    {
                        if (!long.TryParse(number, CultureInfo.InvariantCulture, out var id) || (await db.First<Row>(1, One, new { id }, ct)) is not [var row]) return (rows, number);
                        rows.Add(row);
                    }
                    catch (DataException)
                    {
                        return (rows, number);
                    }
                }

                return (rows, null);
            }
        }

        private static bool IsTheBeginning(Record record) =>
            record.Previous.Length == 0 && record.Hash == Record.Beginning && record.HashAfter("") == Record.First.HashAfter("");

        private async Task<Finding?> Look(Row record, Row? next, long last, string previous, CancellationToken ct)
        {
            var isItself = record.HashAfter(record.Previous) == record.Hash;
            var follows = record.Previous == previous;
            if (record.Id <= last) return MoreThanOne(record.Id);
            if (record.Id != last + 1) return Removed(last + 1, record.Id - 1);
            if (isItself && follows) return null;
            var holder = isItself ? await db.Find<long?>(Holder, new { hash = record.Previous }, ct) : null;
            if (holder > record.Id)
                return new(Damage.Moved, record.Id, new($"第 {record.Id} 条被移动：它原在现第 {holder} 条之后。", $"Record {record.Id} was moved: it was written after what is now record {holder}."));
            // Whoever comes next still follows the one before: this one was put between them.
            if (next is not null && next.Previous == previous) return Inserted(record.Id, record.Id);
            if (!isItself) return Altered(record.Id);
            return holder switch
            {
                null => new(Damage.Removed, record.Id, new(
                    $"第 {record.Id} 条接不上第 {last} 条：第 {last} 条被换过，或二者之间有记录被删除、其后改了编号。",
                    $"Record {record.Id} does not follow record {last}: that one was replaced, or one between them was removed and those after it renumbered.")),
                { } earlier => Inserted(earlier + 1, record.Id - 1),
            };
        }

        private static Finding Altered(long id) => new(Damage.Altered, id, id == 0
            ? new("记录的起点被改动。", "The beginning of the record was altered.")
            : new($"第 {id} 条被改动。", $"Record {id} was altered."));

        private static Finding Removed(long from, long to) => new(Damage.Removed, from, from == to
            ? new($"第 {from} 条被删除。", $"Record {from} was removed.")
            : new($"第 {from} 至 {to} 条被删除。", $"Records {from} to {to} were removed."));

        private static Finding Inserted(long from, long to) => new(Damage.Inserted, from, from == to
            ? new($"第 {from} 条是插入的。", $"Record {from} was inserted.")
            : new($"第 {from} 至 {to} 条是插入的。", $"Records {from} to {to} were inserted."));

        private static Finding MoreThanOne(long id) => new(Damage.Inserted, id, new($"第 {id} 条不止一条：有一条是插入的。", $"There is more than one record {id}: one was inserted."));

        /// <param name="id">Where one that has a number would stand.</param>
        private static Finding NoNumber(string given, long id)
        {
            // It comes from whoever wrote it, and goes to a console.
            var shown = string.Concat(given.Take(20).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' ? c : '?'));
            return new(Damage.Inserted, id, new(
                $"有一条记录是插入的：它的编号是「{shown}」，不是整数，位于第 {id} 条处。", $"A record was inserted whose number is “{shown}”, which is no whole number; it stands where record {id} would."));
        }

        private Finding OutOfTime(Record record) => new(Damage.OutOfTime, record.Id, new(
            $"记录首尾相接，但第 {record.Id} 条写着记于 {Words.Day(clock.DayOf(record.RecordedAt))}，与它前后各日的根或现在的时间不符：时钟曾被调动，或有人写入了它、改动了根。按日期查找会漏掉它。",
            $"The records follow one another, but record {record.Id} says that it was recorded on {Words.Day(clock.DayOf(record.RecordedAt))}, which does not fit the roots of the days before and after it, or is still to come: a clock was wrong, or somebody wrote it or altered a root. Looking by day leaves it out."));

        /// <summary>The stored roots that are roots by their own hash; as many of the first as are a chain, day after day, and say what the files say; and the first that is not or does not.</summary>
        private async Task<(IReadOnlyList<DayRoot> Roots, IReadOnlyList<DayRoot> InOrder, Finding? Wrong)> Stored(IReadOnlyList<RootFile> kept, CancellationToken ct)
        {
            if (await Roots.Read(db, clock, ct) is not { } read)
            {
                return ([], [], new(Damage.RootAltered, 0, new(
                    "记录首尾相接，但存放每日根的表（audit_root）不见了：请从备份恢复。", "The records follow one another, but the table of the roots of the days (audit_root) is gone: restore it from a backup.")));
            }

            Finding? wrong = null;
            var (roots, inOrder) = (new List<DayRoot>(), new List<DayRoot>());
            var said = kept.SelectMany(f => f.Days).OrderBy(d => d.Day).ToLookup(d => d.Day);
            DayRoot? before = null;
            foreach (var day in read.Days)
            {
                var isOne = day.Compute() == day.Root && day.LastId >= 1;
                if (day.Previous != (before?.Root ?? Record.Beginning) || !isOne || said[day.Day].Any(d => d.Root != day.Root))
                {
                    wrong ??= Wrong(day);
                }
                else if (day.Day >= clock.Today || (before is not null && (day.Day != before.Day.AddDays(1) || day.LastId < before.LastId)))
                {
                    // A root of a day to come would leave nothing to seal until then.
                    wrong ??= new(Damage.RootAltered, day.LastId, new(
                        $"记录首尾相接，但 {Words.Day(day.Day)} 的根不该有：每一过去之日一个根，逐日相接。",
                        $"The records follow one another, but there should be no root of {Words.Day(day.Day)}: each day that is over has one, day after day."));
                }

                // One that was altered takes from what those after it say nothing.
                if (isOne && day.Day < clock.Today) roots.Add(day);
                if (wrong is null) inOrder.Add(day);
                before = day;
            }

            var there = read.Days.Select(d => d.Day).ToHashSet();
            if (said.FirstOrDefault(d => !there.Contains(d.Key))?.First() is { } gone) wrong ??= Wrong(gone);
            if (read.Odd is { } odd)
            {
                wrong = new(Damage.RootAltered, 0, new(
                    $"记录首尾相接，但有一天（{odd}）的根被改动：不是程序写下的样子。", $"The records follow one another, but the root of a day ({odd}) was altered: it is not as the program writes one."));
            }

            return (roots, inOrder, wrong);
        }
    }

    private static Finding Wrong(DayRoot day) => new(Damage.RootAltered, day.LastId, new(
        $"记录首尾相接，与其余的根也相符，但 {Words.Day(day.Day)} 的根被改动或删除。",
        $"The records follow one another and agree with the other roots, but the root of {Words.Day(day.Day)} was altered or removed."));

    /// <summary>The days as the records say them, held against the roots: which of them the record says were sealed, and which have none.</summary>
    /// <param name="roots">In the order of their days and of their ends.</param>
    private sealed class ByDay(IReadOnlyList<DayRoot> roots, ZoneClock clock)
    {
        private static readonly string Sealing = Commands.NameOf(typeof(SealDays.Command));

        private readonly DateOnly today = clock.Today;
        private readonly SortedDictionary<DateOnly, string> said = [];
        private DateOnly first;
        private DateOnly? notSealedFrom;
        private DateOnly? notSealedTo;
        private int next;

        public Days? NotSealed => notSealedFrom is { } from && notSealedTo is { } to ? new(from, to) : null;

        /// <summary>As far as <see cref="RecordReader"/> looks around a day for what a clock has misplaced; the last of a day bears that day itself.</summary>
        public bool Fits(Record record)
        {
            var day = clock.DayOf(record.RecordedAt);
            if (record.Id == 1) first = day;
            while (next < roots.Count && roots[next].LastId < record.Id) next++;
            // Sealing begins with the day of the first record.
            if (next == roots.Count && day < today && (roots.Count == 0 ? day >= first : day > roots[^1].Day))
            {
                if (notSealedFrom is null || day < notSealedFrom) notSealedFrom = day;
                if (notSealedTo is null || day > notSealedTo) notSealedTo = day;
            }

            if (record.Command == Sealing && record.Outcome == "done") Note(record);
            if (next > 0 && day <= roots[next - 1].Day.AddDays(-RecordReader.Days)) return false;
            if (next == roots.Count) return day <= today.AddDays(RecordReader.Days);
            return day <= (roots[next].LastId == record.Id ? roots[next].Day : roots[next].Day.AddDays(RecordReader.Days));
        }

        /// <summary>The first root that the record says was made and that is not there, or another; where the first is not of the day of the first record, that one.</summary>
        public Finding? Missing(IReadOnlyList<DayRoot> stored)
        {
            if (stored.Count > 0 && stored[0].Day != first) return Wrong(stored[0]);
            var there = stored.ToLookup(d => d.Day);
            foreach (var (day, root) in said)
            {
                if (there[day].Any(d => root.Length == 0 || d.Root == root)) continue;
                return new(Damage.RootAltered, there[day].FirstOrDefault()?.LastId ?? 0, new(
                    $"记录首尾相接，但据封存记录，{Words.Day(day)} 已有一个根：它被改动或删除。",
                    $"The records follow one another, but as they say {Words.Day(day)} was sealed: its root was altered or removed."));
            }

            return null;
        }

        /// <summary>Of what was sealed at once the record says the last, which the others lead to.</summary>
        private void Note(Record record)
        {
            var changes = Line.Changes(record).ToLookup(c => c.What.En, c => c.After.En);
            if (DateOnly.TryParseExact(changes[SealDays.UpTo.En].FirstOrDefault(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                said[day] = changes[SealDays.Root.En].FirstOrDefault() ?? "";
        }
    }
}
