using System.Text.Json.Serialization;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages.Contract;

/// <summary>How much it presses. Stored by name.</summary>
internal enum MessageLevel
{
    /// <summary>To know.</summary>
    Info,

    /// <summary>To do before it is late.</summary>
    Yellow,

    /// <summary>It is late, or somebody has to act now.</summary>
    Red,
}

/// <summary>Whom: the active accounts that fit all that is given.</summary>
/// <param name="Department">A department's code.</param>
/// <param name="Window">Of a role those who sit at this window of the hall, or all of it where nobody does: what is told at an empty counter is told to nobody.</param>
internal sealed record Audience(Role? Role = null, string? Department = null, long? UserId = null, long? Window = null);

/// <summary>
/// Tells people that something happened, within the transaction in which it happens. They find it in their inbox; mail
/// and the channels of groups follow from the outbox after the commit. The same key is told the same person once,
/// however often it is sent. Whoever stands in for one of them (替岗) is told it too, and mailed in their place.
/// </summary>
/// <param name="Key">What happened, such as <c>alert:123</c>; at most 150 characters.</param>
/// <param name="To">Whoever fits any of these, each once.</param>
/// <param name="Title">One line; what is longer than 200 characters is cut.</param>
/// <param name="Body">What happened and what to do; what is longer than 1000 characters is cut.</param>
/// <param name="Link">Where to do it: a path of this site, such as <c>/cases/NUMBER</c>.</param>
/// <param name="Level">Red goes out at once, by mail and to the channels that take red; the rest waits for the next digest.</param>
/// <param name="SubjectKey">What a reader may mute, such as <c>case:NUMBER</c>; empty where nothing can be. At most 80 characters.</param>
internal sealed record Notify(string Key, IReadOnlyList<Audience> To, Text Title, Text Body, string Link, MessageLevel Level, string SubjectKey = "") : ICommand<Unit>, IInside
{
    /// <summary>Whether it is mailed now, a day off or not, rather than with the next digest.</summary>
    public bool AtOnce { get; init; } = Level == MessageLevel.Red;

    /// <summary>It is for these persons alone: the channels of groups are not told, whoever reads along there.</summary>
    public bool IsPersonal { get; init; }

    /// <summary>What goes with the mail; the inbox and the channels lead to a page instead.</summary>
    public IReadOnlyList<Enclosure> Enclosures { get; init; } = [];
}

/// <summary>A file that goes with a mail.</summary>
internal sealed record Enclosure(string Name, string MediaType, [property: JsonIgnore] byte[] Content);

/// <summary>Tells many things at once, each as <see cref="Notify"/> would.</summary>
internal sealed record NotifyAll(IReadOnlyList<Notify> Notices) : ICommand<Unit>, IInside;

/// <summary>How many messages of a person are unread and not muted; for the menu.</summary>
internal sealed record CountUnread(long UserId) : IRequest<int>, IInside;

/// <summary>How the outbox stands; for those who run the system.</summary>
internal sealed record OutboxNow : IRequest<OutboxStanding>, IInside;

/// <param name="HasMail">Whether a mail server is set; without one no mail is written.</param>
/// <param name="Waiting">Rows not sent yet.</param>
/// <param name="Dead">Rows given up, until somebody sends them again.</param>
internal sealed record OutboxStanding(bool HasMail, int Waiting, int Dead);
