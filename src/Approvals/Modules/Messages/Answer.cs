namespace Approvals.Modules.Messages;

/// <summary>How a send ended.</summary>
/// <param name="Error">What went wrong, without any secret; null where it arrived.</param>
/// <param name="HoldsUp">The address answers nobody now: what else waits for it need not be tried.</param>
/// <param name="GiveUp">Another try cannot end otherwise.</param>
internal readonly record struct Answer(string? Error, bool HoldsUp = false, bool GiveUp = false)
{
    public static Answer Arrived => default;
}
