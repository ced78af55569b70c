using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>The open accounts whose password is printed in the manual: outside Development the program does not start with any.</summary>
internal static class FindDemonstrationAccounts
{
    [Needs(Act.ManageAccounts)]
    internal sealed record Query : IRequest<IReadOnlyList<string>>;

    /// <summary>How many accounts are somebody's, closed ones included.</summary>
    internal sealed record CountReal : IRequest<int>, IInside;

    private sealed class Handler(Db db) : IRequestHandler<Query, IReadOnlyList<string>>, IRequestHandler<CountReal, int>
    {
        private const string Real = "SELECT COUNT(*) FROM access_user WHERE is_demonstration = 0";

        private const string Open = "SELECT login FROM access_user WHERE is_demonstration = 1 AND is_active = 1 ORDER BY login";

        public async Task<int> Handle(CountReal query, CancellationToken ct) => await db.Find<int>(Real, null, ct);

        public Task<IReadOnlyList<string>> Handle(Query query, CancellationToken ct) => db.Query<string>(Open, ct: ct);
    }
}
