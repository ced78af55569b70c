using System.Text.Encodings.Web;
using System.Text.Json;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;

namespace Approvals.Modules.Messages;

/// <summary>What an outbox row carries; each way out gives it its own shape.</summary>
/// <param name="Link">A path of this site.</param>
internal sealed record Letter(string Key, string Level, Text Title, Text Body, string Link, DateTime At)
{
    private const int Longest = 4000;

    /// <summary>Chinese stays readable, and a character stays one.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool Fits() => JsonSerializer.Serialize(this, Json).Length <= Longest;

    /// <summary>As it is stored; a body that would not fit is cut.</summary>
    public string Write()
    {
        var text = JsonSerializer.Serialize(this, Json);
        for (var most = 800; text.Length > Longest; most -= 100)
            text = JsonSerializer.Serialize(this with { Body = new(Cut(Body.Zh, most), Cut(Body.En, most)) }, Json);
        return text;
    }

    public static Letter Read(string payload) => JsonSerializer.Deserialize<Letter>(payload, Json)!;

    public static string LevelName(MessageLevel level) => level switch
    {
        MessageLevel.Red => "red",
        MessageLevel.Yellow => "yellow",
        _ => "info",
    };

    public static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        var end = most - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }
}
