using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>The webhooks and group robots that messages go to. What opens one, its URL and secret, is shown to nobody again.</summary>
internal static class ManageChannels
{
    public static readonly IReadOnlyList<string> Kinds = [Robots.Webhook, Robots.DingTalk, Robots.WeCom, Robots.Feishu];

    [Needs(Act.Operate)]
    internal sealed record Query : IRequest<IReadOnlyList<Channel>>;

    /// <param name="Host">Of the URL only the host: the rest may hold a token. Empty where it was sealed with other keys.</param>
    internal sealed record Channel(string Name, string Kind, string Host, bool HasSecret, IReadOnlyList<string> Levels, bool Active);

    /// <param name="Kind">webhook, dingtalk, wecom or feishu.</param>
    /// <param name="Address">The URL it is posted to.</param>
    /// <param name="Secret">For signing; required for a webhook of one's own.</param>
    /// <param name="Levels">Which levels it takes: red, yellow, info.</param>
    [RecordAs("新建通道", "Add a channel", Subject.Channel, "Name")]
    [Needs(Act.Operate)]
    internal sealed record Add(string? Name, string? Kind, [property: Masked] string? Address, string? Secret, IReadOnlyList<string>? Levels) : ICommand<Unit>
    {
        /// <remarks>For logs: without what opens the channel.</remarks>
        public override string ToString() => $"Add {{ Name = {Name}, Kind = {Kind} }}";
    }

    [RecordAs("启用或停用通道", "Switch a channel on or off", Subject.Channel, "Name")]
    [Needs(Act.Operate)]
    internal sealed record SetActive(bool Active, string Name = "") : ICommand<Unit>;

    /// <summary>Writes a test message to the outbox; its id.</summary>
    [RecordAs("写入测试消息", "Write a test message", Subject.Channel, "Name")]
    [Needs(Act.Operate)]
    internal sealed record WriteTest(string Name) : ICommand<long>;

    /// <summary>Sends a test message now and says how it went.</summary>
    [Needs(Act.Operate)]
    internal sealed record Test(string Name) : IRequest<TestResult>;

    /// <param name="Error">Null where it arrived.</param>
    internal sealed record TestResult(bool Arrived, string? Error);

    public static Text NameOf(string kind) => kind switch
    {
        Robots.DingTalk => new("钉钉群机器人", "DingTalk group robot"),
        Robots.WeCom => new("企业微信群机器人", "WeCom group robot"),
        Robots.Feishu => new("飞书群机器人", "Feishu group robot"),
        Outbox.MailChannel => new("邮件", "Mail"),
        _ => new("Webhook", "Webhook"),
    };

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/channels", (IMediator mediator, CancellationToken ct) => mediator.Send(new Query(), ct))
            .Needs<Query>().WithSummary("The webhooks and group robots that messages go to.").WithTags("Messages");
        api.MapPost("/channels", async (Add body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body, ct);
            return Results.NoContent();
        }).Needs<Add>().WithSummary("Add a webhook or a group robot.").WithTags("Messages");
        api.MapPost("/channels/{name}/active", async (string name, SetActive body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body with { Name = name }, ct);
            return Results.NoContent();
        }).Needs<SetActive>().WithSummary("Close a channel or open it again.").WithTags("Messages");
        api.MapPost("/channels/{name}/test", (string name, IMediator mediator, CancellationToken ct) => mediator.Send(new Test(name), ct))
            .Needs<Test>().WithSummary("Send a test message to a channel.").WithTags("Messages");
    }

    private sealed record Row
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Url { get; init; } = "";
        public string Secret { get; init; } = "";
        public string Levels { get; init; } = "";
        public bool IsActive { get; init; }
    }

    private sealed class Reading(Db db, ChannelSecrets secrets) : IRequestHandler<Query, IReadOnlyList<Channel>>
    {
        private const string All = "SELECT id, name, kind, url, secret, levels, is_active FROM messages_channel ORDER BY name";

        public async Task<IReadOnlyList<Channel>> Handle(Query query, CancellationToken ct) =>
            [.. (await db.Query<Row>(All, ct: ct)).Select(r => new Channel(r.Name, r.Kind, secrets.Open(r.Url) is { } url ? new Uri(url).Authority : "", r.Secret.Length > 0, r.Levels.Split(','), r.IsActive))];
    }

    private sealed class Writing(Db db, Ids ids, ZoneClock clock, Outbox outbox, ChannelSecrets secrets, Trail trail) : IRequestHandler<Add, Unit>, IRequestHandler<SetActive, Unit>, IRequestHandler<WriteTest, long>
    {
        private const string Insert = """
            INSERT INTO messages_channel (id, name, kind, url, secret, levels, is_active, made_at)
            VALUES (@Id, @Name, @Kind, @Url, @Secret, @Levels, 1, @Now)
            """;

        private const string Change = "UPDATE messages_channel SET is_active = @Active WHERE name = @Name AND is_active <> @Active";
        private const string One = "SELECT id, name, kind, url, secret, levels, is_active FROM messages_channel WHERE name = @name";
        private const string Written = "SELECT id FROM messages_outbox WHERE idempotency_key = @key";

        public async Task<Unit> Handle(Add command, CancellationToken ct)
        {
            var levels = command.Levels ?? [];
            new Check()
                .Text(command.Name, "name", "名称", "A name", 40)
                .That(Kinds.Contains(command.Kind), "channel.kind", "kind", "请选择渠道种类。", "Choose the kind of channel.")
                .That(IsWeb(command.Address), "channel.address", "address", "地址应为 https 开头的完整地址（本机可用 http），其中不含用户名和密码。", "The URL is a full https address (http on this machine alone), without a user name or password.")
                .That(command.Secret is not { Length: > 200 }, "channel.secret", "secret", "密钥最多 200 个字符。", "A secret has at most 200 characters.")
                .That(command.Kind != Robots.Webhook || command.Secret?.Trim() is { Length: >= 16 }, "channel.secretNeeded", "secret",
                    "Webhook 须有签名密钥，至少 16 个字符。", "A webhook needs a secret of at least 16 characters to sign with.")
                .That(levels.Count > 0 && levels.All(Levels.All.Contains), "channel.levels", "levels", "请至少选择一种消息。", "Choose at least one level.")
                .Done();
            var row = new
            {
                Id = await ids.Next(),
                Name = command.Name!.Trim(),
                command.Kind,
                Url = secrets.Seal(command.Address!.Trim()),
                Secret = secrets.Seal(command.Secret?.Trim() ?? ""),
                Levels = string.Join(',', levels.Distinct()),
                clock.Now,
            };
            if (!await db.TryInsert(Insert, row, ct))
                throw new Refused(RefusedAs.Conflict, [new("channel.taken", "name", new($"已有名为「{row.Name}」的渠道，请换一个名称。", $"There is a channel named “{row.Name}”; choose another name."))]);
            trail.Changed<Text?>(new($"渠道 {row.Name}", $"Channel {row.Name}"), null, Standing(true));
            return Unit.Value;
        }

        public async Task<Unit> Handle(SetActive command, CancellationToken ct)
        {
            var channel = await Get(command.Name, ct);
            if (await db.Execute(Change, command with { Name = channel.Name }, ct) == 0)
                throw Refused.Conflict("channel.asItIs", "此渠道已经是这个状态。", "The channel is in this state already.");
            trail.Changed(new("状态", "Status"), Standing(!command.Active), Standing(command.Active));
            return Unit.Value;
        }

        public async Task<long> Handle(WriteTest command, CancellationToken ct)
        {
            var channel = await Get(command.Name, ct);
            if (!channel.IsActive) throw Refused.Conflict("channel.closed", "此渠道已停用，请先启用。", "This channel is closed; open it first.");
            var key = $"test:{channel.Id}:{await ids.Next()}";
            var letter = new Letter(key, "info", new("一窗通测试消息", "Test message of Approvals"), new("收到此消息，说明渠道已接通。", "If you read this, the channel works."), "/", clock.Now);
            await outbox.ToChannel(key, new Outbox.Channel { Id = channel.Id, Name = channel.Name, Kind = channel.Kind }, letter, ct);
            trail.Changed<Text?>(new("测试消息", "Test message"), null, new("待发", "To be sent"));
            return await db.Find<long>(Written, new { key }, ct);
        }

        private static Text Standing(bool isActive) => isActive ? new("启用", "On") : new("停用", "Off");

        private static bool IsWeb(string? url) => url is { Length: <= 400 }
            && Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address) && (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback)) && address.Host.Length > 0 && address.UserInfo.Length == 0;

        private async Task<Row> Get(string name, CancellationToken ct) =>
            await db.Find<Row>(One, new { name }, ct) ?? throw Refused.NotFound("channel.unknown", "name", $"没有渠道「{name}」。", $"There is no channel “{name}”.");
    }

    /// <summary>Not a command: what leaves the process does so outside a transaction.</summary>
    private sealed class Testing(IMediator mediator, Db db) : IRequestHandler<Test, TestResult>
    {
        private const string Outcome = "SELECT IIF(state = 'sent', 1, 0) AS is_sent, last_error FROM messages_outbox WHERE id = @id";

        public async Task<TestResult> Handle(Test test, CancellationToken ct)
        {
            var id = await mediator.Send(new WriteTest(test.Name), ct);
            await mediator.Send(new SendOutbox.Batch(1, id), ct);
            var row = (await db.Find<Ending>(Outcome, new { id }, ct))!;
            return new(row.IsSent, row.IsSent ? null : row.LastError);
        }

        private sealed record Ending
        {
            public bool IsSent { get; init; }
            public string? LastError { get; init; }
        }
    }
}
