using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Messages;

/// <summary>
/// Posts a message to a webhook of one's own, or in the shape that the group robots of DingTalk (钉钉), WeCom (企业微信)
/// and Feishu (飞书) take.
/// </summary>
internal sealed class Robots(MessageSettings settings, ZoneClock clock, ChannelSecrets secrets) : IDisposable
{
    public const string Webhook = "webhook";
    public const string DingTalk = "dingtalk";
    public const string WeCom = "wecom";
    public const string Feishu = "feishu";

    private const int LongestAnswer = 64 * 1024;

    /// <summary>WeCom cuts a text off by its bytes.</summary>
    private const int LongestWeCom = 2048;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        MaxResponseContentBufferSize = LongestAnswer,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => http.Dispose();

    public async Task<Answer> Send(SendOutbox.Claimed row, CancellationToken ct)
    {
        if (row.IsActive is not true) return new("此渠道已停用。 This channel is closed.", GiveUp: true);
        if (secrets.Open(row.Url!) is not { } url || secrets.Open(row.Secret ?? "") is not { } secret)
            return new("此渠道的密钥是用另一套钥匙保存的，请重新添加渠道。 This channel was sealed with other keys; add it again.", GiveUp: true);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(settings.Timeout);
        try
        {
            using var request = Write(row, url, secret);
            using var response = await http.SendAsync(request, patience.Token);
            if (!response.IsSuccessStatusCode) return new($"对方答复 {(int)response.StatusCode}。 It answered {(int)response.StatusCode}.", HoldsUp: true);
            return row.Channel == Webhook ? Answer.Arrived : Judge(await response.Content.ReadAsStringAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new($"对方 {settings.Timeout.TotalSeconds:0} 秒内没有答复。 It did not answer within {settings.Timeout.TotalSeconds:0} s.", HoldsUp: true);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            return new($"连不上。 It cannot be reached: {(error as HttpRequestException)?.HttpRequestError.ToString() ?? error.GetType().Name}", HoldsUp: true);
        }
    }

    /// <summary>What stands in <c>v1</c> of <c>X-Approvals-Signature</c>: HMAC-SHA256 of the time, a dot and the body.</summary>
    public static string Sign(string secret, long timestamp, string body) =>
        Convert.ToHexStringLower(Hmac(secret, string.Create(CultureInfo.InvariantCulture, $"{timestamp}.{body}")));

    /// <summary>As a header: a key may hold Chinese, a header may not.</summary>
    public static string HeaderKey(string key) => key.All(c => c is > ' ' and <= '~') ? key : Uri.EscapeDataString(key);

    /// <summary>A robot answers 200 to everything and says in the body whether it took the message.</summary>
    private static Answer Judge(string body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            foreach (var name in (string[])["errcode", "code", "StatusCode"])
            {
                if (answer.RootElement.ValueKind != JsonValueKind.Object || !answer.RootElement.TryGetProperty(name, out var code) || code.ValueKind != JsonValueKind.Number) continue;
                if (code.GetInt64() == 0) return Answer.Arrived;
                var said = answer.RootElement.TryGetProperty("errmsg", out var text) || answer.RootElement.TryGetProperty("msg", out text) ? text.ToString() : "";
                return new($"机器人不收：{code.GetInt64()} {Letter.Cut(said, 200)} The robot refused it.", HoldsUp: true); // most often there were too many in one minute
            }
        }
        catch (JsonException)
        {
        }

        return new("机器人的答复看不懂。 The robot's answer is not one of a robot.", HoldsUp: true);
    }

    /// <summary>What somebody typed is text: signs that a robot would take for markup, links or a call to all stand in their wide form.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => c is '[' or ']' or '(' or ')' or '!' or '*' or '_' or '#' or '<' or '>' or '`' or '~' or '\\' ? (char)(c + 0xFEE0) : c));

    private static byte[] Hmac(string key, string text) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text));

    private static string CutBytes(string text, int most)
    {
        while (Encoding.UTF8.GetByteCount(text) > most) text = Letter.Cut(text, text.Length - Math.Max(1, (Encoding.UTF8.GetByteCount(text) - most) / 4));
        return text;
    }

    private HttpRequestMessage Write(SendOutbox.Claimed row, string url, string secret)
    {
        var letter = Letter.Read(row.Payload);
        var now = new DateTimeOffset(clock.Now).ToUnixTimeSeconds();
        var link = settings.Site + letter.Link;
        var said = $"{letter.Title.Zh}\n{letter.Body.Zh}";
        object shape;
        switch (row.Channel)
        {
            case DingTalk:
                if (secret.Length > 0)
                {
                    var milliseconds = now * 1000;
                    var sign = Convert.ToBase64String(Hmac(secret, $"{milliseconds}\n{secret}"));
                    url += $"{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}timestamp={milliseconds}&sign={Uri.EscapeDataString(sign)}";
                }

                shape = new { msgtype = "markdown", markdown = new { title = letter.Title.Zh, text = $"#### {Plain(letter.Title.Zh)}\n\n{Plain(letter.Body.Zh).ReplaceLineEndings("\n\n")}\n\n[打开 Open]({link})" } };
                break;
            case WeCom:
                shape = new { msgtype = "text", text = new { content = $"{CutBytes(said, LongestWeCom - Encoding.UTF8.GetByteCount(link) - 1)}\n{link}" } };
                break;
            case Feishu:
                var content = new { text = $"{Plain(said)}\n{link}" };
                shape = secret.Length == 0
                    ? new { msg_type = "text", content }
                    : new { timestamp = now.ToString(CultureInfo.InvariantCulture), sign = Convert.ToBase64String(Hmac($"{now}\n{secret}", "")), msg_type = "text", content };
                break;
            default:
                shape = new
                {
                    key = row.IdempotencyKey,
                    level = letter.Level,
                    title = new { zh = letter.Title.Zh, en = letter.Title.En },
                    body = new { zh = letter.Body.Zh, en = letter.Body.En },
                    link,
                    at = letter.At.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                };
                break;
        }

        var body = JsonSerializer.Serialize(shape, Json);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json", "utf-8")) };
        request.Headers.Add("Idempotency-Key", HeaderKey(row.IdempotencyKey));
        if (row.Channel == Webhook)
        {
            var timestamp = now.ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("X-Approvals-Timestamp", timestamp);
            request.Headers.Add("X-Approvals-Signature", $"t={timestamp},v1={Sign(secret, now, body)}");
        }

        return request;
    }
}
