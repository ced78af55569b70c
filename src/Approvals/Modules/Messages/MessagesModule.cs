using System.CommandLine;
using Approvals.Modules.Access.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>What people are told: the inbox, the digest, and what leaves the process.</summary>
internal static class MessagesModule
{
    public static void AddMessages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(MessageSettings.Read(configuration));
        services.AddScoped<Notifying.People>();
        services.AddScoped<Outbox>();
        services.AddScoped<Enclosures>();
        services.AddSingleton<Mailer>();
        services.AddSingleton<Robots>();
        services.AddSingleton<SendOutbox.Gate>();
        services.AddSingleton<ChannelSecrets>();
    }

    public static async Task SealChannels(this IServiceProvider services, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        actor.BecomeSystem();
        actor.ComesFrom("start");
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ChannelSecrets.SealAll(), ct);
    }

    public static Command Command() => OutboxCommand.Command();

    public static void MapMessages(this RouteGroupBuilder api)
    {
        ListMessages.Map(api);
        ReadMessages.Map(api);
        MuteSubject.Map(api);
        ListOutbox.Map(api);
        ResendOutbox.Map(api);
        DiscardOutbox.Map(api);
        ManageChannels.Map(api);
    }

    /// <remarks>The digest belongs to half past eight; the later runs catch up after a stop and find nothing to do otherwise.</remarks>
    public static void ScheduleMessages(this IRecurringJobManager jobs, RecurringJobOptions zone)
    {
        jobs.AddOrUpdate<SendOutbox.Job>("messages.send-outbox", job => job.Run(CancellationToken.None), "* * * * *", zone);
        jobs.AddOrUpdate<WriteDigest.Job>("messages.write-digest", job => job.Run(CancellationToken.None), "*/10 8-17 * * *", zone);
        jobs.AddOrUpdate<DropSent.Job>("messages.drop-sent", job => job.Run(CancellationToken.None), "40 2 * * *", zone);
    }
}
