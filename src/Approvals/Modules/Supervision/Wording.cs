using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.Supervision;

/// <summary>What people are told, step by step of the ladder.</summary>
internal sealed class Wording(CatalogueInForce catalogue, ZoneClock clock)
{
    // A scan tells of the same few a thousand times.
    private readonly Dictionary<string, Text> departments = [];
    private readonly Dictionary<string, Text> items = [];

    public Text Department(string code)
    {
        if (code.Length == 0) return new("窗口", "the window");
        if (!departments.TryGetValue(code, out var name)) departments.Add(code, name = catalogue.Current.Department(code)?.Name ?? new(code, code));
        return name;
    }

    public Text Item(string code)
    {
        if (code.Length == 0) return new("", "");
        if (!items.TryGetValue(code, out var name)) items.Add(code, name = catalogue.Current.ItemInForce(code, clock.Today)?.Name ?? new(code, code));
        return name;
    }

    public (Text Title, Text Body) AtRisk(DeadlineAlerted alert)
    {
        var (what, rule, whose, due) = (What(alert.SubjectKind, alert.Label, alert.Item), Rules.Name(alert.Rule), Department(alert.Department), Due(alert.DueOn, alert.IsProvisional));
        return (
            new($"黄灯：{what.Zh} {rule.Zh} {due.Zh} 到期", $"Yellow: {what.En}, {rule.En}, due {due.En}"),
            new($"承办：{whose.Zh}。自 {Words.Day(alert.BeganOn)} 起剩余时间不足一成，请在到期日前办结。", $"With {whose.En}. Since {Words.Day(alert.BeganOn)} it is in the last tenth of its time; finish it by the due date."));
    }

    public (Text Title, Text Body) Late(DeadlineAlerted alert, string order, bool opens)
    {
        var (what, rule, whose, due) = (What(alert.SubjectKind, alert.Label, alert.Item), Rules.Name(alert.Rule), Department(alert.Department), Due(alert.DueOn, alert.IsProvisional));
        return (
            new($"红灯：{what.Zh} {rule.Zh}已超期", $"Red: {what.En}, {rule.En} is past due"),
            new(
                $"承办：{whose.Zh}。到期日 {due.Zh}，{(opens ? $"已发督办单 {order}，请在 {Ladder.AnswerDays} 个工作日内答复" : $"并入督办单 {order}")}。",
                $"With {whose.En}. It was due on {due.En}; {(opens ? $"supervision order {order} has been opened, answer it within {Ladder.AnswerDays} working days" : $"it joins supervision order {order}")}."));
    }

    public (Text Title, Text Body) AnswerDue(DeadlineAlerted alert, Ladder.Matter matter)
    {
        var what = What(matter.SubjectKind, matter.Label, matter.Item);
        return (
            new($"督办单 {alert.Label} 请在 {Words.Day(alert.DueOn)} 前答复", $"Supervision order {alert.Label}: answer it by {Words.Day(alert.DueOn)}"),
            new($"{what.Zh} {Rules.Name(matter.LimitRule).Zh}已于 {Words.Day(matter.DueOn)} 到期。逾期不答复将报园区领导。", $"{what.En}, {Rules.Name(matter.LimitRule).En}, was due on {Words.Day(matter.DueOn)}. Without an answer the leaders of the zone are told."));
    }

    public (Text Title, Text Body) Unanswered(DeadlineAlerted alert, Ladder.Matter matter)
    {
        var (what, whose) = (What(matter.SubjectKind, matter.Label, matter.Item), Department(matter.Department));
        return (
            new($"督办单 {alert.Label} 逾期未答复，报园区领导", $"Supervision order {alert.Label} is unanswered; the leaders of the zone are told"),
            new(
                $"{whose.Zh}应于 {Words.Day(alert.DueOn)} 前答复。{what.Zh} {Rules.Name(matter.LimitRule).Zh}已于 {Words.Day(matter.DueOn)} 到期。",
                $"{whose.En} was to answer by {Words.Day(alert.DueOn)}. {what.En}, {Rules.Name(matter.LimitRule).En}, was due on {Words.Day(matter.DueOn)}."));
    }

    public static (Text Title, Text Body) Finished(string order, LateClockSettled settled) => (
        new($"督办单 {order} 已了结", $"Supervision order {order} has ended"),
        settled.IsStopped
            ? new($"{settled.Label} 已办结。", $"{settled.Label} has been settled.")
            : new($"{settled.Label} 的到期日已变动。", $"The due date of {settled.Label} is another."));

    public (Text Title, Text Body) Recounted(MovedOfDepartment moved) => (
        new($"日历变动：{moved.Dates} 个到期日已重算", moved.Dates == 1 ? "The calendar changed: 1 due date moved" : $"The calendar changed: {moved.Dates} due dates moved"),
        new($"{Department(moved.Department).Zh}有 {moved.Dates} 个到期日因日历发布或修订而变动，请查看清单。", $"The publication of the calendar moved due dates of {Department(moved.Department).En}: {moved.Dates}. See the list."));

    private Text What(string kind, string label, string item)
    {
        var (subject, name) = (Subjects.Name(kind), Item(item));
        return name.Zh.Length == 0 ? new($"{subject.Zh} {label}", $"{subject.En} {label}") : new($"{subject.Zh} {label} {name.Zh}", $"{subject.En} {label} {name.En}");
    }

    private static Text Due(DateOnly day, bool isProvisional) => isProvisional ? new($"{Words.Day(day)}（暂定）", $"{Words.Day(day)} (provisional)") : new(Words.Day(day), Words.Day(day));
}
