using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using Microsoft.AspNetCore.Html;

namespace Approvals.Modules.Timeline;

internal enum Zoom
{
    Week,
    Month,
    Quarter,
}

/// <summary>横道图 as SVG on the server: it prints, needs no script, and the table beside it says the same.</summary>
internal static class GanttPicture
{
    private const int Label = 190;
    private const int Head = 40;
    private const int RowHeight = 30;

    /// <param name="rows">From top to bottom.</param>
    /// <param name="today">Drawn as a line.</param>
    /// <param name="days">Off days and make-up days are shaded by it.</param>
    /// <param name="at">The day about which weeks are shown.</param>
    public static IHtmlContent Draw(IReadOnlyList<ShowSchedule.Row> rows, DateOnly today, DateOnly at, WorkingDays days, Zoom zoom, Text title, Text description)
    {
        var (from, to, step) = Window(rows, today, at, zoom);
        var (width, height) = (Label + (int)((to.DayNumber - from.DayNumber) * step) + 12, Head + rows.Count * RowHeight + 6);
        var svg = new StringBuilder(16_384).Append(CultureInfo.InvariantCulture,
            $"<svg class=\"gantt\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"gantt-title gantt-desc\"><title id=\"gantt-title\">{Html(title)}</title><desc id=\"gantt-desc\">{Html(description)}</desc>");
        Shade(svg, from, to, step, height, days, zoom);
        Scale(svg, from, to, step, height, zoom);
        var place = rows.Select((r, i) => (r.Code, i)).ToDictionary(p => p.Code, p => p.i, StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++) Row(svg, rows[i], Head + i * RowHeight, X, from, to);
        foreach (var (row, i) in rows.Select((r, i) => (r, i)))
            foreach (var need in row.Needs.Where(place.ContainsKey)) Arrow(svg, rows[place[need]], place[need], row, i, X, from, to);
        if (today >= from && today <= to)
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"g-today\" d=\"M{X(today):0.#} {Head - 14} V{height}\"/><text class=\"g-now\" x=\"{X(today) + 3:0.#}\" y=\"{Head - 5}\">{Html(new("今天", "today"))}</text>");
        return new HtmlString(svg.Append("</svg>").ToString());

        double X(DateOnly day) => Label + (day.DayNumber - from.DayNumber) * step;
    }

    /// <summary>What is seen: by weeks the near future, by months two years, by quarters all of it.</summary>
    private static (DateOnly From, DateOnly To, double Step) Window(IReadOnlyList<ShowSchedule.Row> rows, DateOnly today, DateOnly at, Zoom zoom)
    {
        var first = rows.SelectMany(r => new[] { r.At.Start, r.PlannedOn ?? r.At.Start, r.At.Finish }).Append(today).Min();
        var last = rows.SelectMany(r => new[] { r.Outlook?.High ?? r.At.Finish, r.PlannedOn ?? r.At.Finish }).Append(today).Max().AddDays(7);
        (DateOnly From, DateOnly To, double Step) window = zoom switch
        {
            Zoom.Week => (at.AddDays(-28), at.AddDays(84), 11),
            Zoom.Month => (Max(first, today.AddDays(-180)), Min(last, today.AddDays(365)), 3.2),
            _ => (first, Min(last, first.AddDays(3650)), 1.1),
        };
        var monday = window.From.AddDays(-((int)window.From.DayOfWeek + 6) % 7);
        // A line of the scale is where a week, a month or a quarter begins.
        return (zoom == Zoom.Week ? monday : new(window.From.Year, zoom == Zoom.Month ? window.From.Month : (window.From.Month - 1) / 3 * 3 + 1, 1), Max(window.To, monday.AddDays(60)), window.Step);
    }

    private static DateOnly Min(DateOnly a, DateOnly b) => a < b ? a : b;

    private static DateOnly Max(DateOnly a, DateOnly b) => a > b ? a : b;

    private static void Shade(StringBuilder svg, DateOnly from, DateOnly to, double step, int height, WorkingDays days, Zoom zoom)
    {
        var (off, make) = (new StringBuilder(), new StringBuilder());
        for (var day = from; day < to;)
        {
            var end = day;
            while (end < to && !days.IsWorkingDay(end)) end = end.AddDays(1);
            // By quarters a weekend is thinner than a line: only holidays are seen.
            if (end > day && (zoom != Zoom.Quarter || end.DayNumber - day.DayNumber > 2)) Box(off, day, end.DayNumber - day.DayNumber);
            if (end == day && zoom != Zoom.Quarter && day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) Box(make, day, 1);
            day = end == day ? day.AddDays(1) : end;
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"g-off\" d=\"{off}\"/><path class=\"g-make\" d=\"{make}\"/>");

        // A bar ends with its last day: a day lies before its own mark.
        void Box(StringBuilder path, DateOnly day, int count) =>
            path.Append(CultureInfo.InvariantCulture, $"M{Label + (day.DayNumber - from.DayNumber - 1) * step:0.#} {Head}h{count * step:0.#}V{height}h-{count * step:0.#}z");
    }

    private static void Scale(StringBuilder svg, DateOnly from, DateOnly to, double step, int height, Zoom zoom)
    {
        for (var day = from; day < to; day = zoom switch { Zoom.Week => day.AddDays(7), Zoom.Month => day.AddMonths(1), _ => day.AddMonths(3) })
        {
            var x = Label + (day.DayNumber - from.DayNumber) * step;
            var label = zoom switch
            {
                // Far from today nobody knows the year by itself.
                Zoom.Week => day.ToString(day == from || day is { Month: 1, Day: <= 7 } ? "yyyy-MM-dd" : "MM-dd", CultureInfo.InvariantCulture),
                Zoom.Month => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
                _ => string.Create(CultureInfo.InvariantCulture, $"{day.Year} Q{(day.Month + 2) / 3}"),
            };
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"g-grid\" d=\"M{x:0.#} 10V{height}\"/><text class=\"g-date\" x=\"{x + 3:0.#}\" y=\"20\">{label}</text>");
        }
    }

    private static void Row(StringBuilder svg, ShowSchedule.Row row, int y, Func<DateOnly, double> x, DateOnly from, DateOnly to)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"g-row{(row.IsOnPath ? " critical" : "")}{(row.IsDone ? " done" : "")}\"><text class=\"g-name\" x=\"4\" y=\"{y + 19}\">{HtmlEncoder.Default.Encode(Cut(row.Name.ToString()))}{(row.Phase > 0 ? $" · {row.Phase}" : "")}</text>");
        if (row.PlannedOn is { } planned && planned >= from && planned <= to)
        {
            if (row.PlannedFrom is { } begins && !row.IsMilestone) Bar("g-plan", begins, planned, y + 3, 5);
            else Diamond("g-plan-at", planned, y + 8, 5);
        }

        var shown = row.ShownOn;
        if (row.IsMilestone)
        {
            if (row.Outlook is { } o && o.By80 > shown) Bar("g-range", shown, o.By80, y + 15, 4);
            if (shown >= from && shown <= to) Diamond(row.IsAssumed ? "g-plan-at" : row.IsDone ? "g-fact-at" : "g-likely-at", shown, y + 17, 7);
        }
        else
        {
            Bar(row.IsDone ? "g-fact" : row.At.IsStarted ? "g-running" : "g-likely", row.At.Start, shown, y + 11, 12);
            if (row.Outlook is { } o && o.By80 > shown) Bar("g-range", shown, o.By80, y + 15, 4);
        }

        svg.Append("</g>");

        void Bar(string css, DateOnly begin, DateOnly end, int top, int high)
        {
            if (end < from || begin > to) return;
            var (left, right) = (x(Max(begin, from)), x(Min(end, to)));
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{css}\" x=\"{left:0.#}\" y=\"{top}\" width=\"{Math.Max(2, right - left):0.#}\" height=\"{high}\"/>");
        }

        void Diamond(string css, DateOnly at, int middle, int half) =>
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{css}\" d=\"M{x(at) - half:0.#} {middle}l{half} -{half}l{half} {half}l-{half} {half}z\"/>");
    }

    /// <summary>From the end of what is needed to the beginning of what waits for it.</summary>
    private static void Arrow(StringBuilder svg, ShowSchedule.Row need, int above, ShowSchedule.Row row, int below, Func<DateOnly, double> x, DateOnly from, DateOnly to)
    {
        var (left, right) = (need.ShownOn, row.IsMilestone ? row.ShownOn : row.At.Start);
        if (left < from || left > to || right < from || right > to) return;
        var (x1, y1, x2, y2) = (x(left), Head + above * RowHeight + 17, Math.Max(x(right), x(left)), Head + below * RowHeight + 17);
        var critical = need.IsOnPath && row.IsOnPath ? " critical" : "";
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"g-arrow{critical}\" d=\"M{x1:0.#} {y1}h4V{(y1 + y2) / 2}H{x2 - 5:0.#}V{y2}h4\"/><path class=\"g-tip{critical}\" d=\"M{x2:0.#} {y2}l-5 -3v6z\"/>");
    }

    private static string Cut(string name)
    {
        const int Most = 26;
        var (width, length) = (0, 0);
        foreach (var c in name)
        {
            width += c > '\u2E7F' ? 2 : 1;
            if (width > Most) return name[..length].TrimEnd() + "…";
            length++;
        }

        return name;
    }

    private static string Html(Text text) => HtmlEncoder.Default.Encode(text.ToString());
}
