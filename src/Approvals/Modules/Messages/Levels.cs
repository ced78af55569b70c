using Approvals.Web;

namespace Approvals.Modules.Messages;

/// <summary>The levels as they are stored and as people read them.</summary>
internal static class Levels
{
    public static readonly IReadOnlyList<string> All = ["red", "yellow", "info"];

    public static Text Name(string level) => level switch
    {
        "red" => new("红灯", "Red"),
        "yellow" => new("黄灯", "Yellow"),
        _ => new("通知", "Note"),
    };

    /// <summary>The class of the mark on a page.</summary>
    public static string Css(string level) => level switch
    {
        "red" => "light light-red",
        "yellow" => "light light-yellow",
        _ => "light light-none",
    };
}
