using Approvals.Web;

namespace Approvals.Modules.Catalogue;

/// <summary>The kinds of items by name. A kind the program has no name for is shown as it is written.</summary>
internal static class Kinds
{
    public static Text Name(string kind) => kind switch
    {
        "permit" => new("许可", "Permit"),
        "filing" => new("备案", "Filing"),
        "confirmation" => new("确认", "Confirmation"),
        "jointReview" => new("联合审查", "Joint review"),
        "technicalReview" => new("技术审查", "Technical review"),
        "publicService" => new("公共服务", "Public service"),
        "other" => new("其他", "Other"),
        _ => new(kind, kind),
    };
}
