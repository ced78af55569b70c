using Approvals.Web;

namespace Approvals.Modules.Permits.Contract;

/// <summary>What an entry in the log of a case tells that leaves its status as it is. Stored by name.</summary>
internal enum CaseActivity
{
    Noted,
    HandedOver,
    LimitChanged,
    Extended,
    ExtensionRemoved,
    HearingAnnounced,

    /// <summary>Something had been entered wrongly.</summary>
    Corrected,

    /// <summary>超时默认: those that waited for it wait no longer.</summary>
    DeemedConsent,
}

internal static class CaseActivities
{
    public static Text Name(this CaseActivity activity) => activity switch
    {
        CaseActivity.Noted => new("记事", "Noted"),
        CaseActivity.HandedOver => new("移交", "Handed over"),
        CaseActivity.LimitChanged => new("时限调整", "Limit changed"),
        CaseActivity.Extended => new("延长期限", "Extended"),
        CaseActivity.ExtensionRemoved => new("撤销延长", "Extension taken back"),
        CaseActivity.HearingAnnounced => new("听证通知", "Hearing announced"),
        CaseActivity.Corrected => new("更正", "Corrected"),
        CaseActivity.DeemedConsent => new("超时默认", "Deemed consent"),
        _ => throw new ArgumentOutOfRangeException(nameof(activity)),
    };
}
