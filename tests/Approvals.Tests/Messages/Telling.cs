using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Messages;

/// <summary>What other modules do: tell people something from inside a command.</summary>
internal static class Telling
{
    public const string Password = "long enough 2026";

    public static readonly Dictionary<string, string?> QuickToGiveUp = new() { ["Messages:Timeout"] = "1" };

    public static Notify News(string key, MessageLevel level, params Audience[] to) => new(
        key, to, new("采光棚项目施工许可超期", "Building permit of the daylight shed is late"), new("到期 2026-03-02，请今天办结。", "It was due on 2026-03-02: finish it today."),
        "/cases/20260302-00001-01", level, "case:20260302-00001-01");

    public static async Task Tell(this IServiceProvider services, params Notify[] news)
    {
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await scope.ServiceProvider.GetRequiredService<Db>().Transact(async () =>
        {
            foreach (var one in news) await mediator.Send(one);
            return 0;
        }, CancellationToken.None);
    }

    public static Task Tell(this App app, params Notify[] news) => app.Services.Tell(news);

    /// <summary>Opens an account; as the person it belongs to.</summary>
    public static async Task<Person> Has(this App app, string login, Role role, string? department = null, string? email = null, string name = "某人")
    {
        await app.Send(new AddUser.Command(login, name, department, [role], Password, email));
        return new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login }), login, department, role);
    }

    public static Task<ListMessages.Result> Inbox(this App app, Person who) => app.Send(new ListMessages.Query(), who);

    public static Task Channel(this App app, string name, string kind, string url, string secret = "a secret of some length", params string[] levels) =>
        app.Send(new ManageChannels.Add(name, kind, url, secret, levels.Length == 0 ? ["red"] : levels), Person.SystemAdministrator);

    public static Task<SendOutbox.Result> Dispatch(this App app) => app.Send(new SendOutbox.Batch());

    public static Task<IReadOnlyList<OutboxRow>> Outbox(this App app) =>
        app.Rows<OutboxRow>("SELECT id, idempotency_key, channel, address, state, attempts, next_try_at, last_error FROM messages_outbox ORDER BY id");

    public static IReadOnlyList<string> Refuses(Func<Task> act) => [.. Assert.ThrowsAsync<Refused>(act)!.Problems.Select(p => p.Field)];
}

internal sealed record OutboxRow
{
    public long Id { get; init; }
    public string IdempotencyKey { get; init; } = "";
    public string Channel { get; init; } = "";
    public string Address { get; init; } = "";
    public string State { get; init; } = "";
    public int Attempts { get; init; }
    public DateTime NextTryAt { get; init; }
    public string? LastError { get; init; }
}
