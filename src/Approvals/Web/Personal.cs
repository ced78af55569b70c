namespace Approvals.Web;

/// <summary>Personal data as it is shown to those who need not know it: enough to tell two apart, too little to use.</summary>
internal static class Personal
{
    /// <summary>In the place of a secret of the applicant, such as the query code.</summary>
    public const string Hidden = "********";

    /// <summary>The first letter of a person's name.</summary>
    public static string Name(string name) => name.Length == 0 ? "" : name[..(char.IsHighSurrogate(name[0]) && name.Length > 1 ? 2 : 1)] + "•••";

    /// <summary>Of a mail address the first letter and the host.</summary>
    public static string Mail(string? address) => address is not { Length: > 0 } ? "" : address.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? $"{address[..1]}•••{address[at..]}" : Hidden;

    /// <summary>Two that differ, hidden: where they look the same then, the second says that it is another.</summary>
    public static (Text Was, Text Now) Changed(string was, string now, Func<string, string> hide)
    {
        var (before, after) = (hide(was), hide(now));
        return (new(before, before), was != now && before == after ? new($"{after}（另一个）", $"{after} (another)") : new(after, after));
    }

    /// <summary>13812341234 is 138****1234; what is too short to hide in its middle is hidden whole.</summary>
    public static string Phone(string number) => number.Length < 9 ? Hidden : $"{number[..3]}****{number[^4..]}";
}
