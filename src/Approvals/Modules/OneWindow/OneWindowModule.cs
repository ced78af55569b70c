namespace Approvals.Modules.OneWindow;

internal static class OneWindowModule
{
    public static void MapOneWindow(this RouteGroupBuilder api)
    {
    }
}
