using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Audit;

/// <summary>The record, the newest first. Reading it is recorded too.</summary>
internal static class ListRecords
{
    public const int PageSize = 50;

    /// <param name="Before">The <c>next</c> of the page before.</param>
    [RecordAs("查阅审计记录", "Read the audit record")]
    [Needs(Act.ReadAudit)]
    internal sealed record Query(Filter Filter, long? Before = null, int Rows = PageSize) : IRequest<Result>, IRecorded;

    internal sealed record Result(IReadOnlyList<Record> Records, long? Next);

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/audit", (string? person, string? about, DateOnly? from, DateOnly? to, string? outcome, long? before, int? rows, IMediator mediator, CancellationToken ct) =>
            mediator.Send(new Query(new(person, about, from, to, outcome), before, rows ?? PageSize), ct))
        .Needs<Query>().WithTags("Audit").WithSummary("The record of who did what, the newest first");

    public static void Check(Filter filter) => new Check()
        .That(filter.Outcome is null or "" || Filter.Outcomes.Contains(filter.Outcome), "audit.outcome", "outcome", $"结果只能是 {string.Join("、", Filter.Outcomes)}。", $"The outcome is one of {string.Join(", ", Filter.Outcomes)}.")
        .That(filter.From is null || filter.To is null || filter.From <= filter.To, "audit.range", "to", "结束日期早于开始日期，请调换。", "The last day lies before the first; exchange them.")
        .That((filter.From ?? filter.To)?.Year is null or >= 2000 and <= 9000, "audit.day", "from", "日期应在 2000 年以后。", "The day must be in 2000 or later.")
        .That(filter.To?.Year is null or >= 2000 and <= 9000, "audit.day", "to", "日期应在 2000 年以后。", "The day must be in 2000 or later.")
        .Done();

    private sealed class Handler(RecordReader reader) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            new Check()
                .That(query.Rows is >= 1 and <= 200, "audit.rows", "rows", "每页行数为 1 至 200。", "A page has 1 to 200 rows.")
                .Done();
            Check(query.Filter);
            var rows = await reader.Page(query.Filter, query.Before, query.Rows + 1, ct);
            return new([.. rows.Take(query.Rows)], rows.Count > query.Rows ? rows[query.Rows - 1].Id : null);
        }
    }
}
