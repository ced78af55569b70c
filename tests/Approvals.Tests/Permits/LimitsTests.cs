using System.Text.Json;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Permits;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Web;

namespace Approvals.Tests.Permits;

/// <summary>Limits changed in the catalogue leave open cases alone, unless the supervisor chooses otherwise from a list of what would move.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LimitsTests
{
    /// <summary>A10 (first promised in 5 working days, 10 by law) in a second version from 2026-03-02.</summary>
    public static string Catalogue(int promised, int statutory, bool deemed = false, int? warning = null, string code = "A10", string name = "水土保持方案审批", string from = "2026-03-02") => JsonSerializer.Serialize(new
    {
        items = new[]
        {
            new
            {
                code, version = 2, effectiveFrom = from, nameZh = name, nameEn = "Soil and water plan", department = "SWJ", kind = "permit",
                statutory = new { limit = statutory, unit = "wd" }, promised = new { limit = promised, unit = "wd" }, documents = new[] { "D01" },
                resultZh = "准予许可决定书", resultEn = "Decision", deemedConsent = deemed, warningDays = warning,
            },
        },
    });

    private static DateOnly March(int day) => new(2026, 3, day);

    private static async Task<IReadOnlyList<string>> TwoCases(App app)
    {
        var numbers = new List<string>();
        foreach (var project in new[] { "2601-510300-04-01-900001", "2601-510300-04-01-900002" })
        {
            await app.Project(project);
            var applied = await app.Apply(project, "A01", "A10");
            await app.Approve(applied["A01"], "FGJX");
            numbers.Add(applied["A10"]);
        }

        return numbers;
    }

    private static async Task<IEnumerable<DateOnly?>> Dues(App app, string number) => (await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks.Select(k => k.DueOn);

    [Test]
    public async Task A_new_version_moves_no_open_case_and_the_list_says_what_it_would_move()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var numbers = await TwoCases(app);
        var nothing = await app.Send(new PreviewLimits.Query("a10"), Person.Supervisor);
        await app.Send(new PublishCatalogue.Command(Catalogue(promised: 3, statutory: 10)), Person.Supervisor);

        var shown = await app.Send(new PreviewLimits.Query("A10"), Person.Supervisor);

        Assert.Multiple(async () =>
        {
            Assert.That(nothing.Lines, Is.Empty);
            Assert.That(shown.Lines.Select(l => l.Number), Is.EquivalentTo(numbers));
            Assert.That(shown.Lines.SelectMany(l => l.Limits).Select(l => (l.Rule, l.Old.Value, l.New.Value, l.DueNow, l.DueThen)), Is.All.EqualTo(("promised", 5, 3, (DateOnly?)March(9), (DateOnly?)March(5))));
            foreach (var number in numbers) Assert.That(await Dues(app, number), Is.EqualTo(new DateOnly?[] { March(9), March(16) }));
        });
    }

    [Test]
    public async Task The_chosen_case_takes_the_new_limits_and_its_log_says_so_the_other_keeps_its_own()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var numbers = await TwoCases(app);
        await app.Send(new PublishCatalogue.Command(Catalogue(promised: 3, statutory: 8)), Person.Supervisor);

        var result = await app.Send(new ApplyLimits.Command("A10", [numbers[0]], false, "提速"));

        var changed = await app.Send(new ShowCase.Query(numbers[0]), Person.Auditor);
        Assert.Multiple(async () =>
        {
            Assert.That((result.Changed, result.Moved), Is.EqualTo((1, 2)));
            Assert.That(changed.Clocks.Select(k => (k.Limit.Value, k.DueOn)), Is.EqualTo(new[] { (3, (DateOnly?)March(5)), (8, March(12)) }));
            Assert.That((changed.Case.PromisedLimit, changed.Case.StatutoryLimit, changed.Case.DueOn), Is.EqualTo(((int?)3, (int?)8, (DateOnly?)March(5))));
            Assert.That(changed.Events[0].Note, Does.Contain("5 个工作日 → 3 个工作日").And.Contain("2026-03-09 → 2026-03-05").And.Contain("提速"));
            Assert.That(await Dues(app, numbers[1]), Is.EqualTo(new DateOnly?[] { March(9), March(16) }));
        });
    }

    /// <summary>One record holds what it can be read of, however many take the new limits; and a decision of the day before is still to be entered.</summary>
    [Test]
    public async Task The_record_names_ten_limits_and_counts_the_others_and_the_day_before_is_not_shut()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var numbers = new List<string>();
        foreach (var n in Enumerable.Range(1, 6))
        {
            await app.Project($"2601-510300-04-01-90000{n}");
            var applied = await app.Apply($"2601-510300-04-01-90000{n}", "A01", "A10");
            await app.Approve(applied["A01"], "FGJX");
            numbers.Add(applied["A10"]);
        }

        app.SetTime("2026-03-04 09:00");
        await app.Send(new PublishCatalogue.Command(Catalogue(promised: 3, statutory: 8, from: "2026-03-04")), Person.Supervisor);
        await app.Send(new ApplyLimits.Command("A10", All: true, Reason: "提速"));
        await app.Send(new StartHandling.Command(numbers[0], OccurredAt: new(2026, 3, 3, 10, 0, 0)), Person.Reviewer("SWJ"));

        var said = (await app.LogOf("Permits.ApplyLimits"))[^1].Detail;
        Assert.That(said, Does.Contain("其余时限").And.Contain("2 项已调整"));
    }

    [Test]
    public async Task All_cases_of_the_item_can_take_them_and_what_waits_to_start_starts_with_them()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Send(new PublishCatalogue.Command(Catalogue(promised: 3, statutory: 10)), Person.Supervisor);

        var result = await app.Send(new ApplyLimits.Command("A10", All: true, Reason: "提速"));
        await app.Approve(applied["A01"], "FGJX");

        Assert.Multiple(async () =>
        {
            Assert.That((result.Changed, result.Moved), Is.EqualTo((1, 0)));
            Assert.That(await Dues(app, applied["A10"]), Is.EqualTo(new DateOnly?[] { March(5), March(16) }));
            Assert.That((await app.Send(new PreviewLimits.Query("A10"), Person.Supervisor)).Lines, Is.Empty);
        });
    }

    [Test]
    public async Task It_takes_the_supervisor_a_choice_a_reason_and_cases_of_the_item()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var numbers = await TwoCases(app);
        await app.Send(new PublishCatalogue.Command(Catalogue(promised: 3, statutory: 10)), Person.Supervisor);

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new ApplyLimits.Command("A10", numbers, false, "提速"), Person.Head("SWJ"))).Status, Is.EqualTo(RefusedAs.Forbidden));
            Assert.That((await app.Refusal(new ApplyLimits.Command("A10", [], false, "提速"), Person.Supervisor)).Code(), Is.EqualTo("limits.noCase"));
            Assert.That((await app.Refusal(new ApplyLimits.Command("A10", numbers), Person.Supervisor)).Code(), Is.EqualTo("field.required"));
            Assert.That((await app.Refusal(new ApplyLimits.Command("A10", ["20260302-ZZZZZ-01"], false, "提速"), Person.Supervisor)).Code(), Is.EqualTo("limits.unknownCase"));
            Assert.That((await app.Refusal(new ApplyLimits.Command("X1", All: true, Reason: "提速"), Person.Supervisor)).Status, Is.EqualTo(RefusedAs.NotFound));
        });
    }

    [Test]
    public async Task A_published_item_keeps_its_warning_and_the_change_is_listed()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var published = await app.Send(new PublishCatalogue.Command(Catalogue(promised: 5, statutory: 10, deemed: true, warning: 3)));
        var item = (await app.Send(new ShowItem.Query("A10"), Person.Auditor)).Current;

        Assert.Multiple(() =>
        {
            Assert.That((item.Version, item.DeemedConsent, item.WarningDays), Is.EqualTo((2, true, (int?)3)));
            Assert.That(published.Changes.Single().Details.Select(d => d.Zh), Does.Contain("预警提前：（空） → 3").And.Some.StartsWith("超时默认"));
        });
    }

    [TestCase(0)]
    [TestCase(5, Description = "the promised limit itself")]
    public async Task A_warning_begins_between_a_day_before_the_end_and_the_day_after_acceptance(int warning)
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var refused = await app.Refusal(new PublishCatalogue.Command(Catalogue(promised: 5, statutory: 10, warning: warning)), Person.Supervisor);

        Assert.That(refused.Code(), Is.EqualTo("catalogue.warningDays"));
    }

    [TestCase("N01", "消防设施检查")]
    [TestCase("N02", "规划环评审查")]
    [TestCase("N03", "安全条件审查")]
    [TestCase("P15", "施工许可证")]
    [TestCase("P09", "施工图联合审查")]
    public async Task Silence_never_stands_for_consent_to_fire_environment_or_safety(string code, string name)
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var refused = await app.Refusal(new PublishCatalogue.Command(Catalogue(promised: 5, statutory: 10, deemed: true, code: code, name: name)), Person.Supervisor);
        await app.Send(new PublishCatalogue.Command(Catalogue(promised: 5, statutory: 10, deemed: false, code: code, name: name)), Person.Supervisor);

        Assert.That(refused.Code(), Is.EqualTo("catalogue.neverDeemed"));
    }
}
