namespace Approvals.Web;

/// <summary>A labelled field of a form that names its fields under a prefix: <c>&lt;partial name="_Field" model="…" /&gt;</c>. What was typed stays, and the message stands under it.</summary>
/// <param name="Name">With its prefix, as posted.</param>
/// <param name="Type"><c>text</c>, <c>date</c>, <c>textarea</c>, or <c>number</c> for a decimal typed as text.</param>
/// <param name="Value">What it holds at first.</param>
internal sealed record Field(string Name, Text Label, string Type = "text", string? Value = null, Text? Hint = null, string? Unit = null, int? Most = null, bool IsOptional = false)
{
    public string Id => Name.Replace('.', '-');
}
