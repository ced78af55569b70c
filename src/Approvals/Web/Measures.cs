using System.Globalization;

namespace Approvals.Web;

/// <summary>Money in whole fen, areas in whole dm² and levels in whole millimetres: how people write them and read them, without a rounding on the way in.</summary>
internal static class Measures
{
    private const long FenPerYuan = 100;
    private const long FenPerWan = 10_000 * FenPerYuan;
    private const long FenPerYi = 10_000 * FenPerWan;

    /// <summary>1,234.50</summary>
    public static string Yuan(long fen) => ((decimal)fen / FenPerYuan).ToString("#,##0.00", CultureInfo.InvariantCulture);

    /// <summary>Exact, in the largest of 亿元, 万元 and 元 that it fills: 1.25 亿元, 3,500 万元, 0.50 元.</summary>
    public static Text Money(long fen)
    {
        var yuan = (decimal)fen / FenPerYuan;
        return Math.Abs(fen) switch
        {
            >= FenPerYi => new($"{Plain((decimal)fen / FenPerYi)} 亿元", $"CNY {Plain(yuan / 1_000_000)} million"),
            >= FenPerWan => new($"{Plain((decimal)fen / FenPerWan)} 万元", $"CNY {Plain(yuan)}"),
            _ => new($"{Plain(yuan)} 元", $"CNY {Plain(yuan)}"),
        };
    }

    /// <summary>80,000 (m²)</summary>
    public static string SquareMetres(long dm2) => Plain((decimal)dm2 / 100);

    /// <summary>120 (亩), to two places; 1 mu is 2000/3 m².</summary>
    public static string Mu(long dm2) => Plain(Math.Round((decimal)dm2 * 3 / 200_000, 2, MidpointRounding.AwayFromZero));

    /// <summary>Both: 80,000 m²（120 亩）.</summary>
    public static Text Area(long dm2) => new($"{SquareMetres(dm2)} m²（{Mu(dm2)} 亩）", $"{SquareMetres(dm2)} m² ({Mu(dm2)} mu)");

    /// <summary>312.500 (m)</summary>
    public static string Metres(int mm) => ((decimal)mm / 1000).ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>With its sign: +0.020</summary>
    public static string MetresSigned(int mm) => ((decimal)mm / 1000).ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);

    /// <summary>
    /// The whole number of small units in what somebody wrote, which may have so many decimal places and no more:
    /// a value that would have to be rounded is refused, never rounded.
    /// </summary>
    /// <returns>The value, or 0 where it was refused.</returns>
    public static long Whole(this Check check, decimal? value, int places, decimal least, decimal most, string field, string zh, string en, Text unit)
    {
        if (value is not { } given)
        {
            check.Text(null, field, zh, en, 1);
            return 0;
        }

        if (given < least || given > most)
        {
            check.Add("field.outOfRange", field,
                $"{zh}应在 {Plain(least)} 至 {Plain(most)} {unit.Zh}之间。", $"{en} must be between {Plain(least)} and {Plain(most)} {unit.En}.");
            return 0;
        }

        var scale = 1m;
        for (var i = 0; i < places; i++) scale *= 10;
        var small = given * scale;
        if (small == decimal.Truncate(small)) return (long)small;
        check.Add("field.tooManyPlaces", field, $"{zh}最多 {places} 位小数。", $"{en} may have at most {places} decimal places.");
        return 0;
    }

    private static string Plain(decimal value) => value.ToString("#,##0.############", CultureInfo.InvariantCulture);
}
