namespace Approvals.Modules.Timeline;

/// <summary>One project from every side: plan beside fact, land, items; it keeps nothing of its own.</summary>
internal static class TimelineModule
{
    public static void MapTimeline(this RouteGroupBuilder api) => ShowTimeline.Map(api);
}
