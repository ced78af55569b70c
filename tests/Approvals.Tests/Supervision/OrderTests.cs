using System.Net;
using Approvals.Modules.Supervision;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Supervision;

/// <summary>Answering and closing an order: who may, once, and with what.</summary>
[Parallelizable]
internal sealed class OrderTests
{
    private static readonly Person Head = Person.Head("ZRZY");

    [Test]
    public async Task Only_the_department_answers_and_only_the_supervisor_closes()
    {
        await using var app = await Late();
        var number = (await app.Order()).Number;

        Assert.That((await app.Refusal(new AnswerOrder.Command(number, "原因"), Person.Clerk)).Code(), Is.EqualTo("order.otherDepartment"));
        Assert.That((await app.Refusal(new AnswerOrder.Command(number, "原因"), Person.Head("STHJ"))).Code(), Is.EqualTo("order.unknown"));
        Assert.That((await app.Refusal(new AnswerOrder.Command(number, "原因"), Person.Supervisor)).Code(), Is.EqualTo("access.notAllowed"));
        Assert.That((await app.Refusal(new CloseOrder.Command(number, "同意"), Head)).Code(), Is.EqualTo("access.notAllowed"));
    }

    [Test]
    public async Task An_answer_needs_a_reason_and_promises_no_past_day()
    {
        await using var app = await Late();
        var number = (await app.Order()).Number;

        var refused = await app.Refusal(new AnswerOrder.Command(number, " ", null, new(2026, 3, 9)), Head);

        Assert.That(refused.Problems.Select(p => p.Field), Is.EqualTo(new[] { "answer", "promisedOn" }));
        Assert.That((await app.Refusal(new CloseOrder.Command(number, ""), Person.Supervisor)).Problems.Single().Field, Is.EqualTo("note"));
    }

    [Test]
    public async Task Whoever_comes_second_is_told_who_was_first()
    {
        await using var app = await Late();
        var number = (await app.Order()).Number;
        await app.Send(new AnswerOrder.Command(number, "原因"), Head);

        Assert.That((await app.Refusal(new AnswerOrder.Command(number, "另一原因"), Person.Reviewer("ZRZY"))).Code(), Is.EqualTo("order.answered"));
        await app.Send(new CloseOrder.Command(number, "同意"), Person.Supervisor);
        Assert.That((await app.Refusal(new CloseOrder.Command(number, "再次"), Person.Supervisor)).Zh(), Does.Contain("已由督办于 2026-03-10 00:05 办结"));
    }

    [Test]
    public async Task An_answer_too_late_for_the_matter_is_told_so()
    {
        await using var app = await Late();
        var number = (await app.Order()).Number;
        await app.StopClocks(7, "2026-03-10");

        Assert.That((await app.Refusal(new AnswerOrder.Command(number, "原因"), Head)).Code(), Is.EqualTo("order.stopped"));
    }

    [Test]
    public async Task The_lists_show_what_waits_first_and_each_department_its_own()
    {
        await using var app = await Late();
        await app.StartClocks(Clocks.Promised(8, "2026-03-02", 6, department: "STHJ"));
        await app.Scan("2026-03-11 00:05");

        var all = await app.Send(new ListOrders.Query(Rows: 1), Person.Leader);
        var rest = await app.Send(new ListOrders.Query(Rows: 1, After: all.Next), Person.Leader);
        var own = await app.Send(new ListOrders.Query("ZRZY"), Person.Head("STHJ"));

        Assert.That((all.Orders.Single().Label, rest.Orders.Single().Label, rest.Next), Is.EqualTo(("AJ-7", "AJ-8", (string?)null)));
        Assert.That(own.Orders.Select(o => o.Label), Is.EqualTo(new[] { "AJ-8" }), "whatever was asked for");
        Assert.That((await app.Send(new ListOrders.Query(All: true), Person.Leader)).Orders.Select(o => o.Label), Is.EqualTo(new[] { "AJ-8", "AJ-7" }));
    }

    [Test]
    public async Task The_page_takes_the_answer_and_tells_the_story()
    {
        await using var app = await Late();
        var number = (await app.Order()).Number;
        using var head = await app.SignedIn("zrzy-head", Floor.Password);
        using var supervisor = await app.SignedIn("supervisor", Floor.Password);

        using var empty = await head.Submit($"/orders/{number}", "form[action*=Answer]", ("answer.answer", ""), ("answer.measures", "专人跟进"));
        Assert.That(empty.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await empty.Html()).QuerySelector("#answer-measures")!.TextContent, Is.EqualTo("专人跟进"), "what was typed stays");
        using var sent = await head.Submit($"/orders/{number}", "form[action*=Answer]", ("answer.answer", "现场复核"), ("answer.promisedOn", "2026-03-20"));
        Assert.That(sent.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        using var closed = await supervisor.Submit($"/orders/{number}", "form[action*=Close]", ("close.note", "措施可行"));
        Assert.That(closed.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));

        var page = await supervisor.Page($"/orders/{number}");
        Assert.That(page.QuerySelectorAll("ol.timeline strong").Select(e => e.TextContent), Is.EqualTo(new[] { "承诺时限超期", "发出督办单", "答复", "督办办结" }));
        Assert.That(page.QuerySelector("form[action*=Close]"), Is.Null);
        Assert.That((await head.Page("/orders?all=true")).QuerySelector("tbody .state")!.TextContent, Is.EqualTo("已办结"));
    }

    private static async Task<App> Late()
    {
        var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        await app.Scan("2026-03-10 00:05");
        return app;
    }
}
