using System.Globalization;
using System.Text;
using QRCoder;

namespace Approvals.Web;

/// <summary>A QR code as the path of an SVG: dark squares of a unit each, with the quiet zone around them. <c>_Qr.cshtml</c> draws it.</summary>
/// <param name="Label">What it is, for whoever cannot see it.</param>
internal sealed record QrPicture(string Path, int Size, Text Label)
{
    public static QrPicture Of(string text, Text label)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < code.ModuleMatrix.Count; y++)
        {
            for (var x = 0; x < code.ModuleMatrix[y].Length; x++)
                if (code.ModuleMatrix[y][x]) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
        }

        return new(path.ToString(), code.ModuleMatrix.Count, label);
    }
}
