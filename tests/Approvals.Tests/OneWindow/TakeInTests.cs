using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.OneWindow;

[Parallelizable]
internal sealed class TakeInTests
{
    private const string Key = "6f1d3b1e-8a52-4a0e-9d38-3f5a1c1f0001";

    private static readonly string[] Ten = ["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10"];

    /// <summary>A right form, to be spoilt by each test in one place.</summary>
    private static readonly TakeIn.Command Right = new(Key, Scene.ProjectCode, ["A01", "A02"], ["D02", "D04"], "示例科技有限公司", "0813-0000000");

    [Test]
    public async Task One_form_of_ten_items_becomes_one_application_with_ten_cases_that_share_its_number()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var taken = await app.Send(Right with { Items = Ten }, Person.Clerk);

        var cases = await app.Send(new CasesOfApplication(taken.Number), Person.Clerk);
        Assert.Multiple(() =>
        {
            Assert.That(taken.Number, Does.Match("^20260302-[0-9A-HJKMNP-TV-Z]{5}$"));
            Assert.That(taken.CaseNumbers, Is.EqualTo(Enumerable.Range(1, 10).Select(i => $"{taken.Number}-{i:00}")));
            Assert.That(cases.Select(c => c.ItemCode), Is.EqualTo(Ten));
            Assert.That(cases.Select(c => c.Status), Is.All.EqualTo(CaseStatus.Received));
        });
    }

    [Test]
    public async Task Each_document_is_asked_for_once_however_many_items_want_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var taken = await app.Send(Right with { Items = Ten }, Person.Clerk);

        var materials = (await app.Send(new GetApplication.Query(taken.Number), Person.Clerk)).Materials;
        Assert.Multiple(() =>
        {
            Assert.That(materials.Select(m => m.Document), Is.Unique);
            Assert.That(materials.Single(m => m.Document == "D01").WantedBy, Is.EqualTo("A02 A03 A04 A05 A06 A07 A08 A09 A10"));
            Assert.That(materials.Where(m => m.IsGiven).Select(m => m.Document), Is.EqualTo(new[] { "D02", "D04" }));
        });
    }

    [Test]
    public async Task A_paper_that_an_earlier_item_issues_is_not_asked_of_the_applicant()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var taken = await app.Send(Right with { Items = Ten }, Person.Clerk);

        var issued = (await app.Send(new GetApplication.Query(taken.Number), Person.Clerk)).Materials.Where(m => m.ComesFrom is not null);
        Assert.That(issued.Select(m => $"{m.Document} {m.ComesFrom}"), Is.EqualTo(new[] { "D06 A01", "D16 A03", "D20 A04", "D22 A05", "D27 A06" }));
    }

    [Test]
    public async Task The_same_form_sent_twice_gives_the_first_application_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var first = await app.Send(Right, Person.Clerk);
        var second = await app.Send(Right, Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(second.Number, Is.EqualTo(first.Number));
            Assert.That(second.CaseNumbers, Is.EqualTo(first.CaseNumbers));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM permits_case"), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_sent_form_that_was_changed_and_sent_again_is_refused_with_the_number_it_has()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Send(Right, Person.Clerk);

        var refused = await app.Refusal(Right with { Items = [.. Right.Items, "A09"] }, Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Code(), Is.EqualTo("application.formSent"));
            Assert.That(refused.Zh(), Does.Contain(first.Number));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM permits_case"), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task The_same_form_sent_eight_times_at_once_makes_one_application()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => app.Send(Right, Person.Clerk))));

        Assert.Multiple(async () =>
        {
            Assert.That(results.Select(r => r.Number).Distinct(), Has.Exactly(1).Items);
            Assert.That(results.Select(r => r.CaseNumbers.Count), Is.All.EqualTo(2));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_application"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Everything_wrong_with_a_form_is_told_at_once_and_nothing_is_written()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var refused = await app.Refusal(
            Right with { Items = ["A01", "a01", "A99"], GivenDocuments = ["D99"], Applicant = "", ApplicantPhone = "call me", ReceivedAt = new DateTime(2026, 3, 2, 9, 1, 0) }, Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Is.EquivalentTo(new[]
            {
                ("application.itemTwice", "items"), ("application.itemUnknown", "items"), ("application.documentUnknown", "givenDocuments"),
                ("field.required", "applicant"), ("application.phone", "applicantPhone"), ("application.receivedInFuture", "receivedAt"),
            }));
            Assert.That(refused.Zh(), Does.Contain("没有事项「A99」").And.Contain("事项 A01 选了不止一次").And.Contain("材料「D99」"));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_application"), Is.Zero);
        });
    }

    [Test]
    public async Task A_form_needs_an_item_a_known_project_and_its_key()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(Right with { Items = [] }, Person.Clerk)).Code(), Is.EqualTo("application.noItem"));
            Assert.That((await app.Refusal(Right with { ProjectCode = "2601-510300-04-01-999999" }, Person.Clerk)).Code(), Is.EqualTo("project.unknown"));
            Assert.That((await app.Refusal(Right with { RequestKey = "once" }, Person.Clerk)).Code(), Is.EqualTo("application.requestKey"));
        });
    }

    [Test]
    public async Task A_name_of_200_characters_is_refused_with_its_length()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var refused = await app.Refusal(Right with { Applicant = new string('示', 200) }, Person.Clerk);

        Assert.That((refused.Code(), refused.Zh()), Is.EqualTo(("field.tooLong", "申请人最多 80 个字，现有 200 个。")));
    }

    [Test]
    public async Task An_emoji_in_a_name_is_kept()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var taken = await app.Send(Right with { Applicant = "示例🏗️公司" }, Person.Clerk);

        Assert.That((await app.Send(new GetApplication.Query(taken.Number), Person.Clerk)).Head.Applicant, Is.EqualTo("示例🏗️公司"));
    }

    [Test]
    public async Task An_item_that_is_already_open_undoes_the_whole_form()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Send(Right with { Items = ["A01"] }, Person.Clerk);

        var refused = await app.Refusal(Right with { RequestKey = "6f1d3b1e-8a52-4a0e-9d38-3f5a1c1f0002", Items = ["A01", "A02"] }, Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Status, Is.EqualTo(RefusedAs.Conflict));
            Assert.That(refused.Zh(), Does.Contain("A01").And.Contain(first.CaseNumbers[0]));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_application"), Is.EqualTo(1));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_material"), Is.EqualTo(3));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM permits_case"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Papers_that_came_days_ago_need_a_reason_and_number_their_own_day()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.Project();
        var late = Right with { ReceivedAt = new DateTime(2026, 3, 3, 15, 0, 0) };

        var refused = await app.Refusal(late, Person.Clerk);
        await app.SendByTwo(late with { LateReason = "停电" }, Person.Clerk, Person.Supervisor);

        Assert.Multiple(async () =>
        {
            Assert.That((refused.Code(), refused.Problems[0].Field), Is.EqualTo(("event.lateWithoutReason", "lateReason")));
            Assert.That(await app.Value<string>("SELECT number FROM onewindow_application"), Does.Match("^20260303-"));
        });
    }

    [Test]
    public async Task Who_may_not_take_in_is_told_who_may()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var refused = await app.Refusal(Right, Person.Reviewer("ZRZY"));

        Assert.Multiple(() =>
        {
            Assert.That(refused.Status, Is.EqualTo(RefusedAs.Forbidden));
            Assert.That(refused.Zh(), Does.Contain(Permissions.Name(Role.WindowClerk).Zh));
        });
    }
}
