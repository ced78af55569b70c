using System.Globalization;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Countersigning.Contract;
using Approvals.Modules.Deadlines.Contract;
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

    /// <summary>What was done to it, by the record.</summary>
    public IReadOnlyList<HistoryLine> History { get; private set; } = [];

    public DateOnly Today => clock.Today;

    /// <summary>The form that was sent and refused stays open.</summary>
    public string Sent { get; private set; } = "";

    public ShowCase.Facts Case => Shown.Case;

    public bool InHand => Case.AcceptedOn is not null && !Case.Status.IsTerminal();

    public bool IsMine => actor.Department == Case.Department;

    public bool MayStart => InHand && IsMine && actor.May(Act.HandleCase) && Case.Status is CaseStatus.Accepted or CaseStatus.CorrectionClosed;

    public bool MaySay => InHand && IsMine && actor.May(Act.HandleCase);

    public bool MayDecide => InHand && IsMine && actor.May(Act.DecideCase) && Case.Status is not (CaseStatus.CorrectionOpened or CaseStatus.SpecialProcedureStarted);

    public bool MayPause => InHand && IsMine && actor.May(Act.HandleCase) && Case.Status.IsStarted() && Shown.Clocks.Any(IsDecision);

    public bool MayExtend => MayPause && Shown.Extension is null && Shown.Clocks.Any(k => IsDecision(k) && k.Limit.Unit == Limit.WorkingDays);

    public bool MayWithdraw => !Case.Status.IsTerminal() && MayReceive;

    /// <summary>The head takes back what is in hand, or what has been granted.</summary>
    public bool MayRecall => Case.AcceptedOn is not null && (!Case.Status.IsTerminal() || Case.Status.IsApproved()) && IsMine && actor.May(Act.DecideCase) && actor.Roles.Contains(Role.DepartmentHead);

    public bool MayRevoke => MayRecall && Case.Status.IsApproved();

    public bool MayCorrect => Case.Status.IsApproved() && Case.CertificateNumber is not null && IsMine && actor.May(Act.DecideCase);

    /// <summary>A clerk of the window that has the application.</summary>
    public bool MayReceive { get; private set; }

    /// <summary>The page of the application's files is open to whoever looks; those of other departments are told there.</summary>
    public bool SeesFiles => IsMine || MayReceive || actor.Roles.Any(r => r is Role.Supervisor or Role.Agent or Role.ProjectManager);

    /// <summary>What was asked to be looked at before it is confirmed, and the form that asked.</summary>
    public PreviewCaseDates.Result? Preview { get; private set; }

    /// <summary>What waits for a second person on it.</summary>
    public IReadOnlyList<PendingRequest> Pending { get; private set; } = [];

    /// <summary>Its next correction is not the first: the supervisor approves it.</summary>
    public bool WasCorrected => Shown.Pauses.Any(p => p.Fact.Kind == PauseKinds.Correction);

    public bool LeaderExtends => ExtendCase.ApproverOf(Shown.Clocks) == Role.ZoneLeader;

    /// <summary>The clocks in the order in which they matter: what is due next, what still runs, what has stopped.</summary>
    public IEnumerable<ClockFact> Clocks => Shown.Clocks.OrderBy(k => k == Shown.Bites ? 0 : k.StoppedOn is null ? 1 : 2);

    public async Task OnGetAsync()
    {
        Shown = await mediator.Send(new ShowCase.Query(Number));
        MayReceive = actor.May(Act.DecideIntake, (await mediator.WindowOf(Case.ApplicationNumber)).Place);
        History = await mediator.Send(new HistoryOf([Subject.Of(Subject.Case, Case.Number), Subject.Of(Subject.Application, Case.ApplicationNumber)]));
        Pending = await mediator.Send(new PendingOn([Subject.Of(Subject.Case, Case.Number), Subject.Of(Subject.Application, Case.ApplicationNumber)]));
    }

    public Task<IActionResult> OnPostPauseAsync([Bind(Prefix = "pause")] PauseCase.Command command) => Send("pause", async () =>
    {
        var paused = await mediator.Send(command with { Number = Number });
        return Words.T($"已暂停计时，请打印第 {paused.Notice} 号告知书交申请人。", $"Paused. Print notice {paused.Notice} for the applicant.");
    });

    public Task<IActionResult> OnPostResumeAsync([Bind(Prefix = "resume")] ResumeCase.Command command) => Send("resume", async () =>
    {
        var resumed = await mediator.Send(command with { Number = Number });
        return resumed.DueOn is { } due ? Words.T($"已恢复计时，到期日 {Words.Day(due)}。", $"Resumed; due on {Words.Day(due)}.") : Words.T("这段暂停已结束。", "That pause has ended.");
    });

    public Task<IActionResult> OnPostExtendAsync([Bind(Prefix = "extend")] ExtendCase.Command command) => Send("extend", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("已延长，请打印告知书交申请人。", "Extended. Print the notice for the applicant.");
    });

    public Task<IActionResult> OnPostUnextendAsync([Bind(Prefix = "unextend")] RemoveCaseExtension.Command command) => Send("unextend", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("已撤销延长。", "The extension is taken back.");
    });

    public Task<IActionResult> OnPostHearingAsync([Bind(Prefix = "hearing")] ScheduleHearing.Command command) => Send("hearing", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("听证日期已确定并通知。", "The day of the hearing is set and notice given.");
    });

    public Task<IActionResult> OnPostPreviewPauseAsync([Bind(Prefix = "pause")] PauseCase.Command command) =>
        Look("pause", new(Number, PreviewCaseDates.Change.Pause, command.Kind, command.From, command.PlannedDays));

    public Task<IActionResult> OnPostPreviewResumeAsync([Bind(Prefix = "resume")] ResumeCase.Command command) =>
        Look("resume", new(Number, PreviewCaseDates.Change.Resume, command.Kind, command.To));

    public Task<IActionResult> OnPostPreviewExtendAsync([Bind(Prefix = "extend")] ExtendCase.Command command) =>
        Look("extend", new(Number, PreviewCaseDates.Change.Extension, Days: command.Days));

    public Task<IActionResult> OnPostPreviewUnextendAsync() => Look("unextend", new(Number, PreviewCaseDates.Change.NoExtension));

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

    public Task<IActionResult> OnPostRecallAsync([Bind(Prefix = "recall")] RecallCase.Command command) => Send("recall", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("已撤回，计时停止。", "Recalled; its clocks have stopped.");
    });

    public Task<IActionResult> OnPostRevokeAsync([Bind(Prefix = "revoke")] RevokeCase.Command command) => Send("revoke", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("许可已撤销，计时停止。", "The permit is revoked; its clocks have stopped.");
    });

    public Task<IActionResult> OnPostCorrectAsync([Bind(Prefix = "correct")] CorrectCertificate.Command command) => Send("correct", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("文号已更正，原文号留在办理记录里。", "The number is corrected; the log keeps what it said.");
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

    /// <summary>Nothing is written: the form stays as it was filled in, with the dates under it.</summary>
    private Task<IActionResult> Look(string form, PreviewCaseDates.Query query)
    {
        Sent = form;
        return this.Do(async () =>
        {
            Preview = await mediator.Send(query);
            await OnGetAsync();
            return Page();
        }, OnGetAsync, form);
    }

    private static bool IsDecision(ClockFact k) => k.StoppedOn is null && Rules.OfDecision.Contains(k.Rule);

    private static string Told(Decide.Result result)
    {
        var (zh, en) = ($"已决定：{result.Status.Name().Zh}。", $"Decided: {result.Status.Name().En}.");
        return result.Started.Count == 0
            ? Words.T(zh, en)
            : Words.T($"{zh}随即开始办理：{string.Join("、", result.Started)}。", $"{en} Now started: {string.Join(", ", result.Started)}.");
    }
}
