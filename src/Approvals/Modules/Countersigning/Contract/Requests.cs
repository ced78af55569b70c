using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Countersigning.Contract;

/// <summary>What was asked for on a matter can no longer be done: its requests end, and whoever asked is told why.</summary>
/// <param name="Subject">As <see cref="Messaging.Subject.Of"/> names it.</param>
internal sealed record EndRequests(string Subject, Text Why) : ICommand<Unit>, IInside;

/// <summary>What waits for a second person on these matters, the oldest first.</summary>
/// <param name="Subjects">As <see cref="Messaging.Subject.Of"/> names them.</param>
internal sealed record PendingOn(IReadOnlyList<string> Subjects) : IRequest<IReadOnlyList<PendingRequest>>, IInside;

/// <param name="Name">What would be done.</param>
/// <param name="Says">Its particulars.</param>
/// <param name="Who">Who must approve it.</param>
/// <param name="MayOpen">Whether its page is open to whoever is acting.</param>
internal sealed record PendingRequest(string Number, Text Name, Text Says, Text Who, string Asker, DateTime AskedAt, bool MayOpen);

/// <summary>How many requests wait for whoever is acting; for the menu.</summary>
internal sealed record CountToApprove : IRequest<int>, IInside;
