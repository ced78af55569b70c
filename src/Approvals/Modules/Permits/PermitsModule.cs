namespace Approvals.Modules.Permits;

internal static class PermitsModule
{
    public static void MapPermits(this RouteGroupBuilder api)
    {
    }
}
