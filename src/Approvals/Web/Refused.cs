namespace Approvals.Web;

internal enum RefusedAs
{
    Invalid = 400,
    Forbidden = 403,
    NotFound = 404,
    Conflict = 409,
    TooLarge = 413,

    /// <summary>Something outside the program that it needs is away.</summary>
    Unavailable = 503,
}

/// <summary>One thing wrong with a request: a stable code, the field at fault (empty for none), and what to do, in both languages.</summary>
internal sealed record Problem(string Code, string Field, Text Message);

/// <summary>The request was understood and is refused. Nothing has been written.</summary>
internal sealed class Refused : Exception
{
    public Refused(RefusedAs status, IReadOnlyList<Problem> problems)
        : base(string.Join(" ", problems.Select(p => p.Message.En)))
    {
        Status = status;
        Problems = problems;
    }

    public RefusedAs Status { get; }

    /// <summary>It says that there is nothing; there is, and it is not for whoever asks. The record knows the difference, the answer does not.</summary>
    public bool Hides { get; private init; }

    /// <summary>Names of persons in its words: the answer says them, the record only as much as tells two apart.</summary>
    public IReadOnlyList<string> Persons { get; init; } = [];

    public IReadOnlyList<Problem> Problems { get; }

    public static Refused Invalid(string code, string field, string zh, string en) => One(RefusedAs.Invalid, code, field, zh, en);

    public static Refused Forbidden(string code, string zh, string en) => One(RefusedAs.Forbidden, code, "", zh, en);

    public static Refused NotFound(string code, string field, string zh, string en) => One(RefusedAs.NotFound, code, field, zh, en);

    /// <summary>The same answer, where there is what is asked for and it is another's.</summary>
    public Refused Hiding() => new(Status, Problems) { Hides = true };

    /// <summary>The state has moved on: somebody else was first, or the step is not due.</summary>
    public static Refused Conflict(string code, string zh, string en) => One(RefusedAs.Conflict, code, "", zh, en);

    private static Refused One(RefusedAs status, string code, string field, string zh, string en) =>
        new(status, [new(code, field, new(zh, en))]);
}

/// <summary>Collects everything wrong with an input, so that its author is told once.</summary>
internal sealed class Check
{
    /// <summary>What may be longer is a paragraph, and may have lines.</summary>
    private const int LongestLine = 100;

    private readonly List<Problem> problems = [];

    public bool Failed => problems.Count > 0;

    public IReadOnlyList<Problem> Problems => problems;

    public Check Add(string code, string field, string zh, string en)
    {
        problems.Add(new(code, field, new(zh, en)));
        return this;
    }

    /// <summary>Not blank and at most so many characters (counted as a person counts them, an emoji as one); what stands around it is not kept.</summary>
    public Check Text(string? value, string field, string zh, string en, int most, bool optional = false)
    {
        if (value is null || value.All(c => char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format))
            return optional ? this : Add("field.required", field, $"请填写{zh}。", $"{en} is required.");
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i])) continue;
            if (!char.IsSurrogatePair(value, i)) return Add("field.brokenCharacter", field, $"{zh}含有残缺字符，请重新输入。", $"{en} contains a broken character; type it again.");
            i++;
        }

        if (value.EnumerateRunes().Any(IsHidden))
            return Add("field.controlCharacter", field, $"{zh}含有不可见的控制字符，请删除后重填。", $"{en} contains control characters; remove them.");
        if (most <= LongestLine && value.AsSpan().Trim().ContainsAny("\n\r\t\u2028\u2029"))
            return Add("field.lineBreak", field, $"{zh}只能写一行，请删除换行和制表符。", $"{en} is one line; remove line breaks and tabs.");
        var length = new System.Globalization.StringInfo(value.Trim()).LengthInTextElements;
        return length > most || value.Length > most * 2
            ? Add("field.tooLong", field, $"{zh}最多 {most} 个字，现有 {length} 个。", $"{en} may have at most {most} characters; it has {length}.")
            : this;
    }

    /// <summary>Controls what is around it, or is set aside by Unicode for no sign at all: no XML can hold it.</summary>
    private static bool IsHidden(System.Text.Rune sign) => sign.Value is var c
        && ((System.Text.Rune.IsControl(sign) && c is not '\n' and not '\r' and not '\t') || c is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or (>= 0xFDD0 and <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE);

    /// <summary>All that another check has found.</summary>
    public Check Add(Check other)
    {
        problems.AddRange(other.problems);
        return this;
    }

    public Check That(bool holds, string code, string field, string zh, string en) => holds ? this : Add(code, field, zh, en);

    /// <exception cref="Refused">Where anything was wrong.</exception>
    public void Done()
    {
        if (Failed) throw new Refused(RefusedAs.Invalid, problems);
    }
}
