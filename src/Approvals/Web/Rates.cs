using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;

namespace Approvals.Web;

/// <summary>How often one may ask, a minute. A day at the desk never meets these; a machine that guesses or floods does.</summary>
/// <param name="SignIn">Tries at the sign-in, from an address. A whole hall behind one address comes in at half past eight.</param>
/// <param name="LookUp">Look-ups of an application by its number and query code, from an address; as many of calendars at their secret addresses.</param>
/// <param name="BadToken">Requests with a token that is none, from an address.</param>
/// <param name="Account">Requests of one account or its tokens.</param>
/// <param name="Address">Requests from one address, whoever sends them.</param>
internal sealed record Rates(int SignIn, int LookUp, int BadToken, int Account, int Address)
{
    public static Rates Read(IConfiguration configuration)
    {
        int Number(string name, int usual) => configuration[$"Rates:{name}"] is not { Length: > 0 } given ? usual
            : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
            : throw new InvalidOperationException($"Rates:{name} is “{given}”; it must be a number of requests a minute.");
        return new(Number(nameof(SignIn), 60), Number(nameof(LookUp), 20), Number(nameof(BadToken), 60), Number(nameof(Account), 600), Number(nameof(Address), 3000));
    }

    /// <summary>Before it is known who asks: what one address may, and what it may at the doors of strangers.</summary>
    public PartitionedRateLimiter<HttpContext> OfAddresses() => PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(context => Bucket("address", From(context), Address)),
        PartitionedRateLimiter.Create<HttpContext, string>(context => context.Request.Path.StartsWithSegments(SecretAddresses.Feed) ? Bucket("feed", From(context), LookUp)
            : !HttpMethods.IsPost(context.Request.Method) ? RateLimitPartition.GetNoLimiter("")
            : context.Request.Path.StartsWithSegments("/sign-in") ? Bucket("sign-in", From(context), SignIn)
            : context.Request.Path.StartsWithSegments("/progress") || context.Request.Path.StartsWithSegments("/api/public") ? Bucket("look-up", From(context), LookUp)
            : RateLimitPartition.GetNoLimiter("")));

    /// <summary>Once it is known: what one account may, and how often an address may bring a token that is none.</summary>
    public PartitionedRateLimiter<HttpContext> OfAccounts() =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } account ? Bucket("account", account, Account)
            : context.Request.Headers.Authorization.Count > 0 ? Bucket("bad-token", From(context), BadToken)
            : RateLimitPartition.GetNoLimiter(""));

    /// <summary>A minute's worth at once, then as it comes in again.</summary>
    private static RateLimitPartition<string> Bucket(string kind, string whose, int aMinute) => RateLimitPartition.GetTokenBucketLimiter($"{kind}:{whose}", _ => Filling(aMinute));

    public static TokenBucketRateLimiterOptions Filling(int aMinute) => new()
    {
        TokenLimit = aMinute,
        TokensPerPeriod = Math.Max(1, aMinute / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(60.0 * Math.Max(1, aMinute / 60) / aMinute),
        QueueLimit = 0,
        AutoReplenishment = true,
    };

    /// <remarks>Of IPv6 the network: one machine has as many addresses in it as it likes.</remarks>
    private static string From(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } six when !IPAddress.IsLoopback(six) => Convert.ToHexString(six.GetAddressBytes().AsSpan(0, 8)),
        var address => address.ToString(),
    };
}

internal static class RateLimits
{
    /// <summary>Lets through what the limiter lets through; the rest is told when to come again.</summary>
    /// <remarks>Not the framework's middleware: that one keeps a limiter for its endpoints which it never ends, and with it the whole site.</remarks>
    public static void UseRates(this WebApplication app, PartitionedRateLimiter<HttpContext> limiter) => app.Use(async (context, next) =>
    {
        using var lease = limiter.AttemptAcquire(context);
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(5);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests; // the body is written where all refusals are
    });
}
