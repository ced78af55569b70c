using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Timeline;
using Approvals.Tests.Access;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Documents;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;

namespace Approvals.Tests.OneWindow;

/// <summary>What somebody at the counter looks for, by the words they have for it.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class CounterTests
{
    private const string Other = "2601-510300-04-01-900002";

    [Test]
    public async Task Applications_and_cases_are_found_by_the_name_of_the_enterprise_or_the_project_and_others_are_not()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Project(Other);
        await app.Change("UPDATE projects_project SET search_text = 'xyz wörks 另一企业' WHERE code = @Other", new { Other });
        await app.Change("UPDATE projects_project SET agent_id = 3");
        var first = await app.Apply(Scene.ProjectCode, "A01");
        var second = await app.Receive(Other, "A01");
        async Task<string> Applications(string search, Person who) => string.Join(' ', (await app.Send(new ListApplications.Query(Search: search), who)).Rows.Select(r => r.Number));
        async Task<string> Cases(string search, Person who) => string.Join(' ', (await app.Send(new ListCases.Query(Search: search), who)).Rows.Select(r => r.Number));

        Assert.Multiple(async () =>
        {
            foreach (var who in new[] { Person.Clerk, Person.Supervisor, Person.Agent })
            {
                Assert.That((await Applications("示例科技", who), await Cases("示例科技", who)), Is.EqualTo((first.Number, first["A01"])), who.Name);
                foreach (var part in new[] { "XYZ", "xyz w", "WÖRKS" }) Assert.That((await Applications(part, who), await Cases(part, who)), Is.EqualTo((second.Number, second["A01"])), who.Name);
                Assert.That((await Applications("没有这家", who), await Cases("没有%", who)), Is.EqualTo(("", "")), who.Name);
                foreach (var part in new[] { "示%技", "示_科", "[示]例" }) Assert.That((await Applications(part, who), await Cases(part, who)), Is.EqualTo(("", "")), "a sign of the search is no wildcard");
            }

            Assert.That((await Applications("示例科技", new Person(98, "外人", null, Role.Agent)), await Cases("示例科技", new Person(98, "外人", null, Role.Agent))), Is.EqualTo(("", "")), "nobody finds what is not theirs");
            Assert.That(await Cases(first.Number, Person.Clerk), Is.EqualTo(first["A01"]), "numbers as before");
            Assert.That((await app.Send(new ListCases.Query(Search: "示例科技", Department: "STHJ"), Person.Clerk)).Rows, Is.Empty);
        });
    }

    [Test]
    public async Task What_is_found_by_a_name_is_narrowed_and_turned_over_like_any_list()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Change("UPDATE projects_project SET search_text = CONCAT(search_text, ' 1号厂房')");
        var first = await app.Apply(Scene.ProjectCode, "A01");
        var second = await app.Receive(Scene.ProjectCode, "A09");
        async Task<string> Applications(ListApplications.Query query) => string.Join(' ', (await app.Send(query, Person.Clerk)).Rows.Select(r => r.Number));
        async Task<string> Cases(ListCases.Query query) => string.Join(' ', (await app.Send(query, Person.Clerk)).Rows.Select(r => r.Number));
        const string Part = "示例科技";

        Assert.Multiple(async () =>
        {
            Assert.That(await Applications(new(Search: Part)), Is.EqualTo($"{second.Number} {first.Number}"));
            Assert.That(await Applications(new(ApplicationState.Accepted, Part)), Is.EqualTo(first.Number));
            Assert.That(await Applications(new(Search: Part, After: second.Number)), Is.EqualTo(first.Number));
            Assert.That(await Cases(new(Search: Part)), Is.EqualTo($"{second["A09"]} {first["A01"]}"));
            Assert.That(await Cases(new(CaseStatus.Received, Search: Part)), Is.EqualTo(second["A09"]));
            Assert.That(await Cases(new(Search: Part, After: second["A09"])), Is.EqualTo(first["A01"]));
            Assert.That(await Cases(new(Search: "1")), Is.Empty, "a digit begins a number");
        });
    }

    [Test]
    public async Task What_waits_for_acceptance_is_called_so_on_every_page_and_the_two_answers_are_told_apart()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        await app.Send(new AskCorrection.Command([new("D04", "投资额有误")], received.Number), Person.Clerk);
        await app.Send(new CloseCorrection.Command(["D04"], received.Number), Person.Clerk);
        await app.Project(Other);
        var fresh = await app.Receive(Other, "A01");
        using var clerk = await app.SignedIn("desk", Telling.Password);

        var corrected = await clerk.Page($"/applications/{received.Number}");
        var application = await clerk.Page($"/applications/{fresh.Number}");
        var @case = await clerk.Page($"/cases/{fresh["A01"]}");
        var cases = await clerk.Page("/cases");
        var file = await clerk.GetStringAsync("/cases?handler=Csv");
        var intake = await clerk.Page($"/intake?project={Other}");

        Assert.Multiple(async () =>
        {
            Assert.That(application.QuerySelector(".page-head .state")!.TextContent, Is.EqualTo("待受理"));
            Assert.That(application.QuerySelector("section[aria-labelledby='h-cases'] .state")!.TextContent, Is.EqualTo("待受理"));
            Assert.That(@case.QuerySelector(".page-head .state")!.TextContent, Is.EqualTo("待受理"));
            Assert.That(cases.QuerySelectorAll("table tbody tr").Single(tr => tr.TextContent.Contains(fresh["A01"], StringComparison.Ordinal)).QuerySelector("[data-label='状态']")!.TextContent, Is.EqualTo("待受理"));
            Assert.That(file.Split("\r\n").Single(l => l.Contains(fresh["A01"], StringComparison.Ordinal)), Does.Contain(",待受理,"));
            Assert.That(intake.QuerySelector($"a[href='/cases/{fresh["A01"]}']")!.TextContent, Is.EqualTo("待受理"));
            Assert.That(cases.QuerySelector("#status option[value='Received']")!.TextContent, Is.EqualTo("1 已接件（待受理）"));
            Assert.That((await app.Send(new ShowTimeline.Query(Other), Person.Clerk)).Items.Single(i => i.CaseNumber is not null).Standing.Zh, Is.EqualTo("待受理"));
            Assert.That(corrected.QuerySelectorAll("#limit-table .card-title").Select(c => c.FirstChild!.TextContent), Is.EqualTo(new[] { "收件答复", "补正后答复" }));
        });
    }

    [Test]
    public async Task The_page_of_a_case_leads_to_its_documents_and_the_project_says_how_an_item_ended_until_it_is_applied_for_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("does", Role.Reviewer, "FGJX");
        await app.Project();
        var refused = await app.Receive(Scene.ProjectCode, "A01");
        using var reviewer = await app.SignedIn("does", Telling.Password);
        async Task<(string, ItemState)> Stands() => (await app.Send(new ShowTimeline.Query(Scene.ProjectCode), Person.Clerk)).Items.Where(i => i.Code == "A01").Select(i => (i.Standing.Zh, i.State)).Single();

        await app.Send(new NotAccept.Command("不属职权", "示例机关", refused.Number), Person.Clerk);
        var ended = await Stands();
        var again = await app.Receive(Scene.ProjectCode, "A01");
        var link = (await reviewer.Page($"/cases/{again["A01"]}")).QuerySelectorAll(".page-head a").Single(a => a.TextContent == "材料").GetAttribute("href");

        Assert.That(ended, Is.EqualTo(("不予受理", ItemState.Ended)));
        Assert.That(await Stands(), Is.EqualTo(("待受理", ItemState.Received)));
        Assert.That(link, Is.EqualTo($"/applications/{again.Number}/files"));
    }

    [Test]
    public async Task The_same_file_handed_in_again_is_said_to_be_there_and_kept_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Receive(Scene.ProjectCode, "A01")).Number;
        UploadFiles.Command Sent(params byte[][] files) => new([.. files.Select((f, i) => f.Sent($"材料{i}.pdf"))], "D02", number);

        var first = await app.Send(Sent(Samples.Pdf()), Person.Clerk);
        var again = await app.Send(Sent(Samples.Pdf(), Samples.Pdf("% another\n")), Person.Clerk);

        Assert.That((await app.Last()).Detail, Does.Contain("v2 材料1.pdf").And.Not.Contain("v1"), "the record tells what is new");
        Assert.That(first.Select(f => f.WasThere), Is.EqualTo(new[] { false }));
        Assert.That(again.Select(f => (f.WasThere, f.Version)), Is.EqualTo(new[] { (true, 1), (false, 2) }));
        Assert.That((await app.Send(new ListFiles.Query(number), Person.Clerk)).Documents.Single(d => d.Document == "D02").Files.Select(f => f.WasThere), Is.EqualTo(new[] { false, false }));
    }
}
