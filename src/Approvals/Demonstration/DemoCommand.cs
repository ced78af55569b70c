using System.CommandLine;

namespace Approvals.Demonstration;

internal static class DemoCommand
{
    public static Command Command() => new("demo", "演示数据 demonstration data");
}
