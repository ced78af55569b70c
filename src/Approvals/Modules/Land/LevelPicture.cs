using System.Globalization;

namespace Approvals.Modules.Land;

/// <summary>The surveys of a site against the level it must have, as points on a drawing.</summary>
internal sealed class LevelPicture
{
    public const int Width = 560;
    public const int Height = 150;
    private const int Left = 70;
    private const int Top = 14;
    private const int Bottom = 118;

    private readonly int high;
    private readonly int low;
    private readonly int step;

    public LevelPicture(int requiredMm, int toleranceMm, IReadOnlyList<GetParcel.Survey> surveys)
    {
        var margin = Math.Max(toleranceMm / 2, 10);
        high = Math.Max(requiredMm + toleranceMm, surveys.Max(s => s.MeasuredLevelMm)) + margin;
        low = Math.Min(requiredMm - toleranceMm, surveys.Min(s => s.MeasuredLevelMm)) - margin;
        step = (Width - Left) / (surveys.Count + 1);
        (Want, BandTop, BandBottom) = (Y(requiredMm), Y(requiredMm + toleranceMm), Y(requiredMm - toleranceMm));
    }

    public static string Start => Left.ToString(CultureInfo.InvariantCulture);

    public string Want { get; }

    public string BandTop { get; }

    public string BandBottom { get; }

    public string BandHeight => (double.Parse(BandBottom, CultureInfo.InvariantCulture) - double.Parse(BandTop, CultureInfo.InvariantCulture)).ToString("0.#", CultureInfo.InvariantCulture);

    public string X(int survey, int shift = 0) => (Left + step * survey + shift).ToString(CultureInfo.InvariantCulture);

    public string Y(int levelMm, int shift = 0) =>
        (Top + (double)(high - levelMm) / (high - low) * (Bottom - Top) + shift).ToString("0.#", CultureInfo.InvariantCulture);
}
