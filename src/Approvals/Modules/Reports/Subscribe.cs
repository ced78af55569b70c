using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>订阅: who is sent the report each morning, in the inbox and by mail.</summary>
internal static class Subscribe
{
    [RecordAs("订阅日报", "Subscribe to the report")]
    [Needs(Act.ReadReport)]
    internal sealed record Command(bool Wanted) : ICommand<Unit>;

    [Needs(Act.ReadReport)]
    internal sealed record Query : IRequest<bool>;

    internal static void Map(RouteGroupBuilder api) => api
        .MapPost("/reports/sla/subscription", (Command body, IMediator mediator) => mediator.Send(body))
        .Needs<Command>().WithSummary("Be sent the report each morning, or no more").WithTags("Reports");

    private sealed class Handler(Db db, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<Command, Unit>, IRequestHandler<Query, bool>
    {
        private const string Add = "INSERT INTO reports_subscriber (user_id, since) VALUES (@UserId, @Now)";

        private const string Remove = "DELETE FROM reports_subscriber WHERE user_id = @UserId";

        private const string Has = "SELECT COUNT(*) FROM reports_subscriber WHERE user_id = @UserId";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            Text subscribed = new("已订阅", "Subscribed"), none = new("未订阅", "Not subscribed");
            if (command.Wanted ? await db.TryInsert(Add, new { actor.UserId, clock.Now }, ct) : await db.Execute(Remove, new { actor.UserId }, ct) > 0)
                trail.Changed(new("日报", "Report"), command.Wanted ? none : subscribed, command.Wanted ? subscribed : none);
            return Unit.Value;
        }

        public async Task<bool> Handle(Query query, CancellationToken ct) => await db.Find<int>(Has, new { actor.UserId }, ct) > 0;
    }
}
