using System.Globalization;

namespace Approvals.Modules.Portfolio;

/// <summary>A month of a year, as people write it: 2026-03. Stored as the number 202603.</summary>
internal readonly record struct Month(int Year, int Number) : IComparable<Month>
{
    public const int FirstYear = 2000;
    public const int LastYear = 2099;

    public int Stored => Year * 100 + Number;

    public DateOnly FirstDay => new(Year, Number, 1);

    public DateOnly LastDay => FirstDay.AddMonths(1).AddDays(-1);

    public Month Next => Of(FirstDay.AddMonths(1));

    public static Month Of(DateOnly day) => new(day.Year, day.Month);

    public static Month OfStored(int stored) => new(stored / 100, stored % 100);

    /// <summary>The last month that is over, its last day counted.</summary>
    public static Month Ended(DateOnly today) => today == Of(today).LastDay ? Of(today) : Of(new DateOnly(today.Year, today.Month, 1).AddDays(-1));

    public static Month? Read(string? text) =>
        text?.Trim() is { Length: 7 } given && DateOnly.TryParseExact(given + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= FirstYear and <= LastYear
            ? Of(day)
            : null;

    /// <summary>How many months this is after the other.</summary>
    public int Since(Month other) => (Year - other.Year) * 12 + Number - other.Number;

    public int CompareTo(Month other) => Stored.CompareTo(other.Stored);

    public static bool operator <(Month one, Month other) => one.Stored < other.Stored;

    public static bool operator >(Month one, Month other) => one.Stored > other.Stored;

    public static bool operator <=(Month one, Month other) => one.Stored <= other.Stored;

    public static bool operator >=(Month one, Month other) => one.Stored >= other.Stored;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Number:00}");
}
