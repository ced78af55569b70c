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
            var days = await Days(ct);
            var kept = query.Kept ?? [];
            // What must stand at the end of which record, by whichever root says it.
            var marks = (days ?? []).Select(d => (d.LastId, d.Hash, Said: new Text($"{Words.Day(d.Day)} 的根", $"the root of {Words.Day(d.Day)}")))
                .Concat(kept.SelectMany(f => f.Days).Select(d => (d.LastId, d.Hash, Said: new Text($"导出的 {Words.Day(d.Day)} 的根", $"the exported root of {Words.Day(d.Day)}"))))
                .Concat(kept.Select(f => (f.LastId, f.Hash, Said: new Text($"{f.At:yyyy-MM-dd HH:mm:ss} UTC 导出的末条", $"the end exported at {f.At:yyyy-MM-dd HH:mm:ss} UTC"))))
                .OrderBy(m => m.LastId).ToList();

            var (previous, last, records, mark, sound) = ("", -1L, 0L, 0, 0L);
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
                    for (; mark < marks.Count && marks[mark].LastId == record.Id; mark++)
                    {
                        if (marks[mark].Hash != record.Hash)
                        {
                            return new(records, last, previous, new(Damage.Rewritten, sound + 1, new(
                                $"第 {sound + 1} 至 {record.Id} 条与{marks[mark].Said.Zh}不符：其中有记录被改写，其后的散列也一并重算。",
                                $"Records {sound + 1} to {record.Id} do not lead to {marks[mark].Said.En}: one of them was rewritten, and the hashes after it with it.")));
                        }

                        sound = record.Id;
                    }

                    (previous, last) = (record.Hash, record.Id);
                    if (record.Id > 0) records++;
                }

                if (unread is { } id) return new(records, last, previous, id == last + 1 ? Altered(id) : Removed(last + 1, id - 1));
            }
            while (share.Count == Share);

            var end = new Result(records, last, previous, null);
            if (last < 0) return end with { Found = new(Damage.Removed, 0, new("记录是空的，连起点也没有。", "The record is empty; even its beginning is gone.")) };
            if (mark < marks.Count)
            {
                return end with
                {
                    Found = new(Damage.CutOff, last + 1, new(
                        $"末尾被截去：最后一条是第 {last} 条，而{marks[^1].Said.Zh}到第 {marks[^1].LastId} 条。",
                        $"The end is cut off: the last record is {last}, but {marks[^1].Said.En} goes to record {marks[^1].LastId}.")),
                };
            }

            return end with
            {
                Found = days is null
                    ? new(Damage.RootAltered, last, new("记录完好，但有一天的根被改动，读不出来。", "The records are sound, but the root of a day was altered: it cannot be read."))
                    : OfRoots(days, kept),
            };
        }

        /// <summary>Null where one of them holds what no column of its kind holds.</summary>
        private async Task<IReadOnlyList<DayRoot>?> Days(CancellationToken ct)
        {
            try
            {
                return await Roots.Read(db, ct);
            }
            catch (DataException)
            {
                return null;
            }
        }

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

        private Finding? OfRoots(IReadOnlyList<DayRoot> days, IReadOnlyList<RootFile> kept)
        {
            DayRoot? before = null;
            foreach (var day in days)
            {
                if (day.Previous != (before?.Root ?? Record.Beginning) || day.Compute() != day.Root) return Wrong(day);
                // A root of a day to come would leave nothing to seal until then.
                if (day.Day >= clock.Today || (before is not null && (day.Day != before.Day.AddDays(1) || day.LastId < before.LastId)))
                {
                    return new(Damage.RootAltered, day.LastId, new(
                        $"记录完好，但 {Words.Day(day.Day)} 的根不该有：每一过去之日一个根，逐日相接。",
                        $"The records are sound, but there should be no root of {Words.Day(day.Day)}: each day that is over has one, day after day."));
                }

                before = day;
            }

            var stored = days.ToDictionary(d => d.Day);
            return kept.SelectMany(f => f.Days).OrderBy(d => d.Day).FirstOrDefault(d => stored.GetValueOrDefault(d.Day)?.Root != d.Root) is { } gone ? Wrong(gone) : null;

            static Finding Wrong(DayRoot day) => new(Damage.RootAltered, day.LastId, new(
                $"记录完好，但 {Words.Day(day.Day)} 的根被改动或删除。", $"The records are sound, but the root of {Words.Day(day.Day)} was altered or removed."));
        }
    }
}
