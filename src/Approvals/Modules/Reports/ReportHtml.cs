using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Reports;

/// <summary>The report as a page reads it, in the reader's language: the same text on the screen, on paper and in the file. The pictures are SVG, each beside the numbers it shows.</summary>
internal sealed class ReportHtml
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly string[] Head = ["received", "closed", "inTimeRate", "usedMean", "open", "overdue", "overdueRate", "newRed"];

    private static readonly string[] Columns = ["received", "accepted", "closed", "inTimeRate", "usedMean", "usedMedian", "usedP90", "open", "overdue", "overdueRate", "newRed"];

    private static readonly string[] ProjectColumns = ["received", "accepted", "closed", "inTimeRate", "usedMean", "spanMean", "authority", "applicant", "uncounted", "open", "overdue"];

    /// <summary>What the site has from Bootstrap and a file does not.</summary>
    private const string Base = "*{box-sizing:border-box}body{margin:0;font-family:var(--bs-body-font-family);font-size:var(--bs-body-font-size);line-height:1.5;color:var(--ink)}dd,p{margin:0}.d-inline{display:inline}.d-block{display:block}@media print{@page{size:A4;margin:12mm}}";

    private static readonly Lazy<string> SiteStyle = new(() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "wwwroot", "app.css")));

    /// <summary>The site's own, for a file that needs nothing beside it.</summary>
    public static string Style => SiteStyle.Value;

    private readonly StringBuilder html = new();
    private readonly ShowReport.Report report;
    private readonly bool links;

    /// <summary>Figures lead to their cases as they are known now, which were others when a superseded report was made.</summary>
    private readonly bool leads;

    private readonly int most;

    /// <param name="report">What is shown.</param>
    /// <param name="links">Whether figures lead to their cases; a file leads nowhere.</param>
    /// <param name="most">Lines of a cut; the rest are in the workbook.</param>
    private ReportHtml(ShowReport.Report report, bool links, int most) => (this.report, this.links, leads, this.most) = (report, links, links && report.Superseded is null, most);

    /// <summary>All but the heading.</summary>
    public static string Body(ShowReport.Report report, bool links = true, int most = 30)
    {
        var writer = new ReportHtml(report, links, most);
        writer.Write();
        return writer.html.ToString();
    }

    /// <summary>A file that needs nothing beside it.</summary>
    public static string Document(ShowReport.Report report, string style, ZoneClock clock)
    {
        var title = Title(report);
        return $"""
            <!DOCTYPE html>
            <html lang="{(Words.English ? "en" : "zh-CN")}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{E(title)}</title><style>{Base}{style}</style></head>
            <body class="report-file"><main class="page"><div class="wrap">
            <div class="page-head"><div><h1>{E(title)}</h1><p class="sub">{E(Sub(report, clock))}</p></div></div>
            {Body(report, links: false)}
            </div></main></body></html>
            """;
    }

    public static string Title(ShowReport.Report report) => Words.T(
        $"审批时效{report.Period.Title.Zh} {report.Period.Days}{(report.Superseded is { } was ? $"（修订号 {was.Revision}，已被取代）" : "")}",
        $"SLA: {report.Period.Title.En} {report.Period.Days}{(report.Superseded is { } old ? $" (revision {old.Revision}, superseded)" : "")}");

    public static string Sub(ShowReport.Report report, ZoneClock clock)
    {
        var made = report.MadeAt is { } at ? clock.Local(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "—";
        return Words.T(
            $"{report.Whose.Zh} · 对比 {report.Period.BeforeDays} · 定义第 {Versions(report)} 版 · {made} 生成",
            $"{report.Whose.En} · beside {report.Period.BeforeDays} · definitions version {Versions(report)} · made {made}");
    }

    private static string Versions(ShowReport.Report report) => string.Join(T("、", ", "), report.Versions.Order());

    private static string E(string text) => Encoder.Encode(text);

    private static string T(string zh, string en) => Words.T(zh, en);

    private void Write()
    {
        Notices();
        Tiles();
        html.Append("<div class=\"cols cols-even\">");
        Panel(T("近 30 日办结", "Closed in the last 30 days"), DaysPicture());
        Panel(T("办结件用了几个工作日", "Working days that closed cases used"), UsedPicture());
        html.Append("</div>");
        Hands();
        FindingsList();
        Figures();
        var isFirst = true;
        foreach (var cut in Cuts.Shown)
            if (report.Of(cut) is { } table && Cut(table, cut == Cuts.Project ? ProjectColumns : Columns, isFirst)) isFirst = false;
        Pauses();
        Meaning();
    }

    private void Notices()
    {
        if (report.Superseded is { } was)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"notice notice-warn\" id=\"superseded\">{E(T($"这是修订号 {was.Revision} 的原样，已被修订号 {was.By} 取代。", $"This is how revision {was.Revision} was; revision {was.By} has superseded it."))} ");
            if (links) html.Append(CultureInfo.InvariantCulture, $"<a class=\"no-print\" href=\"/reports/sla?date={report.Period.To:yyyy-MM-dd}\">{E(T("查看现行报告", "See the report in force"))}</a> ");
            html.Append(CultureInfo.InvariantCulture, $"<span class=\"sub\">{E(T("上期和近 30 日也是当时的数。办理件、项目和「值得注意」只按现在所知统计，因此不在旧报告中。", "What stands beside it is of that time too. Cases, projects and findings are known only as they are now, and so are in no earlier report."))}</span></p>");
        }

        if (report.Asked > report.Period.To)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"notice\" id=\"until\">{E(T($"日报到 {Words.Day(report.Period.To)} 为止，本期算到这一天；上期取同样长。", $"The reports end on {Words.Day(report.Period.To)}, and so does this period; the one before is as long."))}</p>");
        foreach (var counted in report.CountedSince.GroupBy(c => c.Since))
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"notice\">{E(T($"自 {Words.Day(counted.Key)} 起才统计：{string.Join("、", counted.Select(c => c.Figure.Name.Zh))}。含更早日子的数显示为「—」。", $"Counted since {Words.Day(counted.Key)} only: {string.Join(", ", counted.Select(c => c.Figure.Name.En))}. What has earlier days in it is shown as “—”."))}</p>");
        if (report.Missing > 0)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"notice notice-warn\">{E(T($"本期有 {report.Missing} 天没有日报，数字不含这些天。", $"{report.Missing} days of this period have no report; the figures leave them out."))}</p>");
        foreach (var run in report.Revised.Take(5))
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"notice\">{E(T($"{Words.Day(run.BusinessDate)} 修订号 {run.Revision}", $"{Words.Day(run.BusinessDate)}, revision {run.Revision}"))}");
            html.Append(CultureInfo.InvariantCulture, $" · {E(Reason(run.Reason))}{(run.Changed.Length == 0 ? "" : $" · {E(Changes(run.Changed))}")}</p>");
        }
    }

    /// <summary>Why there is a revision, in the reader's language where the night is the reason; what somebody wrote, as it is.</summary>
    public static string Reason(string reason) => Words.English && reason.EndsWith(MakeReport.OfLateEntries, StringComparison.Ordinal)
        ? $"Late entries or corrections of {reason[..^MakeReport.OfLateEntries.Length]}" : reason;

    /// <summary>Codes of figures in the reader's words.</summary>
    public static string Changes(string changed) => string.Join(T("；", "; "), changed.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(change =>
    {
        var space = change.IndexOf(' ', StringComparison.Ordinal);
        var figure = space < 0 ? null : Definitions.All.FirstOrDefault(f => f.Code == change[..space]);
        if (figure is not null) return figure.Name + change[space..];
        return space > 0 && change[..space] is "definitions" or "calendar" ? (change[0] == 'd' ? T("定义版本", "definitions") : T("日历版次", "calendar edition")) + change[space..]
            : change == "cuts" ? T("分项有变，合计未变", "parts changed, the total did not") : change;
    }));

    private void Tiles()
    {
        html.Append("<div class=\"counters\">");
        foreach (var code in Head)
        {
            var figure = Definitions.Of(code);
            var (now, before) = (report.Whole.Now[code], report.Whole.Before[code]);
            var css = code is "overdue" or "newRed" && now > 0 ? "counter is-late" : "counter";
            var link = leads ? Drill.Of(code, report.Period) : null;
            html.Append(link is null ? $"<div class=\"{css}\">" : $"<a class=\"{css}\" href=\"{E(link)}\">");
            html.Append(CultureInfo.InvariantCulture, $"<b>{E(figure.Show(now))}</b><span>{E(figure.Name.ToString())}</span><small class=\"muted d-block\">{E(T("上期", "before"))} {E(figure.Show(before))}</small>");
            html.Append(link is null ? "</div>" : "</a>");
        }

        html.Append("</div>");
    }

    private void Panel(string title, string body) =>
        html.Append(CultureInfo.InvariantCulture, $"<section class=\"panel\"><div class=\"panel-head\"><h2>{E(title)}</h2></div><div class=\"panel-body\">{body}</div></section>");

    /// <summary>A bar a day: below in time, above late.</summary>
    private string DaysPicture()
    {
        if (report.Trend.Count == 0) return $"<p class=\"muted\">{E(T("还没有日报。", "No reports yet."))}</p>";
        const int Width = 460, Height = 130, Foot = 18;
        var highest = Math.Max(1, report.Trend.Max(p => p.Measures.N("closed")));
        var step = (double)Width / Math.Max(report.Trend.Count, 10);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height + Foot + 14}\" role=\"img\"><title>{E(T("每日办结：按时与超期", "Closed each day: in time and late"))}</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"11\">{highest}</text>");
        for (var i = 0; i < report.Trend.Count; i++)
        {
            var (day, measures) = (report.Trend[i].Day, report.Trend[i].Measures);
            var (closed, inTime) = (measures.N("closed"), measures.N("closedInTime"));
            var (x, full, good) = (i * step, closed * (double)Height / highest, inTime * (double)Height / highest);
            svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Words.Day(day)}: {closed} / {inTime}</title>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"c-good\" x=\"{x + 1:0.#}\" y=\"{14 + Height - good:0.#}\" width=\"{step - 2:0.#}\" height=\"{good:0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"c-late\" x=\"{x + 1:0.#}\" y=\"{14 + Height - full:0.#}\" width=\"{step - 2:0.#}\" height=\"{full - good:0.#}\"/></g>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"0\" x2=\"{Width}\" y1=\"{14 + Height}\" y2=\"{14 + Height}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{Height + 14 + 13}\">{report.Trend[0].Day:MM-dd}</text><text class=\"end\" x=\"{report.Trend.Count * step:0.#}\" y=\"{Height + 14 + 13}\">{report.Trend[^1].Day:MM-dd}</text></svg>");
        return svg + $"<p class=\"legend-line\"><span class=\"key c-good\"></span>{E(T("按时", "in time"))} <span class=\"key c-late\"></span>{E(T("超期", "late"))}</p>"
            + Numbers(T("日期：按时 + 超期", "Day: in time + late"), report.Trend.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Day:MM-dd}: {p.Measures.N("closedInTime")} + {p.Measures.N("closed") - p.Measures.N("closedInTime")}")));
    }

    private string UsedPicture()
    {
        var used = report.Whole.Now.Used;
        if (used.Count == 0) return $"<p class=\"muted\">{E(T("本期没有办结件。", "Nothing was closed in this period."))}</p>";
        const int Width = 460, Height = 130;
        const int Last = 30;
        var bars = Enumerable.Range(0, Math.Min(used.Keys.Max(), Last) + 1).Select(d => (Days: d, N: d == Last ? used.Where(u => u.Key >= Last).Sum(u => u.Value) : used.GetValueOrDefault(d))).ToList();
        var highest = bars.Max(b => b.N);
        var step = (double)Width / Math.Max(bars.Count, 10);
        var every = bars.Count > 16 ? 5 : 1;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height + 32}\" role=\"img\"><title>{E(T("办结件按所用工作日", "Closed cases by working days used"))}</title><text x=\"0\" y=\"11\">{highest}</text>");
        foreach (var (days, n) in bars)
        {
            var high = n * (double)Height / highest;
            svg.Append(CultureInfo.InvariantCulture, $"<g><title>{days}{(days == Last ? "+" : "")}: {n}</title><rect class=\"c-plain\" x=\"{days * step + 1:0.#}\" y=\"{14 + Height - high:0.#}\" width=\"{step - 2:0.#}\" height=\"{high:0.#}\"/></g>");
            if (days % every == 0) svg.Append(CultureInfo.InvariantCulture, $"<text class=\"mid\" x=\"{(days + 0.5) * step:0.#}\" y=\"{Height + 27}\">{days}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"0\" x2=\"{Width}\" y1=\"{14 + Height}\" y2=\"{14 + Height}\"/></svg>");
        var now = report.Whole.Now;
        string[] words = ["usedMean", "usedMedian", "usedP90"];
        return svg + $"<p class=\"legend-line\">{E(string.Join(" · ", words.Select(c => $"{Definitions.Of(c).Name} {Definitions.Of(c).Show(now[c])}")))}</p>"
            + Numbers(T("工作日：件数", "Working days: cases"), used.Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Key}: {u.Value}")));
    }

    /// <summary>What a picture shows, for whoever does not see it, and on paper.</summary>
    private string Numbers(string name, IEnumerable<string> numbers) =>
        $"<details class=\"numbers\"{(links ? "" : " open")}><summary>{E(T("数字", "Numbers"))} · {E(name)}</summary><ul>{string.Concat(numbers.Select(n => $"<li>{E(n)}</li>"))}</ul></details>";

    /// <summary>In whose hands the time was: three parts of one bar, and the same as numbers.</summary>
    private void Hands()
    {
        string[] hands = ["authority", "applicant", "uncounted"];
        var elapsed = report.Whole.Now.Total("elapsed");
        var body = new StringBuilder();
        if (elapsed > 0)
        {
            const int Width = 960;
            var x = 0.0;
            body.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart split\" viewBox=\"0 0 {Width} 26\" preserveAspectRatio=\"none\" role=\"img\"><title>{E(T("办结件的工作日在谁手中", "In whose hands the working days of closed cases were"))}</title>");
            foreach (var hand in hands)
            {
                var wide = report.Whole.Now.Total(hand) * (double)Width / elapsed;
                body.Append(CultureInfo.InvariantCulture, $"<rect class=\"c-{hand}\" x=\"{x:0.##}\" y=\"0\" width=\"{wide:0.##}\" height=\"26\"/>");
                x += wide;
            }

            body.Append("</svg>");
        }

        body.Append("<dl class=\"facts\">");
        foreach (var code in hands.Append("elapsed"))
        {
            var figure = Definitions.Of(code);
            var share = code == "elapsed" || elapsed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"（{report.Whole.Now.Total(code) * 100m / elapsed:0.0} %）");
            body.Append(CultureInfo.InvariantCulture, $"<div><dt>{(code == "elapsed" ? "" : $"<span class=\"key c-{code}\"></span>")}{E(figure.Name.ToString())}</dt><dd>{E(figure.Show(report.Whole.Now[code]))} {E(Words.English ? share.Replace('（', '(').Replace('）', ')') : share)}</dd></div>");
        }

        body.Append("</dl>");
        Panel(T("办结件的工作日在谁手中", "In whose hands the working days were"), body.ToString());
    }

    private void FindingsList()
    {
        if (report.Findings.Count == 0) return;
        html.Append(CultureInfo.InvariantCulture, $"<section class=\"panel\"><div class=\"panel-head\"><h2>{E(T("值得注意", "What stands out"))}</h2></div><div class=\"panel-body\"><ul class=\"checks\">");
        foreach (var finding in report.Findings)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li><span class=\"tag {(finding.Kind is "never" or "pauses" or "outside" or "batch" ? "tag-warn" : "")}\">{E(KindOf(finding.Kind))}</span><span>{E(finding.Title.ToString())}<span class=\"sub\">{E(finding.Detail.ToString())}</span></span>");
            html.Append(links ? $"<a href=\"{E(finding.Link)}\" aria-label=\"{E(T($"查看：{finding.Title.Zh}", $"See them: {finding.Title.En}"))}\">{E(T("查看", "See them"))}</a></li>" : "<span></span></li>");
        }

        html.Append("</ul></div></section>");
    }

    private static string KindOf(string kind) => kind switch
    {
        "mover" => T("变动", "Moved"),
        "early" => T("可缩短", "Shorter"),
        "never" => T("难兑现", "Missed"),
        "pauses" => T("靠暂停", "Pauses"),
        _ => T("系统外", "Outside"),
    };

    private void Figures()
    {
        html.Append(CultureInfo.InvariantCulture, $"<section class=\"panel\"><div class=\"panel-head\"><h2>{E(T("全部指标", "All figures"))}</h2></div><div class=\"table-scroll\"><table class=\"data figures\" aria-label=\"{E(T("全部指标", "All figures"))}\"><thead><tr><th scope=\"col\">{E(T("指标", "Figure"))}</th><th class=\"num\" scope=\"col\">{E(T("本期", "Now"))}</th><th class=\"num\" scope=\"col\">{E(T("上期", "Before"))}</th><th class=\"num\" scope=\"col\">{E(T("变化", "Change"))}</th></tr></thead><tbody>");
        foreach (var figure in Definitions.All)
        {
            var (now, before) = (report.Whole.Now[figure.Code], report.Whole.Before[figure.Code]);
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"card-title\">{E(figure.Name.ToString())}</td><td class=\"num\">{Led(figure.Show(now), now is null ? null : Drill.Of(figure.Code, report.Period))}</td><td class=\"num\">{E(figure.Show(before))}</td><td class=\"num\">{E(Change(figure, now, before))}</td></tr>");
        }

        html.Append("</tbody></table></div></section>");
    }

    private static string Change(Figure figure, decimal? now, decimal? before)
    {
        if (now is not { } n || before is not { } b) return "—";
        var change = n - b;
        // The difference of two shares is in points.
        var much = figure.Unit == Scale.Share
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(change * 100):0.0} {T("个百分点", "pp")}")
            : figure.Show(Math.Abs(change));
        // What is too little to be seen went neither up nor down.
        return (!much.Any(c => c is >= '1' and <= '9') ? "±" : change > 0 ? "+" : "−") + much;
    }

    /// <summary>A figure, or a name, that leads to its cases where there is something to lead to.</summary>
    private string Led(string text, string? link) => leads && link is not null ? $"<a href=\"{E(link)}\">{E(text)}</a>" : E(text);

    /// <returns>False where it would have no line.</returns>
    private bool Cut(ShowReport.Table table, string[] columns, bool isFirst)
    {
        // Who only entered something, or where something only waits, has nothing in these columns; the workbook has it.
        var lines = table.Lines.Where(l => columns.Any(code => l.Now[code] > 0)).ToList();
        if (lines.Count == 0) return false;
        var (name, title) = (Naming.Cut(table.Cut).ToString(), T($"按{Naming.Cut(table.Cut).Zh}", $"By {Naming.Cut(table.Cut).En.ToLowerInvariant()}"));
        var more = lines.Count > most ? T($"前 {most} 行，共 {lines.Count} 行，其余见 Excel；", $"the first {most} of {lines.Count}; the rest are in the workbook; ") : "";
        Table($"cut-{table.Cut}", title, more, name, columns.Select(code => Definitions.Of(code).Name.ToString()), isFirst);
        foreach (var line in lines.Take(most))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"card-title\">{E(line.Name.ToString())}</td>");
            foreach (var code in columns)
            {
                var (figure, value) = (Definitions.Of(code), line.Now[code]);
                var link = value is > 0 ? Drill.Of(code, report.Period, table.Cut, line.Key, report.Period.To == report.Last) : null;
                Beside(figure.Name.ToString(), figure.Show(value), figure.Show(line.Before[code]), link);
            }

            html.Append("</tr>");
        }

        html.Append("</tbody></table></div></section>");
        return true;
    }

    /// <summary>Up to its first line. On a phone it is folded, but for the first one: unfolded by a box, so that it needs no script and is whole on paper.</summary>
    private void Table(string id, string title, string more, string name, IEnumerable<string> columns, bool isOpen)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section class=\"panel report-cut\" id=\"{id}\"><input type=\"checkbox\" class=\"fold\" id=\"{id}-open\"{(isOpen ? " checked" : "")}><div class=\"panel-head\"><h2><label for=\"{id}-open\">{E(title)}</label></h2>");
        html.Append(CultureInfo.InvariantCulture, $"<span class=\"more muted\">{E(more + T("小字为上期", "small figures: the period before"))}</span></div>");
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"table-scroll always\" tabindex=\"0\" role=\"region\" aria-label=\"{E(name)}\"><table class=\"data cards long-labels\" aria-label=\"{E(title)}\"><thead><tr><th scope=\"col\">{E(name)}</th>");
        foreach (var column in columns) html.Append(CultureInfo.InvariantCulture, $"<th class=\"num\" scope=\"col\">{E(column)}</th>");
        html.Append("</tr></thead><tbody>");
    }

    /// <summary>A figure, and that of the period before in small under it.</summary>
    private void Beside(string label, string now, string before, string? link = null) =>
        html.Append(CultureInfo.InvariantCulture, $"<td class=\"num\" data-label=\"{E(label)}\">{Led(now, link)}<span class=\"sub\">{E(before)}</span></td>");

    private void Pauses()
    {
        foreach (var cut in (string[])[Cuts.Pause, Cuts.Approver])
        {
            if (report.Of(cut) is not { } table || table.Lines.All(l => l.Now.N("pauseDays") == 0)) continue;
            var (times, days, mean) = (T("次数", "Pauses"), T("工作日", "Working days"), T("平均", "Mean"));
            Table($"cut-{cut}", T($"暂停日数，按{Naming.Cut(cut).Zh}", $"Days paused, by {Naming.Cut(cut).En.ToLowerInvariant()}"), "", Naming.Cut(cut).ToString(), [times, days, mean], isOpen: false);
            foreach (var line in table.Lines.Where(l => l.Now.N("pauseDays") > 0).Take(most))
            {
                html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"card-title\">{Led(line.Name.ToString(), Drill.To("pauses", report.Period, cut, line.Key))}</td>");
                Beside(times, Show(line.Now.N("pauseDays")), Show(line.Before.N("pauseDays")));
                Beside(days, Show(line.Now.Total("pauseDays")), Show(line.Before.Total("pauseDays")));
                Beside(mean, Mean(line.Now), Mean(line.Before));
                html.Append("</tr>");
            }

            html.Append("</tbody></table></div></section>");
        }

        static string Show(long n) => n.ToString(CultureInfo.InvariantCulture);
        static string Mean(Measures measures) => measures.Mean("pauseDays")?.ToString("0.0", CultureInfo.InvariantCulture) ?? "—";
    }

    private void Meaning()
    {
        var (newest, earlier) = (Definitions.In(report.Definitions), report.Versions.Skip(1).Select(Definitions.In).ToList());
        html.Append(CultureInfo.InvariantCulture, $"<details class=\"panel\"{(links ? "" : " open")}><summary class=\"panel-head\"><h2 class=\"d-inline\">{E(T($"定义（第 {Versions(report)} 版）", $"Definitions (version {Versions(report)})"))}</h2></summary><div class=\"panel-body\"><p class=\"muted\">{E(newest.Note.ToString())}</p><dl class=\"meanings\">");
        foreach (var figure in newest.Figures)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div><dt>{E(figure.Name.ToString())}</dt><dd>{E(figure.Text.ToString())}</dd>");
            // Days counted by another version say what they were counted by.
            foreach (var other in earlier)
                if (other.Figures.FirstOrDefault(f => f.Code == figure.Code) is { } was && was.Text != figure.Text)
                    html.Append(CultureInfo.InvariantCulture, $"<dd>{E(T($"第 {other.Version} 版：{was.Text.Zh}", $"Version {other.Version}: {was.Text.En}"))}</dd>");
            html.Append("</div>");
        }

        html.Append("</dl></div></details>");
    }
}
