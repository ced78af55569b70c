using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Permits;

/// <summary>One case: whose turn it is, its clocks, what blocks it, its log; and for those who may, what can be done.</summary>
[Needs(Act.SeeWork)]
internal sealed class CaseModel(IMediator mediator, Actor actor, ZoneClock clock, CatalogueInForce catalogue) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [TempData]
    public string? Done { get; set; }

    public ShowCase.Result Shown { get; private set; } = null!;

    public DateOnly Today => clock.Today;

    /// <summary>The form that was sent and refused stays open.</summary>
    public string Sent { get; private set; } = "";

    public ShowCase.Facts Case => Shown.Case;

    public bool InHand => Case.AcceptedOn is not null && !Case.Status.IsTerminal();

    public bool IsMine => actor.Department == Case.Department;

    public bool MayStart => InHand && IsMine && actor.May(Act.HandleCase) && Case.Status is CaseStatus.Accepted or CaseStatus.CorrectionClosed;

    public bool MaySay => InHand && IsMine && actor.May(Act.HandleCase);

    public bool MayDecide => InHand && IsMine && actor.May(Act.DecideCase) && Case.Status is not (CaseStatus.CorrectionOpened or CaseStatus.SpecialProcedureStarted);

    public bool MayWithdraw => !Case.Status.IsTerminal() && actor.May(Act.DecideIntake);

    public bool MayReceive => actor.May(Act.DecideIntake);

    public async Task OnGetAsync() => Shown = await mediator.Send(new ShowCase.Query(Number));

    public Task<IActionResult> OnPostStartAsync([Bind(Prefix = "start")] StartHandling.Command command) => Send("start", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("已开始办理。", "Taken up.");
    });

    public Task<IActionResult> OnPostOpinionAsync([Bind(Prefix = "opinion")] GiveOpinion.Command command) => Send("opinion", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("意见已记入。", "The opinion is kept.");
    });

    public Task<IActionResult> OnPostApproveAsync([Bind(Prefix = "approve")] ApproveCase.Command command) =>
        Send("approve", async () => Told(await mediator.Send(command with { Number = Number })));

    public Task<IActionResult> OnPostOwedAsync([Bind(Prefix = "owed")] ApproveWithDocumentsOwed.Command command) =>
        Send("owed", async () => Told(await mediator.Send(command with { Number = Number })));

    public Task<IActionResult> OnPostRefuseAsync([Bind(Prefix = "refuse")] RefuseCase.Command command) =>
        Send("refuse", async () => Told(await mediator.Send(command with { Number = Number })));

    public Task<IActionResult> OnPostWithdrawAsync([Bind(Prefix = "withdraw")] WithdrawCase.Command command) => Send("withdraw", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("已撤件。", "Withdrawn.");
    });

    public Task<IActionResult> OnPostGiveAsync([Bind(Prefix = "give")] GiveOwedDocument.Command command) => Send("give", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("已记入补交的材料。", "The document is received.");
    });

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public string DocumentName(string code) => catalogue.Current.Document(code) is { } document ? $"{code} {document.Name}" : code;

    public string ItemName(string code, long id) => $"{code} {catalogue.Current.NameOf(code, id)}";

    private Task<IActionResult> Send(string form, Func<Task<string>> act)
    {
        Sent = form;
        return this.Do(async () =>
        {
            Done = await act();
            return Redirect($"/cases/{Uri.EscapeDataString(Number)}");
        }, OnGetAsync, form);
    }

    private static string Told(Decide.Result result)
    {
        var (zh, en) = ($"已决定：{result.Status.Name().Zh}。", $"Decided: {result.Status.Name().En}.");
        return result.Started.Count == 0
            ? Words.T(zh, en)
            : Words.T($"{zh}随即开始办理：{string.Join("、", result.Started)}。", $"{en} Now started: {string.Join(", ", result.Started)}.");
    }
}
