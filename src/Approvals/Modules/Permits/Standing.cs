using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;

namespace Approvals.Modules.Permits;

/// <summary>How the pages of cases show how they stand.</summary>
internal static class Standing
{
    public static readonly Text NotApplied = new("未申报", "not applied for");

    /// <summary>The class of the mark on a page.</summary>
    public static string Css(CaseStatus status, DateOnly? acceptedOn) => status switch
    {
        CaseStatus.Approved or CaseStatus.ApprovedDocumentsOwed => "state state-done",
        CaseStatus.Refused or CaseStatus.NoPermitNeeded or CaseStatus.NotAccepted or CaseStatus.Revoked => "state state-refused",
        CaseStatus.Withdrawn or CaseStatus.Recalled => "state state-waiting",
        _ => acceptedOn is null ? "state state-waiting" : "state",
    };

    /// <summary>The item's name: of the version the case keeps, else of the newest.</summary>
    public static Text NameOf(this CatalogueSnapshot catalogue, string code, long? itemId) =>
        ((itemId is { } id ? catalogue.Item(id) : null) ?? catalogue.Items.Where(i => i.Code == code).MaxBy(i => i.Version))?.Name ?? new(code, code);
}
