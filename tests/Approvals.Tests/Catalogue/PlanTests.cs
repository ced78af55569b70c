using Approvals.Modules.Catalogue;
using Approvals.Modules.Catalogue.Contract;
using CsCheck;

namespace Approvals.Tests.Catalogue;

[Parallelizable(ParallelScope.All)]
internal sealed class PlanTests
{
    private static readonly CatalogueSnapshot Shipped =
        Publication.Of(CatalogueFile.Shipped(), CatalogueSnapshot.Empty, null).Onto(CatalogueSnapshot.Empty);

    [TestCase("IND-REFORM", 25, 45)]
    [TestCase("IND-2019", 100, 100)]
    public void The_reform_takes_25_working_days_and_the_old_process_100(string code, int total, int inSeries)
    {
        var plan = Plan.Of(Shipped.Processes.Single(p => p.Code == code));
        Assert.That((plan.Total, plan.InSeries), Is.EqualTo((total, inSeries)));
    }

    [Test]
    public void The_critical_path_of_the_reform_is_known()
    {
        var plan = Plan.Of(Shipped.Processes.Single(p => p.Code == "IND-REFORM"));
        Assert.Multiple(() =>
        {
            Assert.That(string.Join('-', plan.CriticalPath), Is.EqualTo("A01-A02-A03-A04-A05-A06-A08"));
            Assert.That(plan.CriticalPath.Select(c => plan[c].Finish), Is.EqualTo(new[] { 1, 4, 5, 10, 14, 22, 25 }));
            Assert.That(plan["A09"].Slack, Is.EqualTo(11));
            Assert.That(plan["A07"].IsCritical, Is.False);
        });
    }

    [Test]
    public void The_total_is_the_longest_path_of_any_graph()
    {
        var graphs =
            from days in Gen.Int[1, 30].Array[1, 9]
            from arrows in Gen.Bool.Array[days.Length * days.Length]
            select days.Select((d, i) => ($"I{i}", d, (IReadOnlyList<string>)[.. Enumerable.Range(0, i).Where(j => arrows[i * days.Length + j]).Select(j => $"I{j}")])).ToArray();
        graphs.Sample(items =>
        {
            var plan = Plan.Of(items);
            var byCode = items.ToDictionary(i => i.Item1);
            int Longest(string code) => byCode[code].Item2 + byCode[code].Item3.Select(Longest).DefaultIfEmpty(0).Max();
            Assert.That(plan.Total, Is.EqualTo(items.Max(i => Longest(i.Item1))));
            Assert.That(plan.Total, Is.GreaterThanOrEqualTo(items.Max(i => i.Item2)));
            Assert.That(plan.CriticalPath.Sum(c => byCode[c].Item2), Is.EqualTo(plan.Total));
            Assert.That(plan.CriticalPath.All(c => plan[c].IsCritical), Is.True);
            Assert.That(plan.Items.All(i => byCode[i.Code].Item3.All(n => plan[n].Finish <= i.Start)), Is.True);
        });
    }

    [Test]
    public async Task A_date_that_reaches_an_unpublished_year_is_not_given()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var reform = await app.Send(new ShowPlan.Query("IND-REFORM", "2026-03-02"), Person.Leader);
        var old = await app.Send(new ShowPlan.Query("ind-2019", "2026-11-02"), Person.Leader);

        Assert.Multiple(() =>
        {
            Assert.That(reform.Finish, Is.EqualTo(new DateOnly(2026, 4, 7)));
            Assert.That(reform.Items.Single(i => i.Code == "A02").EarliestStart, Is.EqualTo(new DateOnly(2026, 3, 3)));
            Assert.That(reform.Items.Single(i => i.Code == "A02").EarliestFinish, Is.EqualTo(new DateOnly(2026, 3, 6)));
            Assert.That((old.Finish, old.Status), Is.EqualTo(((DateOnly?)null, "UNPUBLISHED")));
            Assert.That(old.Items[0].EarliestFinish, Is.EqualTo(new DateOnly(2026, 11, 4)));
        });
    }
}
