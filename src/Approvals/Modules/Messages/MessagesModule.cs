using System.CommandLine;
using Hangfire;

namespace Approvals.Modules.Messages;

/// <summary>What people are told: the inbox, the digest, and what leaves the process.</summary>
internal static class MessagesModule
{
    public static void AddMessages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(MessageSettings.Read(configuration));
        services.AddScoped<Notifying.People>();
        services.AddScoped<Outbox>();
        services.AddSingleton<Mailer>();
        services.AddSingleton<Robots>();
        services.AddSingleton<SendOutbox.Gate>();
    }

    public static Command Command() => OutboxCommand.Command();

    public static void MapMessages(this RouteGroupBuilder api)
    {
        ListMessages.Map(api);
        ReadMessages.Map(api);
        MuteSubject.Map(api);
        ListOutbox.Map(api);
        ResendOutbox.Map(api);
        ManageChannels.Map(api);
    }

    /// <remarks>The digest belongs to half past eight; the later runs catch up after a stop and find nothing to do otherwise.</remarks>
    public static void ScheduleMessages(this IRecurringJobManager jobs, RecurringJobOptions zone)
    {
        jobs.AddOrUpdate<SendOutbox.Job>("messages.send-outbox", job => job.Run(CancellationToken.None), "* * * * *", zone);
        jobs.AddOrUpdate<WriteDigest.Job>("messages.write-digest", job => job.Run(CancellationToken.None), "*/10 8-17 * * *", zone);
    }
}
