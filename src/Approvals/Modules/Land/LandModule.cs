namespace Approvals.Modules.Land;

internal static class LandModule
{
    public static void MapLand(this RouteGroupBuilder api)
    {
    }
}
