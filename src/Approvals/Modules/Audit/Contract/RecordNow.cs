using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Audit.Contract;

/// <summary>Whether what this process wrote into the record has stayed there, for those who run the program and their monitor.</summary>
internal sealed record RecordNow : IRequest<RecordStanding>, IInside;

internal enum RecordStanding
{
    Whole,

    /// <summary>Since the process began a record that it had written was gone when it wrote the next.</summary>
    LostItsEnd,
}
