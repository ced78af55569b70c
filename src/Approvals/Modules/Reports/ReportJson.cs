using System.Text.Encodings.Web;
using System.Text.Json;

namespace Approvals.Modules.Reports;

/// <summary>The report as data: every figure by its code, with its definition. The lines of a cut are made as they are written.</summary>
internal static class ReportJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    internal sealed record Document(
        string Period, DateOnly From, DateOnly To, DateOnly PreviousFrom, DateOnly PreviousTo, string? Department, int? Revision, int? SupersededBy, int DefinitionsVersion, IReadOnlyList<int> DefinitionsVersions, DateTime? MadeAt, int MissingDays,
        IReadOnlyList<RevisionOf> Revisions, IReadOnlyDictionary<string, decimal?> Figures, IReadOnlyDictionary<string, decimal?> Previous,
        IReadOnlyDictionary<string, IEnumerable<LineOf>> Cuts, IReadOnlyList<PointOf> Trend, IReadOnlyList<FindingOf> Findings, IReadOnlyList<DefinitionOf> Definitions);

    internal sealed record RevisionOf(DateOnly Day, int Revision, string Reason, string Changed);

    internal sealed record LineOf(string Key, string NameZh, string NameEn, IReadOnlyDictionary<string, decimal?> Figures, IReadOnlyDictionary<string, decimal?> Previous);

    internal sealed record PointOf(DateOnly Day, IReadOnlyDictionary<string, decimal?> Figures);

    internal sealed record FindingOf(string Kind, string TitleZh, string TitleEn, string DetailZh, string DetailEn, string Link);

    internal sealed record DefinitionOf(string Code, string Unit, string NameZh, string NameEn, string TextZh, string TextEn);

    public static Document Of(ShowReport.Report report) => new(
        report.Period.Kind, report.Period.From, report.Period.To, report.Period.BeforeFrom, report.Period.BeforeTo, report.OnlyDepartment, report.Revision, report.Superseded?.By, report.Definitions, report.Versions, report.MadeAt, report.Missing,
        [.. report.Revised.Select(r => new RevisionOf(r.BusinessDate, r.Revision, r.Reason, r.Changed))],
        All(report.Whole.Now), All(report.Whole.Before),
        report.Cuts.ToDictionary(t => t.Cut, t => t.Lines.Select(l => new LineOf(l.Key, l.Name.Zh, l.Name.En, All(l.Now, t.Cut), All(l.Before, t.Cut)))),
        [.. report.Trend.Select(p => new PointOf(p.Day, All(p.Measures)))],
        [.. report.Findings.Select(f => new FindingOf(f.Kind, f.Title.Zh, f.Title.En, f.Detail.Zh, f.Detail.En, f.Link))],
        [.. Definitions.In(report.Definitions).Figures.Select(f => new DefinitionOf(f.Code, f.Unit.ToString().ToLowerInvariant(), f.Name.Zh, f.Name.En, f.Text.Zh, f.Text.En))]);

    private static Dictionary<string, decimal?> All(Measures measures, string cut = Cuts.Zone) => Definitions.OfCut(cut).ToDictionary(f => f.Code, f => measures[f.Code]);
}
