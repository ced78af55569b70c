using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Audit.Contract;

/// <summary>What was done to a matter, the newest first: from the record, without what was refused.</summary>
/// <param name="Subjects">As <see cref="Subject.Of"/> names them: the matter, and what belongs to it.</param>
/// <param name="WithFiles">The reader sees the files of it: else what names them is left out.</param>
internal sealed record HistoryOf(IReadOnlyList<string> Subjects, bool WithFiles = false) : IRequest<IReadOnlyList<HistoryLine>>, IInside;

/// <param name="At">When it was entered, on the wall of the zone; null where the record cannot be read.</param>
/// <param name="OccurredAt">When it happened, where that is another moment.</param>
/// <param name="Who">The person, or the system.</param>
/// <param name="As">The roles, in words; empty for the system.</param>
/// <param name="What">What was done.</param>
/// <param name="On">The number it was done on.</param>
/// <param name="Changes">What it changed.</param>
internal sealed record HistoryLine(DateTime? At, DateTime? OccurredAt, string Who, Text As, Text What, string On, IReadOnlyList<HistoryChange> Changes);

/// <summary>A state before and after; empty where there was none.</summary>
internal sealed record HistoryChange(Text What, Text Before, Text After);
