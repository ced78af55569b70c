using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Calendar;

/// <summary>A year on one page, and the two questions people ask of a calendar.</summary>
[Needs(Act.SeeWork)]
internal sealed class CalendarModel(IMediator mediator, CalendarInForce calendar, ZoneClock clock, Actor actor) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public int? Year { get; set; }

    /// <summary>The first question: from this day …</summary>
    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    /// <summary>… so many working days.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Days { get; set; }

    /// <summary>The second question: the working days after this day …</summary>
    [BindProperty(SupportsGet = true)]
    public string? Start { get; set; }

    /// <summary>… up to and including this one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? End { get; set; }

    public ShowYear.Result Shown { get; private set; } = null!;

    public DueDate.Result? Due { get; private set; }

    public CountDays.Result? Count { get; private set; }

    public IReadOnlyList<ListEditions.Edition> Editions { get; private set; } = [];

    public bool MayPublish => actor.May(Act.PublishCalendar);

    public bool IsPublished => Shown.Status == Published.Yes;

    public DateOnly Today => clock.Today;

    /// <summary>Days off in a row of one name.</summary>
    public IReadOnlyList<(DateOnly From, DateOnly To, string Name)> Holidays { get; private set; } = [];

    public async Task OnGetAsync()
    {
        Shown = await mediator.Send(new ShowYear.Query(Year ?? Today.Year));
        Holidays = InRows(Shown.DaysOff);
        Editions = await mediator.Send(new ListEditions.Query(Shown.Year));
        if (From is not null || Days is not null) Due = await Ask(new DueDate.Query(From, Days), ("from", nameof(From)), ("days", nameof(Days)));
        if (Start is not null || End is not null) Count = await Ask(new CountDays.Query(Start, End), ("from", nameof(Start)), ("to", nameof(End)));
        From ??= Words.Day(Today);
        Start ??= Words.Day(Today);
    }

    /// <summary>A month as weeks from Monday to Sunday; a cell without a number lies outside it.</summary>
    public IEnumerable<Cell[]> Weeks(int month)
    {
        var first = new DateOnly(Shown.Year, month, 1);
        var lead = ((int)first.DayOfWeek + 6) % 7;
        var days = DateTime.DaysInMonth(Shown.Year, month);
        for (var start = 1 - lead; start <= days; start += 7)
            yield return [.. Enumerable.Range(start, 7).Select(number => number < 1 || number > days ? default : Of(new DateOnly(Shown.Year, month, number)))];
    }

    public string At(DateTime utc) => $"{clock.Local(utc):yyyy-MM-dd HH:mm}";

    public bool Has(int? year) => year is { } y && calendar.Current.PublishedYears.Contains(y);

    internal readonly record struct Cell(int Number, string? Css, string? Mark, string? Name, bool IsToday);

    private async Task<T?> Ask<T>(IRequest<T> question, params (string Asked, string Shown)[] fields)
        where T : class
    {
        try
        {
            return await mediator.Send(question);
        }
        catch (Refused refused)
        {
            foreach (var problem in refused.Problems)
                ModelState.AddModelError(fields.FirstOrDefault(f => f.Asked == problem.Field).Shown ?? "", problem.Message.ToString());
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return null;
        }
    }

    private Cell Of(DateOnly day)
    {
        var exception = IsPublished ? calendar.Current.ExceptionOn(day) : null;
        var (css, mark) = exception switch
        {
            { IsWorking: true } => ("make", Words.T("班", "work")),
            { OrderNumber: not null } => ("off", Words.T("停", "closed")),
            { IsWorking: false } => ("off", Words.T("休", "off")),
            _ => (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? "rest" : null, null),
        };
        var name = exception switch
        {
            null => null,
            { IsWorking: true } => Words.T($"{exception.Name.Zh}调休上班", $"Make-up day for {exception.Name.En}"),
            { OrderNumber: { } order } => Words.T($"停办：{exception.Name.Zh}（{order}）", $"Closed: {exception.Name.En} ({order})"),
            _ => exception.Name.ToString(),
        };
        return new(day.Day, day == Today ? $"{css} today".TrimStart() : css, mark, name, day == Today);
    }

    private static List<(DateOnly From, DateOnly To, string Name)> InRows(IReadOnlyList<ShowYear.Day> days)
    {
        var rows = new List<(DateOnly From, DateOnly To, string Name)>();
        foreach (var day in days)
        {
            var name = day.OrderNumber is { } order ? Words.T($"停办：{day.Name}（{order}）", $"Closed: {day.NameEn} ({order})") : Words.T(day.Name, day.NameEn);
            if (rows.Count > 0 && rows[^1].Name == name && rows[^1].To.AddDays(1) == day.Date) rows[^1] = (rows[^1].From, day.Date, name);
            else rows.Add((day.Date, day.Date, name));
        }

        return rows;
    }
}
