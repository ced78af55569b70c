using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Calendar;

/// <summary>发布日历、停办: what a file or an order would change, in words, then the change.</summary>
[Needs(Act.PublishCalendar)]
internal sealed class PublishModel(IMediator mediator, CalendarInForce calendar, ZoneClock clock) : PageModel
{
    [BindProperty]
    public IFormFile? Upload { get; set; }

    [BindProperty(Name = "content")]
    public string? Written { get; set; }

    /// <summary>The edition the preview was made by.</summary>
    [BindProperty]
    public long? Seen { get; set; }

    [BindProperty]
    public DateOnly? From { get; set; }

    [BindProperty]
    public DateOnly? To { get; set; }

    [BindProperty]
    public string? OrderNumber { get; set; }

    [BindProperty]
    public string? ReasonZh { get; set; }

    [BindProperty]
    public string? ReasonEn { get; set; }

    [BindProperty]
    public bool ConfirmPast { get; set; }

    /// <summary>The closed day to be lifted, and the order that lifts it.</summary>
    [BindProperty(Name = "lift.day")]
    public DateOnly? LiftDay { get; set; }

    [BindProperty(Name = "lift.orderNumber")]
    public string? LiftOrder { get; set; }

    public CalendarChanges? FilePreview { get; private set; }

    public CalendarChanges? ClosurePreview { get; private set; }

    /// <summary>Closed days that can still be lifted.</summary>
    public IReadOnlyList<CalendarException> Closed
    {
        get
        {
            var today = clock.Today;
            return [.. calendar.Current.Closures.Where(c => c.Day > today).OrderBy(c => c.Day)];
        }
    }

    public Task<IActionResult> OnPostPreviewAsync(CancellationToken ct) => this.Do(
        async () =>
        {
            if (Upload is { Length: > 0 })
            {
                await using var stream = Upload.OpenReadStream();
                Written = await PublishCalendar.Read(stream, ct);
                ModelState.Remove("content");
            }

            FilePreview = await mediator.Send(new PreviewCalendar.Query(Written ?? ""), ct);
            return Page();
        },
        () => Task.CompletedTask);

    public Task<IActionResult> OnPostPublishAsync(CancellationToken ct) => this.Do(
        async () => Back(await mediator.Send(new PublishCalendar.Command(Written ?? "", Seen), ct)),
        () => Task.CompletedTask);

    public Task<IActionResult> OnPostPreviewClosureAsync(CancellationToken ct) => this.Do(
        async () =>
        {
            ClosurePreview = await mediator.Send(Closure(dryRun: true), ct);
            return Page();
        },
        () => Task.CompletedTask);

    public Task<IActionResult> OnPostCloseAsync(CancellationToken ct) => this.Do(
        async () => Back(await mediator.Send(Closure(dryRun: false), ct)),
        () => Task.CompletedTask);

    public Task<IActionResult> OnPostReopenAsync(CancellationToken ct) => this.Do(
        async () => Back(await mediator.Send(new ReopenDay.Command(LiftDay, LiftOrder), ct)),
        () => Task.CompletedTask,
        "lift");

    private CloseZone.Command Closure(bool dryRun) => new(From, To, OrderNumber, ReasonZh, ReasonEn, ConfirmPast, dryRun, dryRun ? null : Seen);

    private RedirectResult Back(CalendarChanges changes) => Redirect($"/calendar/{changes.Years.Select(y => y.Year).DefaultIfEmpty(clock.Today.Year).First()}#editions");
}
