using System.Data;
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

    /// <summary>The records are there, and an index by which they are found leaves some out.</summary>
    IndexAltered,
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
    internal sealed record Result(long Records, long LastId, string Hash, Finding? Found);

    /// <param name="Id">The first record that is not as it was written; for what is gone, the first that is missing.</param>
    internal sealed record Finding(Damage Damage, long Id, Text Message);

    private sealed class Handler(Db db, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const int Share = 1000;

        private const string Lowest = "SELECT MIN(id) FROM audit_record";

        // The embedded engine takes any text where an instant or a number stands, and some of them read as the one that was written.
        private const string OfAnotherForm = """
            SELECT MIN(id)
              FROM audit_record
             WHERE CAST(recorded_at AS nvarchar(40)) NOT LIKE '____-__-__ __:__:__' OR CAST(occurred_at AS nvarchar(40)) NOT LIKE '____-__-__ __:__:__' OR CAST(user_id AS nvarchar(40)) LIKE '%.%'
            """;

        private const string Numbers = "SELECT id FROM audit_record WHERE id > @after ORDER BY id";

        private const string One = $"SELECT {Record.Columns} FROM audit_record WHERE id = @id";

        private const string Next = $"SELECT {Record.Columns} FROM audit_record WHERE id > @after ORDER BY id";

        private const string Holder = "SELECT MIN(id) FROM audit_record WHERE hash = @hash";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var kept = query.Kept ?? [];
            var (days, wrong) = await Stored(kept, ct);
            var stored = days.ToLookup(d => d.LastId);
            // What must stand at the end of which record. As far as the files go they alone are believed: whoever writes the database writes its roots.
            var exported = kept.SelectMany(f => f.Days).Select(d => (d.LastId, d.Hash, Said: new Text($"导出的 {Words.Day(d.Day)} 的根", $"the exported root of {Words.Day(d.Day)}")))
                .Concat(kept.Select(f => (f.LastId, f.Hash, Said: new Text($"{f.At:yyyy-MM-dd HH:mm:ss} UTC 导出的末条", $"the end exported at {f.At:yyyy-MM-dd HH:mm:ss} UTC")))).ToList();
            var known = exported.Select(m => m.LastId).DefaultIfEmpty(-1).Max();
            var marks = exported.Concat(days.Where(d => d.LastId > known).Select(d => (d.LastId, d.Hash, Said: new Text($"{Words.Day(d.Day)} 的根", $"the root of {Words.Day(d.Day)}")))).ToLookup(m => m.LastId);

            var (previous, last, records, sound) = ("", -1L, 0L, 0L);
            if (await db.Find<long?>(Lowest, null, ct) is { } lowest and < 0)
                return new(0, last, previous, new(Damage.Inserted, lowest, new($"第 {lowest} 条是插入的：记录从 0 开始。", $"Record {lowest} was inserted: the record begins with 0.")));
            var odd = await db.Find<long?>(OfAnotherForm, null, ct);
            IReadOnlyList<Record> share;
            long? unread;
            do
            {
                (share, unread) = await After(last, Share, ct);
                for (var i = 0; i < share.Count; i++)
                {
                    var record = share[i];
                    var next = i + 1 < share.Count ? share[i + 1] : (await After(record.Id, 1, ct)).Rows.SingleOrDefault();
                    var found = record.Id > 0 ? await Look(record, next, last, previous, ct) : record == Record.First ? null : Altered(0);
                    if (found is null && record.Id == odd) found = Altered(record.Id);
                    if (found is not null) return new(records, last, previous, found);
                    if (marks.Contains(record.Id))
                    {
                        if (marks[record.Id].Where(m => m.Hash != record.Hash).ToList() is [var mark, ..])
                        {
                            return new(records, last, previous, new(Damage.Rewritten, sound + 1, new(
                                $"第 {sound + 1} 至 {record.Id} 条与{mark.Said.Zh}不符：其中有记录被改写，其后的散列也一并重算。",
                                $"Records {sound + 1} to {record.Id} do not lead to {mark.Said.En}: one of them was rewritten, and the hashes after it with it.")));
                        }

                        sound = record.Id;
                    }

                    // The files say that the record is right.
                    if (record.Id <= known && stored[record.Id].FirstOrDefault(d => d.Hash != record.Hash) is { } forged) wrong ??= Wrong(forged);
                    (previous, last) = (record.Hash, record.Id);
                    if (record.Id > 0) records++;
                }

                if (unread is { } id) return new(records, last, previous, id == last + 1 ? Altered(id) : Removed(last + 1, id - 1));
            }
            while (share.Count == Share);

            var end = new Result(records, last, previous, null);
            if (last < 0) return end with { Found = new(Damage.Removed, 0, new("记录是空的，连起点也没有。", "The record is empty; even its beginning is gone.")) };
            if (marks.Where(m => m.Key > last).SelectMany(m => m).OrderBy(m => m.LastId).ToList() is [.., var beyond])
            {
                return end with
                {
                    Found = new(Damage.CutOff, last + 1, new(
                        $"末尾被截去：最后一条是第 {last} 条，而{beyond.Said.Zh}到第 {beyond.LastId} 条。",
                        $"The end is cut off: the last record is {last}, but {beyond.Said.En} goes to record {beyond.LastId}.")),
                };
            }

            return end with { Found = wrong ?? await OfStorage(last, ct) };
        }

        /// <summary>Who reads by an index finds nothing that it leaves out.</summary>
        private async Task<Finding?> OfStorage(long last, CancellationToken ct) => await db.Unsound("audit_record", ct) is { } words
            ? new(Damage.IndexAltered, last, new(
                $"记录完好，但数据库查找它们所用的索引被改动或损坏（{words}）：页面和导出可能漏掉记录。请先保存数据库副本，再重建索引（REINDEX）。",
                $"The records are sound, but an index by which they are found was altered or is broken ({words}): pages and exports may leave records out. Keep a copy of the database, then rebuild the indexes (REINDEX)."))
            : null;

        /// <summary>The rows behind a number, and the number of the first that holds what no column of its kind holds: as far as that one they are read by themselves.</summary>
        private async Task<(IReadOnlyList<Record> Rows, long? Unread)> After(long after, int most, CancellationToken ct)
        {
            try
            {
                return (await db.First<Record>(most, Next, new { after }, ct), null);
            }
            catch (DataException)
            {
                var rows = new List<Record>();
                foreach (var id in await db.First<long>(most, Numbers, new { after }, ct))
                {
                    try
                    {
                        if (await db.Find<Record>(One, new { id }, ct) is { } record) rows.Add(record);
                    }
                    catch (DataException)
                    {
                        return (rows, id);
                    }
                }

                return (rows, null);
            }
        }

        private async Task<Finding?> Look(Record record, Record? next, long last, string previous, CancellationToken ct)
        {
            var isItself = record.HashAfter(record.Previous) == record.Hash;
            var follows = record.Previous == previous;
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

        /// <summary>The stored roots as far as they are a chain, day after day, and say what the files say, and the first that is not or does not.</summary>
        private async Task<(IReadOnlyList<DayRoot> Whole, Finding? Wrong)> Stored(IReadOnlyList<RootFile> kept, CancellationToken ct)
        {
            if (await Roots.Read(db, ct) is not { } days)
                return ([], new(Damage.RootAltered, 0, new("记录完好，但有一天的根被改动，读不出来。", "The records are sound, but the root of a day was altered: it cannot be read.")));
            var whole = new List<DayRoot>();
            var said = kept.SelectMany(f => f.Days).OrderBy(d => d.Day).ToLookup(d => d.Day);
            foreach (var day in days)
            {
                var before = whole.Count > 0 ? whole[^1] : null;
                if (day.Previous != (before?.Root ?? Record.Beginning) || day.Compute() != day.Root || day.LastId < 1 || said[day.Day].Any(d => d.Root != day.Root)) return (whole, Wrong(day));
                // A root of a day to come would leave nothing to seal until then.
                if (day.Day >= clock.Today || (before is not null && (day.Day != before.Day.AddDays(1) || day.LastId < before.LastId)))
                {
                    return (whole, new(Damage.RootAltered, day.LastId, new(
                        $"记录完好，但 {Words.Day(day.Day)} 的根不该有：每一过去之日一个根，逐日相接。",
                        $"The records are sound, but there should be no root of {Words.Day(day.Day)}: each day that is over has one, day after day.")));
                }

                whole.Add(day);
            }

            var there = whole.Select(d => d.Day).ToHashSet();
            return (whole, said.FirstOrDefault(d => !there.Contains(d.Key))?.First() is { } gone ? Wrong(gone) : null);
        }

        private static Finding Wrong(DayRoot day) => new(Damage.RootAltered, day.LastId, new(
            $"记录完好，但 {Words.Day(day.Day)} 的根被改动或删除。", $"The records are sound, but the root of {Words.Day(day.Day)} was altered or removed."));
    }
}
