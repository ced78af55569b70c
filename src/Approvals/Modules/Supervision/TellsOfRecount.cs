using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Messages.Contract;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>After the calendar moved due dates, each department is told once how many of its own.</summary>
internal static class TellsOfRecount
{
    private sealed class Handler(IMediator mediator, Wording say) : INotificationHandler<DatesRecounted>
    {
        public async Task Handle(DatesRecounted recounted, CancellationToken ct)
        {
            foreach (var moved in recounted.Moved.Where(m => m.Dates > 0))
            {
                IReadOnlyList<Audience> to = moved.Department.Length == 0 ? [new(Role.WindowClerk)] : [new(Role.DepartmentHead, moved.Department), new(Role.Reviewer, moved.Department)];
                var (title, body) = say.Recounted(moved);
                await mediator.Send(new Notify($"recount:{recounted.RecountId}:{moved.Department}", to, title, body, $"/supervision/moved?recount={recounted.RecountId}&department={(moved.Department.Length == 0 ? Place.Window : moved.Department)}", MessageLevel.Info), ct);
            }
        }
    }
}
