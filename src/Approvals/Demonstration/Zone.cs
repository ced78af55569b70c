namespace Approvals.Demonstration;

/// <summary>The demonstration zone: it exists in Development only.</summary>
internal static class Zone
{
    public const string Password = "Demo-Zone-2026";

    /// <summary>Account and role; the accounts are named for what they do.</summary>
    public static readonly IReadOnlyList<(string Login, string Role)> Accounts =
    [
        ("clerk", "窗口人员 Window clerk"),
    ];

    public static Task LoadDemonstration(this IServiceProvider services, CancellationToken ct) => Task.CompletedTask;
}
