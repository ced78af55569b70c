using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Countersigning.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Land;

/// <summary>One parcel: its steps, what was recorded, and what can be done now.</summary>
[Needs(Act.SeeWork)]
internal sealed class ParcelModel(IMediator mediator, StepOwner owner, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [TempData]
    public string? Done { get; set; }

    public GetParcel.Result Parcel { get; private set; } = null!;

    /// <summary>The form that was sent and refused; it is shown open.</summary>
    public string? Sent { get; private set; }

    /// <summary>What was done to it, by the record.</summary>
    public IReadOnlyList<HistoryLine> History { get; private set; } = [];

    /// <summary>What waits for a second person on it.</summary>
    public IReadOnlyList<PendingRequest> Pending { get; private set; } = [];

    public string Today => Words.Day(clock.Today);

    public LevelPicture? Levels => Parcel.Surveys.Count == 0 ? null : new((int)(Parcel.RequiredLevelM * 1000), Parcel.ToleranceMm, Parcel.Surveys);

    /// <summary>What this person can do with the parcel today, the next step first: each step is a department's own.</summary>
    public IEnumerable<NextAct> Acts() => Open().Where(act => act switch
    {
        NextAct.SignContract => owner.May(Act.HandleLand, StepOwner.Contract),
        NextAct.RecordPrice or NextAct.RecordTax => owner.May(Act.RegisterLand, StepOwner.Land),
        NextAct.RecordSiteSurvey or NextAct.OrderLevelling => owner.May(Act.HandleLand, StepOwner.Levelling),
        NextAct.RecordParcelSurvey => owner.May(Act.HandleLand, StepOwner.ParcelSurvey),
        NextAct.HandOverWithTitle => owner.May(Act.HandleLand, StepOwner.Handover, StepOwner.Title),
        NextAct.HandOver => owner.May(Act.HandleLand, StepOwner.Handover),
        NextAct.IssueTitle => owner.May(Act.HandleLand, StepOwner.Title),
        _ => false,
    });

    private IEnumerable<NextAct> Open()
    {
        var p = Parcel;
        var cured = p.Surveys.Count == 0 || p.Surveys[^1].IsWithinTolerance || p.Surveys[^1].OrderNumber is not null;
        if (p.Contract is null) yield return NextAct.SignContract;
        if (p.Handover is null && p.Missing.Count == 0) yield return NextAct.HandOverWithTitle;
        if (p.Handover is not null && p.Title is null && p.Missing.Count == 0) yield return NextAct.IssueTitle;
        if (p.Handover is null && !cured) yield return NextAct.OrderLevelling;
        if (p.Handover is null && cured) yield return NextAct.RecordSiteSurvey;
        if (p.Contract?.OwedYuan > 0) yield return NextAct.RecordPrice;
        if (p.Contract is not null && p.TaxPaidOn is null) yield return NextAct.RecordTax;
        if (p.ParcelSurvey is null) yield return NextAct.RecordParcelSurvey;
        if (p.Handover is null && p.MissingForHandover.Count == 0) yield return NextAct.HandOver;
    }

    public async Task OnGetAsync()
    {
        Parcel = await mediator.Send(new GetParcel.Query(Number));
        History = await mediator.Send(new HistoryOf([Subject.Of(Subject.Parcel, Parcel.Number)]));
        Pending = await mediator.Send(new PendingOn([Subject.Of(Subject.Parcel, Parcel.Number)]));
    }

    public Task<IActionResult> OnPostContractAsync(SignContract.Command contract) =>
        Submit("contract", contract with { Number = Number }, new("合同已登记。", "The contract is recorded."));

    public Task<IActionResult> OnPostPriceAsync(RecordPayment.Command price) =>
        Submit("price", price with { Number = Number, Kind = PaymentKind.Price }, new("缴款已登记。", "The payment is recorded."));

    public Task<IActionResult> OnPostTaxAsync(RecordPayment.Command tax) =>
        Submit("tax", tax with { Number = Number, Kind = PaymentKind.Tax }, new("契税已登记。", "The tax is recorded."));

    public bool MayCorrectPayments => Parcel.Payments.Count > 0 && owner.May(Act.RegisterLand, StepOwner.Land);

    public Task<IActionResult> OnPostPaymentAsync(CorrectPayment.Command payment) =>
        Submit("payment", payment with { Number = Number }, new("缴款已更正，原内容留在操作记录里。", "The payment is corrected; the history keeps what it said."));

    public Task<IActionResult> OnPostSurveyAsync(RecordSiteSurvey.Command survey) =>
        Submit("survey", survey with { Number = Number }, new("场平测量已登记。", "The survey is recorded."));

    public Task<IActionResult> OnPostLevellingAsync(OrderLevelling.Command levelling) =>
        Submit("levelling", levelling with { Number = Number }, new("二次平场令已登记。", "The levelling order is recorded."));

    public Task<IActionResult> OnPostMapAsync(RecordParcelSurvey.Command map) =>
        Submit("map", map with { Number = Number }, new("权籍调查已登记。", "The parcel survey is recorded."));

    public Task<IActionResult> OnPostHandOverAsync(HandOverParcel.Command handover) =>
        Submit("handover", handover with { Number = Number }, new("已交地。", "The land is handed over."));

    public Task<IActionResult> OnPostTitleAsync(IssueTitle.Command title) =>
        Submit("title", title with { Number = Number }, new("已发证。", "The title is issued."));

    public Task<IActionResult> OnPostHandOverWithTitleAsync(HandOverWithTitle.Command both) =>
        Submit("both", both with { Number = Number }, new("交地即交证：当日交地并发证。", "Handed over and titled on the same day."));

    private Task<IActionResult> Submit<T>(string form, ICommand<T> command, Text done)
    {
        Sent = form;
        return this.Do(async () =>
        {
            await mediator.Send(command);
            Done = done.ToString();
            return RedirectToPage(new { number = Number });
        }, OnGetAsync, form);
    }
}
