namespace Approvals.Web;

/// <summary>Personal data as it is shown to those who need not know it: enough to tell two apart, too little to use.</summary>
internal static class Personal
{
    /// <summary>In the place of a secret of the applicant, such as the query code.</summary>
    public const string Hidden = "********";

    /// <summary>The first letter of a person's name.</summary>
    public static string Name(string name) => name.Length == 0 ? "" : name[..(char.IsHighSurrogate(name[0]) && name.Length > 1 ? 2 : 1)] + "•••";

    /// <summary>13812341234 is 138****1234; what is too short to hide in its middle is hidden whole.</summary>
    public static string Phone(string number) => number.Length < 9 ? Hidden : $"{number[..3]}****{number[^4..]}";
}
