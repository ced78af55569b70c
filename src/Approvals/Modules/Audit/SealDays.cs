using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Audit;

/// <summary>封存: closes each day of the zone that is over and has no root yet, so that a day on which nothing ran is made up.</summary>
internal static partial class SealDays
{
    [RecordAs("封存审计记录", "Seal the record")]
    [Needs(Act.Operate)]
    internal sealed record Command : ICommand<IReadOnlyList<DayRoot>>;

    /// <summary>What its record says: by it a root that is gone afterwards, or another, is found (<see cref="VerifyChain"/>).</summary>
    public static readonly Text UpTo = new("封存至", "Sealed up to");

    /// <summary>That of the last day, over those before it.</summary>
    public static readonly Text Root = new("根", "Root");

    /// <summary>The door for Hangfire.</summary>
    internal sealed partial class Job(IMediator mediator, Actor actor, RootsFolder folder, ILogger<Job> log)
    {
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("audit.seal-days");
            // In the program's log too, which most sites keep on another machine.
            foreach (var day in await mediator.Send(new Command(), ct)) Sealed(Words.Day(day.Day), day.LastId, day.Root);
            // Each hour, so that a day on which the folder was away is made up.
            if (folder.Path is not null) await folder.Keep(await mediator.Send(new ExportRoots.Query(), ct), ct);
        }

        [LoggerMessage(LogLevel.Information, "Audit root of {Day}: {LastId} {Root}")]
        private partial void Sealed(string day, long lastId, string root);
    }

    private sealed class Handler(Db db, ZoneClock clock, Trail trail) : IRequestHandler<Command, IReadOnlyList<DayRoot>>
    {
        private const string FirstRecord = "SELECT recorded_at FROM audit_record WHERE id = 1";

        private const string LastOfDay = "SELECT MAX(id) FROM audit_record WHERE id >= @from AND recorded_at < @end";

        private const string HashOf = "SELECT hash FROM audit_record WHERE id = @id";

        private const string Insert = """
            INSERT INTO audit_root (day, last_id, hash, previous, root, sealed_at)
            VALUES (@Day, @LastId, @Hash, @Previous, @Root, @now)
            """;

        public async Task<IReadOnlyList<DayRoot>> Handle(Command command, CancellationToken ct)
        {
            if (!await db.Holds("audit_root", ct))
                throw Refused.Conflict("audit.rootsGone", "存放每日根的表（audit_root）不见了，不能封存：请从备份恢复，并核对审计记录。", "The table of the roots (audit_root) is gone, and nothing can be sealed: restore it from a backup, and verify the record.");
            var last = await Roots.Last(db, ct);
            if (last?.Day >= clock.Today)
            {
                throw Refused.Conflict("audit.rootAhead",
                    $"已有 {Words.Day(last.Day)} 的根，而这一天还没有过完：时钟曾被调快，或有人写入了它。请先核对审计记录；确认并删除该根之前，不再封存。",
                    $"There is a root of {Words.Day(last.Day)}, a day that is not over: the clock was ahead, or somebody wrote it. Verify the record; nothing is sealed until that root has been looked into and is gone.");
            }

            if (last is null && await db.Find<DateTime?>(FirstRecord, null, ct) is null) return [];
            var day = last?.Day.AddDays(1) ?? clock.DayOf((await db.Find<DateTime>(FirstRecord, null, ct))!);
            var made = new List<DayRoot>();
            for (; day < clock.Today; day = day.AddDays(1))
            {
                var end = clock.Utc(day.AddDays(1).ToDateTime(TimeOnly.MinValue));
                var lastId = await db.Find<long?>(LastOfDay, new { from = last?.LastId ?? 0, end }, ct) ?? last?.LastId ?? 0;
                var root = new DayRoot
                {
                    Day = day,
                    LastId = lastId,
                    Hash = await db.Find<string>(HashOf, new { id = lastId }, ct) ?? throw new InvalidOperationException($"Record {lastId} is missing: run audit verify."),
                    Previous = last?.Root ?? Record.Beginning,
                };
                root = root with { Root = root.Compute() };
                if (!await db.TryInsert(Insert, new { root.Day, root.LastId, root.Hash, root.Previous, root.Root, now = clock.Now }, ct))
                    throw Refused.Conflict("audit.sealedElsewhere", "另一服务器正在封存。", "Another server is sealing.");
                made.Add(root);
                last = root;
            }

            if (made.Count > 0)
            {
                trail.Changed(UpTo, null, (DateOnly?)made[^1].Day);
                trail.Changed<string?>(Root, null, made[^1].Root);
            }

            return made;
        }
    }
}
