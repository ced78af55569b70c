using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Documents.Contract;

/// <summary>Something that a paper says and that may be put right or move after it was printed.</summary>
internal sealed record Particular(Text What, string Says)
{
    /// <summary>What every paper says.</summary>
    public static IReadOnlyList<Particular> OfProject(string name, string enterprise) => [new(new("项目名称", "Project name"), name), new(new("企业名称", "Enterprise name"), enterprise)];
}

/// <summary>打印登记: a paper is printed now, and says this. What is answered is the number of the printing.</summary>
/// <param name="Subject">The number of the application or case that the paper is of.</param>
internal sealed record KeepPrint(string Subject, string Paper, IReadOnlyList<Particular> Says) : ICommand<int>, IInside;

/// <summary>What has been printed of a paper, the first printing first.</summary>
/// <param name="Says">As it would say now.</param>
internal sealed record PrintsOf(string Subject, string Paper, IReadOnlyList<Particular> Says) : IRequest<Prints>, IInside;

/// <param name="Moved">What the first printing said otherwise, with what it says now.</param>
internal sealed record Prints(IReadOnlyList<Print> All, IReadOnlyList<Text> Moved);

/// <param name="At">On the wall of the zone.</param>
internal sealed record Print(int Number, DateTime At, string By);

/// <summary>A paper on the page it is printed from.</summary>
/// <param name="MayPrint">What the reader prints is on record; else it is a copy to look at.</param>
/// <param name="Now">The number of the printing, where it is printed now.</param>
/// <param name="IsChinese">The paper is in Chinese, whatever its reader reads.</param>
internal sealed record PrintedPaper(Prints Prints, bool MayPrint, int? Now, bool IsChinese = false)
{
    /// <summary>What the page of a paper remembers until it is shown: which of which paper is printed.</summary>
    public static string Key(string subject, string paper, int number) => $"{subject} {paper} {number}";

    /// <summary>What a paper said is for those who print it: others read it as they may, without what it said before.</summary>
    public static PrintedPaper Of(string subject, string paper, Prints prints, bool mayPrint, string? key, bool isChinese = false) =>
        new(mayPrint ? prints : prints with { Moved = [] }, mayPrint, prints.All.FirstOrDefault(p => Key(subject, paper, p.Number) == key)?.Number, isChinese);
}
