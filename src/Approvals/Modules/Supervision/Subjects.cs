using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.Supervision;

/// <summary>The kinds of things that have a due date: their names and their pages.</summary>
internal static class Subjects
{
    public static readonly string[] Kinds = ["case", "application", "stage", "parcel", "pause", "order"];

    /// <summary>The limits a list can be narrowed to.</summary>
    public static readonly string[] Limits =
    [
        Rules.Promised, Rules.Statutory, Rules.Stage, Rules.Answer, Rules.Delivery, Rules.Pause, Rules.Hearing, Rules.PermitStart,
        Rules.Payment, Rules.Handover, Rules.Title, Rules.LandStart, Rules.IdleFee, Rules.IdleTaking, Rules.Order,
    ];

    public static Text Name(string kind) => kind switch
    {
        "case" => new("办理件", "Case"),
        "application" => new("申请", "Application"),
        "stage" => new("阶段", "Stage"),
        "parcel" => new("地块", "Parcel"),
        "pause" => new("暂停", "Pause"),
        "order" => new("督办单", "Supervision order"),
        _ => new(kind, kind),
    };

    /// <summary>Where one works on it; a stage has no page but that of its light.</summary>
    public static string Page(string kind, string label, string rule) => kind switch
    {
        "case" or "pause" => $"/cases/{Uri.EscapeDataString(label)}",
        "application" => $"/applications/{Uri.EscapeDataString(label)}",
        "parcel" => $"/land/{Uri.EscapeDataString(label)}",
        "order" => $"/orders/{Uri.EscapeDataString(label)}",
        _ => Explained(label, rule),
    };

    /// <summary>The page that explains its light.</summary>
    public static string Explained(string label, string rule) => $"/lights/{Uri.EscapeDataString(label)}?rule={Uri.EscapeDataString(rule)}";
}
