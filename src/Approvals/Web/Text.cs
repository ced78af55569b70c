using System.Globalization;

namespace Approvals.Web;

/// <summary>A text in both languages of the product, side by side where it is written.</summary>
internal readonly record struct Text(string Zh, string En)
{
    /// <summary>In the language of the reader.</summary>
    public override string ToString() => Words.English ? En : Zh;
}

/// <summary>For pages: <c>@T("办理件", "Case")</c>.</summary>
internal static class Words
{
    public static bool English => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    public static string T(string zh, string en) => English ? en : zh;

    /// <summary>A name as it was written down; what the system did by itself stands under one that is translated.</summary>
    public static string Person(string name) => name == Modules.Access.Contract.Actor.SystemName ? T(name, "the system") : name;

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Day(DateOnly? day) => day is { } d ? Day(d) : "—";

    /// <summary>As a paper is dated.</summary>
    public static Text Written(DateOnly? day) => new(day?.ToString("yyyy 年 M 月 d 日", CultureInfo.InvariantCulture) ?? "", day is { } d ? Day(d) : "");
}
