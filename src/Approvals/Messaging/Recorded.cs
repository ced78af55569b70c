using Approvals.Web;

namespace Approvals.Messaging;

/// <summary>
/// A request that leaves a record of who sent it, when, from where and how it ended: every command, and what else is to
/// be proved. Where it is no <see cref="ICommand"/> the record goes with the first transaction that it opens, or has
/// one of its own.
/// </summary>
internal interface IRecorded
{
}

/// <summary>How a request is called in the record, and what it was on.</summary>
/// <param name="zh">As on its button, in Chinese.</param>
/// <param name="en">The same in English.</param>
/// <param name="kind">The kind of what it is on: one of <see cref="Subject"/>.</param>
/// <param name="number">The property of the request, or else of its answer, that holds the number.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RecordAsAttribute(string zh, string en, string kind = "", string number = "Number") : Attribute
{
    public Text Name => new(zh, en);

    public string Kind => kind;

    public string Number => number;

    /// <summary>What it says that it changed names files, which are not open to everybody who sees the matter.</summary>
    public bool NamesFiles { get; init; }
}

/// <summary>A command that leaves no record of its own: what it writes is a record already. Each one is a decision that a test holds.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UnrecordedAttribute(string why) : Attribute
{
    public string Why => why;
}

/// <summary>A value that no record may hold: a secret, or what only its own page shows. Names such as a phone or a password are known without it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MaskedAttribute : Attribute
{
    /// <summary>The name of a person: the record keeps as much of it as tells two apart.</summary>
    public bool IsName { get; init; }
}

/// <summary>What a record can be on, as <c>case:20260302-ABCDE-01</c>: its history is found by this.</summary>
internal static class Subject
{
    public const string Application = "application";
    public const string Case = "case";
    public const string Parcel = "parcel";
    public const string Project = "project";
    public const string Order = "order";
    public const string Account = "account";
    public const string Window = "window";
    public const string Channel = "channel";
    public const string Calendar = "calendar";
    public const string Catalogue = "catalogue";

    /// <summary>Numbers as they are stored, however somebody typed them.</summary>
    public static string Of(string kind, string? number) => (kind, number?.Trim()) switch
    {
        (_, null or "") => kind,
        (Account, { } login) => $"{kind}:{login.ToLowerInvariant()}",
        (Channel, { } name) => $"{kind}:{name}",
        (_, { } given) => $"{kind}:{given.ToUpperInvariant()}",
    };
}
