using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Calendar.Contract;

/// <summary>The calendar as it was when an edition came into force: what a date of then was counted by.</summary>
internal sealed record CalendarAsOf(long Edition) : IRequest<WorkingDays>, IInside;
