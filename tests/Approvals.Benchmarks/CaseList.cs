namespace Approvals.Benchmarks;

internal static class CaseList
{
    public static Task Run() => Task.CompletedTask;
}
