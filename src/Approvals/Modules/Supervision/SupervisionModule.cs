using Approvals.Modules.Access.Contract;

namespace Approvals.Modules.Supervision;

/// <summary>督办: who is told of a light, the orders that follow, and the page that shows all of it.</summary>
internal static class SupervisionModule
{
    public static void AddSupervision(this IServiceCollection services)
    {
        services.AddScoped<Handlers>();
        services.AddScoped<Wording>();
        services.AddScoped<OrderInHand>();
    }

    /// <summary>The list of alerts had an address of its own; links to it lead on.</summary>
    public static void MapOldAlerts(this WebApplication app) =>
        app.MapGet("/alerts", (HttpRequest request) => Results.Redirect("/supervision" + request.QueryString)).WithMetadata(new NeedsAttribute(Act.SeeWork)).ExcludeFromDescription();

    public static void MapSupervision(this RouteGroupBuilder api)
    {
        AnswerOrder.Map(api);
        CloseOrder.Map(api);
        ShowOrder.Map(api);
        ListOrders.Map(api);
        ListLights.Map(api);
        ShowLight.Map(api);
        HandOverWork.Map(api);
    }
}
