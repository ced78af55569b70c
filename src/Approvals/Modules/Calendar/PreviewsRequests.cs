using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>Whoever is to approve a publication or a closure sees which days change and what that moves, as whoever asked has seen it.</summary>
internal static class PreviewsRequests
{
    /// <summary>A whole year has some thirty.</summary>
    private const int MostDays = 60;

    private sealed class Handler(IMediator mediator) : INotificationHandler<RequestPreviewed>
    {
        public async Task Handle(RequestPreviewed previewed, CancellationToken ct)
        {
            IRequest<CalendarChanges>? query = previewed.Command switch
            {
                PublishCalendar.Command publish => new PreviewCalendar.Query(publish.Content),
                CloseZone.Command close => close with { DryRun = true },
                ReopenDay.Command reopen => reopen with { DryRun = true },
                _ => null,
            };
            if (query is null) return;
            var changes = await mediator.Send(query, ct);
            foreach (var line in changes.Consequences) previewed.Lines.Add(line);
            foreach (var year in changes.Years)
            {
                previewed.Lines.Add(year.IsNew
                    ? new($"{year.Year} 年首次发布，{year.WorkingDays} 个工作日。", $"{year.Year} is published for the first time: {year.WorkingDays} working days.")
                    : new($"{year.Year} 年工作日 {year.WorkingDaysBefore} → {year.WorkingDays} 个。", $"{year.Year}: {year.WorkingDaysBefore} → {year.WorkingDays} working days."));
                foreach (var change in year.Days.Take(MostDays)) previewed.Lines.Add(Sentence(change));
            }
        }

        private static Text Sentence(DayChange change)
        {
            var (zh, en) = change.From == change.To ? ("", "") : ($" 至 {Words.Day(change.To)}", $" to {Words.Day(change.To)}");
            return new($"{Words.Day(change.From)}{zh}　{change.InWords.Zh}", $"{Words.Day(change.From)}{en}: {change.InWords.En}");
        }
    }
}
