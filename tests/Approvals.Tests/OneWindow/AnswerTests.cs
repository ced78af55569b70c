using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.OneWindow;

/// <summary>受理, 补正, 不予受理, 不受理, 撤件: what the window answers, and that it answers once.</summary>
[Parallelizable]
internal sealed class AnswerTests
{
    [Test]
    public async Task An_application_with_missing_documents_is_not_accepted_and_the_documents_are_named()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakenIn(app, "D02");

        var refused = await app.Refusal(new Accept.Command(number), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Code(), Is.EqualTo("application.documentsMissing"));
            Assert.That(refused.Zh(), Does.Contain("还缺 2 份材料").And.Contain("D04").And.Contain("D05"));
            Assert.That(await State(app, number), Is.EqualTo(ApplicationState.Received));
        });
    }

    [Test]
    public async Task A_document_handed_in_later_makes_the_application_complete()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakenIn(app, "D02");

        await app.Send(new GiveDocuments.Command(["d04", "D05"], number), Person.Clerk);
        await app.Send(new Accept.Command(number), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(await State(app, number), Is.EqualTo(ApplicationState.Accepted));
            Assert.That((await app.Send(new CasesOfApplication(number), Person.Clerk)).Single().Status, Is.EqualTo(CaseStatus.Accepted));
            Assert.That((await app.Refusal(new GiveDocuments.Command(["D04"], number), Person.Clerk)).Code(), Is.EqualTo("application.answered"));
        });
    }

    [Test]
    public async Task Only_documents_of_the_checklist_are_handed_in()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakenIn(app);

        var refused = await app.Refusal(new GiveDocuments.Command(["D04", "D50"], number), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Zh(), Does.Contain("「D50」"));
            Assert.That((await app.Send(new GetApplication.Query(number), Person.Clerk)).Missing, Has.Count.EqualTo(3));
        });
    }

    [Test]
    public async Task Of_two_clerks_who_accept_at_once_one_wins_and_the_other_is_told_who_and_when()
    {
        await using var app = await App.Start("2026-03-02 09:30");
        var number = await TakenIn(app, "D02", "D04", "D05");

        var answers = await Task.WhenAll(new[] { Person.Clerk, Person.OtherClerk }.Select(who => Task.Run(() => Try(app, new Accept.Command(number), who))));

        var winner = answers.Single(a => a.Refused is null).Who;
        var told = answers.Single(a => a.Refused is not null).Refused!;
        Assert.Multiple(async () =>
        {
            Assert.That(told.Status, Is.EqualTo(RefusedAs.Conflict));
            Assert.That(told.Zh(), Is.EqualTo($"该申请已由{winner.Name}于 2026-03-02 09:30 办理为「已受理」，请刷新页面。"));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM permits_event WHERE status = 3"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_correction_lists_everything_at_once_and_marks_every_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakenIn(app, "D02", "D04");

        var incomplete = await app.Refusal(new AskCorrection.Command([new("D04", "投资额有误")], number), Person.Clerk);
        await app.Send(new AskCorrection.Command([new("D04", "投资额有误"), new("d05", "未提交")], number), Person.Clerk);

        var application = await app.Send(new GetApplication.Query(number), Person.Clerk);
        Assert.Multiple(() =>
        {
            Assert.That((incomplete.Code(), incomplete.Zh()), Is.EqualTo(("correction.incomplete", "D05 符合产业政策声明 还没有收到，补正只能告知一次，请一并列入。")));
            Assert.That(application.Head.State, Is.EqualTo(ApplicationState.Correcting));
            Assert.That(application.Missing.Select(m => m.Document), Is.EqualTo(new[] { "D04", "D05" }));
            Assert.That(application.Cases.Single().Status, Is.EqualTo(CaseStatus.CorrectionOpened));
            Assert.That(application.AnswerDue, Is.Null);
        });
    }

    [Test]
    public async Task A_long_correction_stands_in_full_on_the_application_and_by_its_codes_in_the_log()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Send(
            new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01", "A02", "A04", "A05", "A06", "A07", "A08", "A09", "A10"], [], "示例科技有限公司", "0813-0000000"), Person.Clerk)).Number;
        var missing = (await app.Send(new GetApplication.Query(number), Person.Clerk)).Missing;
        var what = new string('补', 200);

        await app.Send(new AskCorrection.Command([.. missing.Select(m => new AskCorrection.Wrong(m.Document, what))], number), Person.Clerk);

        var shown = await app.Send(new GetApplication.Query(number), Person.Clerk);
        var note = (await app.Log($"{number}-01"))[^1].Note;
        Assert.Multiple(() =>
        {
            Assert.That(missing, Has.Count.GreaterThan(10));
            Assert.That(shown.Correction!.Items.Select(i => i.What), Is.All.EqualTo(what));
            Assert.That(note, Is.EqualTo(string.Join("、", missing.Select(m => m.Document))));
        });
    }

    [Test]
    public async Task A_second_correction_is_refused_with_the_day_of_the_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Corrected(app);

        var refused = await app.Refusal(new AskCorrection.Command([new("D02", "过期")], number), Person.OtherClerk);

        Assert.That((refused.Code(), refused.Zh()), Is.EqualTo(("correction.once", "依法只能一次性告知补正：窗口已于 2026-03-02 09:00 告知过。")));
    }

    [Test]
    public async Task A_correction_is_closed_when_all_it_asked_for_has_come()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakenIn(app, "D02");
        await app.Send(new AskCorrection.Command([new("D04", "未提交"), new("D05", "未提交")], number), Person.Clerk);

        var early = await app.Refusal(new CloseCorrection.Command(["D04"], number), Person.Clerk);
        app.Clock.Advance(TimeSpan.FromDays(7));
        await app.Send(new CloseCorrection.Command(["D04", "D05"], number), Person.Clerk);

        var application = await app.Send(new GetApplication.Query(number), Person.Clerk);
        Assert.Multiple(() =>
        {
            Assert.That(early.Zh(), Does.Contain("还缺：D05"));
            Assert.That(application.Head.State, Is.EqualTo(ApplicationState.Received));
            Assert.That(application.AnswerDue!.DueOn, Is.EqualTo(new DateOnly(2026, 3, 16)), "five working days from the day the corrected papers came");
            Assert.That(application.Cases.Single().Status, Is.EqualTo(CaseStatus.CorrectionClosed));
        });
    }

    [Test]
    public async Task Not_accepting_says_why_and_names_the_right_authority_and_ends_every_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakenIn(app);

        var bare = await app.Refusal(new NotAccept.Command("", "", number), Person.Clerk);
        await app.Send(new NotAccept.Command("项目不在高新区范围内。", "市行政审批局", number), Person.Clerk);

        var application = await app.Send(new GetApplication.Query(number), Person.Clerk);
        Assert.Multiple(() =>
        {
            Assert.That(bare.Problems.Select(p => p.Field), Is.EqualTo(new[] { "reason", "rightAuthority" }));
            Assert.That((application.Head.RefusalReason, application.Head.RightAuthority), Is.EqualTo(("项目不在高新区范围内。", "市行政审批局")));
            Assert.That(application.Cases.Single().Status, Is.EqualTo(CaseStatus.NotAccepted));
        });
    }

    [Test]
    public async Task Where_no_permit_is_needed_the_applicant_is_told_why()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakenIn(app);

        await app.Send(new NoPermitNeeded.Command("该事项已取消。", number), Person.Clerk);

        var application = await app.Send(new GetApplication.Query(number), Person.Clerk);
        Assert.Multiple(() =>
        {
            Assert.That((application.Head.State, application.Head.RefusalReason), Is.EqualTo((ApplicationState.NoPermitNeeded, "该事项已取消。")));
            Assert.That(application.Cases.Single().Status, Is.EqualTo(CaseStatus.NoPermitNeeded));
        });
    }

    [Test]
    public async Task The_window_has_five_working_days_to_answer()
    {
        await using var app = await App.Start("2026-04-02 09:00");
        var number = await TakenIn(app);

        var due = (await app.Send(new GetApplication.Query(number), Person.Clerk)).AnswerDue!;

        Assert.That((due.DueOn, due.LeftDays), Is.EqualTo((new DateOnly(2026, 4, 10), 5)), "4 to 6 April are off");
    }

    [Test]
    public async Task A_withdrawal_ends_what_is_undecided_and_stops_its_clocks()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Approve(applied["A01"], "FGJX");

        await app.Send(new Withdraw.Command("项目调整", applied.Number), Person.Clerk);

        var again = await app.Refusal(new Withdraw.Command("项目调整", applied.Number), Person.OtherClerk);
        Assert.Multiple(async () =>
        {
            Assert.That((await app.Case(applied["A01"])).Status, Is.EqualTo(CaseStatus.Approved));
            Assert.That((await app.Case(applied["A02"])).Status, Is.EqualTo(CaseStatus.Withdrawn));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock WHERE stopped_on IS NULL AND limit_rule <> 'delivery'"), Is.Zero, "what was decided is still to be delivered");
            Assert.That(again.Code(), Is.EqualTo("application.withdrawn"));
        });
    }

    [Test]
    public async Task An_application_whose_cases_were_each_withdrawn_can_be_withdrawn_and_leaves_the_desk()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        await app.Send(new Approvals.Modules.Permits.WithdrawCase.Command(received["A01"], "不再办理"), Person.Clerk);

        var future = await app.Refusal(new Withdraw.Command("不再办理", received.Number, new DateTime(2026, 3, 3, 9, 0, 0)), Person.Clerk);
        await app.Send(new Withdraw.Command("不再办理", received.Number), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(future.Code(), Is.EqualTo("event.inFuture"));
            Assert.That(await State(app, received.Number), Is.EqualTo(ApplicationState.Withdrawn));
            Assert.That((await app.Send(new ShowDesk.Query(), Person.Clerk)).Now, Is.Empty);
        });
    }

    private static async Task<(Person Who, Refused? Refused)> Try<T>(App app, MediatR.IRequest<T> request, Person who)
    {
        try
        {
            await app.Send(request, who);
            return (who, null);
        }
        catch (Refused refused)
        {
            return (who, refused);
        }
    }

    /// <summary>A01 wants D02, D04 and D05.</summary>
    private static async Task<string> TakenIn(App app, params string[] given)
    {
        await app.Project();
        return (await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01"], given, "示例科技有限公司", "0813-0000000"), Person.Clerk)).Number;
    }

    private static async Task<string> Corrected(App app)
    {
        var number = await TakenIn(app, "D02");
        await app.Send(new AskCorrection.Command([new("D04", "未提交"), new("D05", "未提交")], number), Person.Clerk);
        await app.Send(new CloseCorrection.Command(["D04", "D05"], number), Person.Clerk);
        return number;
    }

    private static async Task<ApplicationState> State(App app, string number) => (await app.Send(new GetApplication.Query(number), Person.Clerk)).Head.State;
}
