using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Approvals.Messaging;
using Approvals.Web;

namespace Approvals.Modules.Audit;

/// <summary>What was asked, as JSON that may be kept: masked, and of a long text its beginning, its length and its SHA-256.</summary>
internal static class Said
{
    private const int LongestText = 400;
    private const int Beginning = 120;

    /// <summary>As long as a number or an address may be: the end of what is looked through may cut one in two.</summary>
    private const int Margin = 64;

    /// <summary>So much of a text is looked through for numbers and addresses; of what is longer no more is kept than its beginning.</summary>
    private const int LookedThrough = LongestText + Margin;

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is shown by pages, which encode it
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new PlainText() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Mask } },
    };

    public static string Of(object request) => Fit(JsonSerializer.Serialize(request, request.GetType(), Json));

    public static string Of<T>(T value) => Fit(JsonSerializer.Serialize(value, Json));

    private static string Fit(string json) => json.Length <= Record.Longest
        ? json
        : JsonSerializer.Serialize(new { beginning = Head(json, 1200), length = json.Length, sha256 = Sha256(json) }, Json);

    private static string Head(string text, int most) => text[..(most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Mask(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        // Where an answer goes, and who is told on the way, is no part of what was asked.
        for (var i = type.Properties.Count - 1; i >= 0; i--)
            if (IsWay(type.Properties[i].PropertyType)) type.Properties.RemoveAt(i);
        foreach (var property in type.Properties)
        {
            var marked = property.AttributeProvider?.GetCustomAttributes(typeof(MaskedAttribute), true).Cast<MaskedAttribute>().SingleOrDefault();
            var hidden = marked is { IsName: false } || Masking.IsSecret(property.Name);
            if (!hidden && marked is null && !Masking.IsPersonal(property.Name)) continue;
            if (property.PropertyType != typeof(string)) property.ShouldSerialize = static (_, _) => false;
            else property.CustomConverter = hidden ? new Nothing() : marked is null ? new Partly() : new Name();
        }
    }

    private static bool IsWay(Type type) => type.IsAssignableTo(typeof(Stream)) || type.IsAssignableTo(typeof(TextWriter)) || type.IsAssignableTo(typeof(Delegate));

    private abstract class Writer : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    private sealed class PlainText : Writer
    {
        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
        {
            var isWhole = value.Length <= LookedThrough;
            var text = Masking.InText(isWhole ? value : Head(value, LookedThrough));
            writer.WriteStringValue(isWhole && text.Length <= LongestText ? text : $"{Head(text, Math.Clamp(text.Length - Margin, 0, Beginning))}… [{value.Length}, SHA-256 {Sha256(value)}]");
        }
    }

    private sealed class Nothing : Writer
    {
        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value.Length == 0 ? "" : Masking.Hidden);
    }

    private sealed class Name : Writer
    {
        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Personal.Name(value));
    }

    private sealed class Partly : Writer
    {
        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value.Length == 0 ? "" : Masking.Partly(value));
    }
}
