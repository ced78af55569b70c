namespace Approvals.Modules.Messages;

/// <summary>What people are told: the inbox, the digest, and what leaves the process.</summary>
internal static class MessagesModule
{
    public static void AddMessages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(MessageSettings.Read(configuration));
        services.AddScoped<Notifying.People>();
        services.AddScoped<Outbox>();
    }
}
