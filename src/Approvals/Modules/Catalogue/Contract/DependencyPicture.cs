using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Approvals.Web;
using Microsoft.AspNetCore.Html;

namespace Approvals.Modules.Catalogue.Contract;

/// <summary>One box of the picture.</summary>
/// <param name="Code">The item.</param>
/// <param name="Label">Its name; too long a name is cut, and stands whole in the tip.</param>
/// <param name="Start">The working-day number of its earliest start: its column.</param>
/// <param name="Finish">The working-day number of its earliest finish.</param>
/// <param name="State">A class of <c>svg.deps</c>: done, running, late, paused, blocked; or empty.</param>
/// <param name="Href">Where a click leads, or null.</param>
/// <param name="Note">A third line in words, such as the state; null shows the days.</param>
internal sealed record PictureNode(string Code, string Label, int Start, int Finish, string State, string? Href, string? Note = null);

/// <param name="From">What must be done first.</param>
/// <param name="To">What waits for it.</param>
/// <param name="IsCritical">On the critical path: drawn heavier.</param>
internal sealed record PictureEdge(string From, string To, bool IsCritical);

/// <summary>
/// The items of a process as boxes in columns by earliest start, with arrows from each to what waits for it. Drawn here, as
/// SVG without script or style; whoever shows it puts a table with the same content beside it.
/// </summary>
internal static class DependencyPicture
{
    private const int BoxWidth = 148;
    private const int BoxHeight = 60;
    private const int ColumnStep = 188;
    private const int RowStep = 88;
    private const int Left = 10;
    private const int Top = 34;

    /// <summary>A Chinese character counts as two.</summary>
    private const int LabelWidth = 18;

    private static readonly HtmlEncoder Encode = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The arrows of a process in its plan.</summary>
    public static IReadOnlyList<PictureEdge> Edges(Process process, Plan plan) =>
    [
        .. from item in process.Items
           from need in item.Needs
           select new PictureEdge(need, item.Item.Code, plan[need].IsCritical && plan[item.Item.Code].IsCritical && plan[need].Finish == plan[item.Item.Code].Start),
    ];

    /// <param name="nodes">The boxes.</param>
    /// <param name="edges">The arrows between them.</param>
    /// <param name="title">What the picture shows, for those who do not see it.</param>
    /// <param name="description">The same in a sentence or two.</param>
    public static IHtmlContent Draw(IReadOnlyList<PictureNode> nodes, IReadOnlyList<PictureEdge> edges, string title, string description)
    {
        var places = Place(nodes, edges);
        var columns = nodes.Select(n => n.Start).Distinct().Order().ToList();
        var width = Left * 2 + Math.Max(0, columns.Count - 1) * ColumnStep + BoxWidth;
        var lanes = new Lanes(places);
        var arrows = new StringBuilder();
        foreach (var edge in Reduced(edges).Where(e => places.ContainsKey(e.From) && places.ContainsKey(e.To)).OrderBy(e => e.IsCritical))
        {
            var css = edge.IsCritical ? "edge critical" : "edge";
            arrows.Append(CultureInfo.InvariantCulture, $"<path class=\"{css}\" d=\"{lanes.Path(edge)}\" marker-end=\"url(#{(edge.IsCritical ? "deps-tip-critical" : "deps-tip")})\"/>");
        }

        var height = Top + lanes.Bottom;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"deps\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-labelledby=\"deps-title deps-text\">");
        svg.Append(CultureInfo.InvariantCulture, $"<title id=\"deps-title\">{Encode.Encode(title)}</title><desc id=\"deps-text\">{Encode.Encode(description)}</desc>");
        svg.Append("<defs>");
        Tip(svg, "deps-tip", "tip", 8);
        Tip(svg, "deps-tip-critical", "tip critical", 10);
        svg.Append("</defs>");
        for (var i = 0; i < columns.Count; i++)
        {
            var x = Left + i * ColumnStep;
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{x - 6}\" x2=\"{x - 6}\" y1=\"0\" y2=\"{height}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"col\" x=\"{x}\" y=\"14\">{Encode.Encode(Words.T($"第 {columns[i]} 日起", $"from day {columns[i]}"))}</text>");
        }

        svg.Append(arrows);
        foreach (var node in nodes) Box(svg, node, places[node.Code]);
        svg.Append("</svg>");
        return new HtmlString(svg.ToString());
    }

    private static void Tip(StringBuilder svg, string id, string css, int size) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<marker id=\"{id}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"{size}\" markerHeight=\"{size}\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"{css}\" d=\"M0 0 8 4 0 8z\"/></marker>");

    private static void Box(StringBuilder svg, PictureNode node, Spot at)
    {
        var days = Words.T($"{node.Code} · {node.Finish - node.Start} 日", $"{node.Code} · {node.Finish - node.Start} WD");
        var note = node.Note ?? Words.T($"第 {node.Start}–{node.Finish} 日", $"day {node.Start}–{node.Finish}");
        if (node.Href is { } href) svg.Append(CultureInfo.InvariantCulture, $"<a href=\"{Encode.Encode(href)}\">");
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"{Encode.Encode(node.State)}\"><title>{Encode.Encode($"{node.Code} {node.Label}")}</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"box\" x=\"{at.X}\" y=\"{at.Y}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"2\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name\" x=\"{at.X + 8}\" y=\"{at.Y + 20}\">{Encode.Encode(Cut(node.Label))}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"meta\" x=\"{at.X + 8}\" y=\"{at.Y + 37}\">{Encode.Encode(days)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"meta\" x=\"{at.X + 8}\" y=\"{at.Y + 53}\">{Encode.Encode(Cut(note))}</text>");
        svg.Append("</g>");
        if (node.Href is not null) svg.Append("</a>");
    }

    /// <summary>The heaviest chain runs straight along the first row; everything else takes the first free row of its column.</summary>
    private static Dictionary<string, Spot> Place(IReadOnlyList<PictureNode> nodes, IReadOnlyList<PictureEdge> edges)
    {
        var columns = nodes.Select(n => n.Start).Distinct().Order().ToList();
        var critical = edges.Where(e => e.IsCritical).SelectMany(e => new[] { e.From, e.To }).ToHashSet(StringComparer.Ordinal);
        var taken = new HashSet<(int Column, int Row)>();
        var places = new Dictionary<string, Spot>(StringComparer.Ordinal);
        foreach (var node in nodes.OrderByDescending(n => critical.Contains(n.Code)).ThenBy(n => n.Start))
        {
            var column = columns.IndexOf(node.Start);
            var row = critical.Contains(node.Code) ? 0 : 1;
            while (!taken.Add((column, row))) row++;
            places[node.Code] = new(Left + column * ColumnStep, Top + row * RowStep, column, row);
        }

        return places;
    }

    /// <summary>Without the arrows that a longer way already shows: what A08 needs of A03 it needs by way of A06.</summary>
    private static IEnumerable<PictureEdge> Reduced(IReadOnlyList<PictureEdge> edges)
    {
        var next = edges.ToLookup(e => e.From, e => e.To);
        return edges.Where(e => !next[e.From].Any(other => other != e.To && Reaches(other, e.To, [])));

        bool Reaches(string from, string to, HashSet<string> seen) =>
            seen.Add(from) && next[from].Any(n => n == to || Reaches(n, to, seen));
    }

    private static string Cut(string label)
    {
        if (Width(label) <= LabelWidth) return label;
        var elements = StringInfo.GetTextElementEnumerator(label);
        var cut = "";
        while (elements.MoveNext() && Width(cut + elements.GetTextElement()) < LabelWidth) cut += elements.GetTextElement();
        return cut.TrimEnd() + "…";
    }

    private static int Width(string label) => label.Sum(c => char.IsLowSurrogate(c) ? 0 : c > '\u2E7F' ? 2 : 1);

    private sealed record Spot(int X, int Y, int Column, int Row);

    /// <summary>Where the arrows run: out to the right, along the gap under a row where boxes would be in the way, and in from the left.</summary>
    private sealed class Lanes(Dictionary<string, Spot> places)
    {
        private const int Gap = 8;

        private readonly Dictionary<int, int> under = [];
        private readonly int rows = places.Values.Select(p => p.Row).DefaultIfEmpty(0).Max() + 1;

        public int Bottom => rows * RowStep + 6;

        public string Path(PictureEdge edge)
        {
            var (from, to) = (places[edge.From], places[edge.To]);
            var (x1, y1) = (from.X + BoxWidth, from.Y + BoxHeight / 2);
            var (x2, y2) = (to.X, to.Y + BoxHeight / 2);
            if (to.Column <= from.Column) return $"M{x1} {y1} H{x1 + Gap} V{to.Y + BoxHeight + 6} H{to.X + BoxWidth / 2} V{to.Y + BoxHeight}";
            var turn = x2 - 24 + Math.Min(3, from.Row) * 5;
            if (y1 == y2 && Free(from.Row, from.Column, to.Column)) return $"M{x1} {y1} H{x2}";
            if (Free(from.Row, from.Column, to.Column)) return $"M{x1} {y1} H{turn} V{y2} H{x2}";
            if (Free(to.Row, from.Column, to.Column)) return $"M{x1} {y1} H{x1 + Gap} V{y2} H{x2}";
            var lane = under.GetValueOrDefault(from.Row);
            under[from.Row] = lane + 1;
            var y = from.Y + BoxHeight + 6 + lane % 4 * 5;
            return $"M{x1} {y1} H{x1 + Gap} V{y} H{turn} V{y2} H{x2}";
        }

        private bool Free(int row, int after, int before) => !places.Values.Any(p => p.Row == row && p.Column > after && p.Column < before);
    }
}
