using Microsoft.Extensions.Options;

namespace Approvals.Web;

/// <summary>
/// An address that is a secret by itself stands in no log, however much a deployment lets the framework write: of a request
/// to it only warnings and faults are written, which name no address, and not the lines and the scope of the request itself, which do.
/// </summary>
internal static class SecretAddresses
{
    /// <summary>What follows is the secret.</summary>
    public const string Feed = "/api/public/feed";

    private const string NamesAddresses = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static void KeepSecretAddressesOutOfLogs(this IServiceCollection services)
    {
        services.AddHttpContextAccessor(); // it knows the request before the first line about it is written
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, Filter>();
    }

    private sealed class Filter(IHttpContextAccessor asked) : IPostConfigureOptions<LoggerFilterOptions>
    {
        /// <remarks>Each rule stays what a deployment has set, and asks once more for the request of a line; the first is for what no other is.</remarks>
        public void PostConfigure(string? name, LoggerFilterOptions options)
        {
            List<LoggerFilterRule> rules = [new(null, null, options.MinLevel, null), .. options.Rules];
            options.Rules.Clear();
            foreach (var rule in rules)
            {
                options.Rules.Add(new(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                    rule.Filter?.Invoke(provider, category, level) != false && May(category, level)));
            }
        }

        private bool May(string? category, LogLevel level) =>
            asked.HttpContext?.Request.Path.StartsWithSegments(Feed) != true || (level >= LogLevel.Warning && category != NamesAddresses);
    }
}
