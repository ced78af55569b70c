using Approvals.Web;

namespace Approvals.Modules.Operations;

/// <summary>What the recurring jobs do, for people; a monitor goes by their ids.</summary>
internal static class JobNames
{
    public static Text Of(string job) => job switch
    {
        "access.turn-substitutions" => new("替岗到日开始、结束的通知", "Telling of substitutions that begin or end"),
        "deadlines.raise-alerts" => new("时限提醒扫描（办公时间）", "Scan for alerts, in office hours"),
        "deadlines.raise-alerts-midnight" => new("时限提醒扫描（零点后）", "Scan for alerts, after midnight"),
        "deadlines.recount-dates" => new("日历变动后重算到期日", "Counting due dates again after calendar news"),
        "messages.send-outbox" => new("发送外发消息", "Sending what leaves the process"),
        "messages.write-digest" => new("每日摘要邮件", "The daily digest by mail"),
        "audit.seal-days" => new("封存审计记录", "Sealing the audit record"),
        "documents.sweep-files" => new("清理无主文件", "Sweeping files without a row"),
        "messages.drop-sent" => new("清理已发的外发记录", "Dropping old sent rows of the outbox"),
        "onewindow.deem-accepted" => new("逾期未答复视为受理（办公时间）", "Acceptance by silence, in office hours"),
        "onewindow.deem-accepted-midnight" => new("逾期未答复视为受理（零点后）", "Acceptance by silence, after midnight"),
        "permits.deemed-consent" => new("部门超时默认", "Deemed consent of departments"),
        "countersigning.end-requests" => new("结束逾期未批的提请", "Ending requests that nobody decided in time"),
        "timeline.count-durations" => new("统计办理用时（预测用）", "Counting how long cases took, for forecasts"),
        "timeline.keep-forecasts" => new("每周留存预测", "Keeping each week's forecasts"),
        "portfolio.remind-of-risks" => new("项目风险到期提醒", "Reminding of the risks of projects"),
        "reports.nightly" => new("夜间统计时效日报", "Counting the daily reports, by night"),
        _ => new(job, job),
    };
}
