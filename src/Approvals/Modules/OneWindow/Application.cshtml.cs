using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Countersigning.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>One application: what the window does with it, and what came of it.</summary>
[Needs(Act.SeeWork)]
internal sealed class ApplicationModel(IMediator mediator, Actor actor, ZoneClock clock, OfficeHours office) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [BindProperty]
    public List<string> Documents { get; set; } = [];

    [BindProperty]
    public List<string> GivenDocuments { get; set; } = [];

    /// <summary>The documents ticked for correction, and by document what is wrong.</summary>
    [BindProperty]
    public List<string> Asked { get; set; } = [];

    [BindProperty]
    public Dictionary<string, string?> What { get; set; } = [];

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? RightAuthority { get; set; }

    /// <summary>How the application stood when the page was opened.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    [BindProperty]
    public string? CaseNumber { get; set; }

    [BindProperty]
    public string? Recipient { get; set; }

    [BindProperty]
    public string? Applicant { get; set; }

    [BindProperty]
    public string? ApplicantPhone { get; set; }

    [BindProperty]
    public DateOnly? HandedOutOn { get; set; }

    [BindProperty]
    public string? LateReason { get; set; }

    /// <summary>The window it is to go to.</summary>
    [BindProperty]
    public long? Window { get; set; }

    /// <summary>Where it could go: no window where the reader may not move it.</summary>
    public IReadOnlyList<WindowFacts> Windows { get; private set; } = [];

    /// <summary>The reader is a clerk of another window.</summary>
    public bool IsForeign => actor.Roles.Contains(Role.WindowClerk) && !actor.Serves(Application.Head.WindowId);

    public GetApplication.Result Application { get; private set; } = null!;

    /// <summary>The form that was sent and refused: it stays open.</summary>
    public string Sent { get; private set; } = "";

    /// <summary>What was done to it, by the record.</summary>
    public IReadOnlyList<HistoryLine> Record { get; private set; } = [];

    /// <summary>Null where the files are none of the reader's.</summary>
    public ListFiles.Result? Files { get; private set; }

    /// <summary>The scan of a result that its department has filed.</summary>
    public IEnumerable<FileFact> FilesOfResult(string caseNumber) =>
        Files?.Cases.Where(c => c.Number == caseNumber).SelectMany(c => c.Papers).Where(p => p.Code == CasePapers.Result).SelectMany(p => p.Counting) ?? [];

    /// <summary>How many files of its documents are there; null where they are none of the reader's.</summary>
    public int? FileCount => Files?.Documents.Sum(d => d.Files.Count(f => f.EndedAt is null));

    public DateOnly Today => clock.Today;

    /// <summary>The day that counts as the day of receipt.</summary>
    public DateOnly ReceivedOn => office.DayOf(Application.Head.ReceivedAt);

    public bool May(Act act) => actor.May(act, Application.Project.Place() with { Window = Application.Head.WindowId });

    /// <summary>The authority that granted the permit extends it.</summary>
    public bool MayExtend(PermitStart.Standing start) => actor.May(Act.DecideCase) && actor.Department == start.Department;

    public Task OnGet() => Load();

    public Task<IActionResult> OnPostAccept() => Send("accept", new Accept.Command(Number, Seen: Seen));

    public Task<IActionResult> OnPostDocuments() => Send("documents", new GiveDocuments.Command(Documents, Number));

    public Task<IActionResult> OnPostCorrection() =>
        Send("correction", new AskCorrection.Command([.. Asked.Select(d => new AskCorrection.Wrong(d, What.GetValueOrDefault(d) ?? ""))], Number));

    public Task<IActionResult> OnPostCorrected() => Send("corrected", new CloseCorrection.Command(GivenDocuments, Number));

    public Task<IActionResult> OnPostNotAccept() => Send("not-accept", new NotAccept.Command(Reason ?? "", RightAuthority ?? "", Number, Seen: Seen));

    public Task<IActionResult> OnPostNoPermitNeeded() => Send("no-permit", new NoPermitNeeded.Command(Reason ?? "", Number, Seen: Seen));

    public Task<IActionResult> OnPostWithdraw() => Send("withdraw", new Withdraw.Command(Reason ?? "", Number, Seen: Seen));

    public Task<IActionResult> OnPostMove() => Send("move", new MoveToWindow.Command(Window ?? 0, Reason ?? "", Number));

    public Task<IActionResult> OnPostHandOut() => Send("hand-out", new HandOut.Command(Recipient ?? "", HandedOutOn, CaseNumber ?? "", LateReason: LateReason));

    public Task<IActionResult> OnPostCorrectHandOut() => Send("correct-hand-out", new CorrectHandOut.Command(Recipient ?? "", HandedOutOn, Reason, CaseNumber ?? "", Number, Seen));

    public Task<IActionResult> OnPostCorrectApplicant() => Send("applicant", new CorrectApplicant.Command(Applicant ?? "", ApplicantPhone, Reason, Number, Seen));

    public Task<IActionResult> OnPostHandOutAll() => Send("hand-out-all", new HandOutAll.Command(Recipient ?? "", HandedOutOn, Number, LateReason));

    public Task<IActionResult> OnPostExtendStart() => Send("extend-start", new ExtendPermitStart.Command(Reason ?? "", CaseNumber ?? "", Number));

    public string Error(string field) => ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0 ? entry.Errors[0].ErrorMessage : "";

    public string Time(DateTime utc) => $"{clock.Local(utc):yyyy-MM-dd HH:mm}";

    /// <summary>What happened at the window, oldest first. What the departments did stands on each case.</summary>
    public IEnumerable<(string When, Text What, string Who, string Note)> History()
    {
        var (head, correction) = (Application.Head, Application.Correction);
        var events = new List<(DateTime At, Text What, string Who, string Note)> { (head.ReceivedAt, new("收件", "Taken in"), head.ReceivedByName, "") };
        if (correction is not null)
        {
            events.Add((correction.AskedAt, new("一次性告知补正", "Asked for a correction"), correction.AskedBy, string.Join("；", correction.Items.Select(i => $"{i.Document} {i.Name}：{i.What}"))));
            if (correction.ClosedAt is { } closed) events.Add((closed, new("补正结束", "Correction closed"), "", ""));
        }

        if (head.AnsweredAt is { } answered)
        {
            var answer = head.State is ApplicationState.NotAccepted or ApplicationState.NoPermitNeeded ? head.State : ApplicationState.Accepted;
            events.Add((answered, answer.Name(), head.AnsweredBy ?? "", head.DeemedOn is { } deemed ? Words.T($"{Answering.DeemedZh}：{Words.Day(deemed)}", $"No answer in time: accepted by law from the day of receipt, {Words.Day(deemed)} (Administrative License Law, Art. 32)") : Answer()));
        }

        events.AddRange(Application.HandOvers.Select(h => (h.HandedAt, new Text("移交", "Handed over"), h.HandedBy, Words.T($"{h.FromName} → {h.ToName}：{h.Reason}", $"{h.FromName} → {h.ToName}: {h.Reason}"))));
        events.AddRange(Application.Moves.Select(m => (m.MovedAt, new Text("转窗", "Moved to another window"), m.MovedBy, Words.T($"{m.FromName ?? "未定窗口"} → {m.ToName}：{m.Reason}", $"{m.FromName ?? "no window"} → {m.ToName}: {m.Reason}"))));
        if (head.WithdrawnAt is { } withdrawn) events.Add((withdrawn, ApplicationState.Withdrawn.Name(), head.WithdrawnBy ?? "", head.WithdrawalReason ?? ""));
        events.AddRange(Application.Papers.Select(p => (p.ArrivedAt, new Text($"结果到窗口：{p.Name.Zh}", $"Result at the window: {p.Name.En}"), "", $"{p.CaseNumber} {p.CertificateNumber}")));
        // A hand-out has a day and no hour: it stands at the end of its day.
        return events.Select(e => (On: clock.DayOf(e.At), At: (DateTime?)e.At, Line: (Time(e.At), e.What, e.Who, e.Note)))
            .Concat(Application.Papers.Where(p => p.HandedOutOn is not null).Select(p => (On: p.HandedOutOn!.Value, At: (DateTime?)null, Line: (
                Words.Day(p.HandedOutOn), new Text($"出件：{p.Name.Zh}", $"Handed out: {p.Name.En}"), p.HandedOutBy ?? "", Words.T($"领取人 {p.Recipient}", $"to {p.Recipient}")))))
            .OrderBy(e => e.On).ThenBy(e => e.At ?? DateTime.MaxValue).Select(e => e.Line);
    }

    public string Answer() => Application.Head is { RefusalReason: { } reason } head
        ? head.RightAuthority is { } authority ? Words.T($"{reason} 请向{authority}提出申请。", $"{reason} Apply to: {authority}.") : reason
        : "";

    /// <summary>What waits for a second person on it or on its cases.</summary>
    public IReadOnlyList<PendingRequest> Pending { get; private set; } = [];

    private async Task Load()
    {
        Application = await mediator.Send(new GetApplication.Query(Number));
        if (May(Act.MoveToWindow) && Application.Head.State is ApplicationState.Received or ApplicationState.Correcting or ApplicationState.Accepted) Windows = [.. (await mediator.Send(new OpenWindows())).Where(w => w.Id != Application.Head.WindowId)];
        IReadOnlyList<string> subjects = [Subject.Of(Subject.Application, Application.Head.Number), .. Application.Cases.Select(c => Subject.Of(Subject.Case, c.Number))];
        Pending = await mediator.Send(new PendingOn(subjects));
        Files = await mediator.Send(new ListFiles.IfInReach(Number));
        Record = await mediator.Send(new HistoryOf(subjects, WithFiles: Files is not null));
    }

    private Task<IActionResult> Send<T>(string form, IRequest<T> command)
    {
        Sent = form;
        return this.Do(
            async () =>
            {
                await mediator.Send(command);
                return Redirect($"/applications/{Number}");
            },
            Load);
    }
}
