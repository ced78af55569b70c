using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Land;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Supervision;
using MediatR;

namespace Approvals.Demonstration;

/// <summary>
/// A dozen projects marked 示例 at different points of both processes. They are told by the real commands, under a clock
/// walked from working day to working day up to the last one before today, in one transaction: all of it or nothing.
/// </summary>
internal sealed class Stories
{
    private enum Land
    {
        None,

        /// <summary>Contract signed, half the price paid.</summary>
        Paying,

        /// <summary>Out of tolerance, levelling ordered, to be surveyed again.</summary>
        Levelling,

        /// <summary>Handed over with its title on one day.</summary>
        Titled,
    }

    private enum Form
    {
        None,
        Received,
        Correcting,
        Accepted,
    }

    /// <param name="DaysAgo">How many working days ago the application was accepted, or would have been.</param>
    private sealed record Story(int Number, string Name, string Process, decimal Wan, decimal Area, int DaysAgo, Land Land, Form Form)
    {
        public string Code => $"2601-510300-04-01-9{Number:00000}";

        public string Parcel => $"示例-{Number:000}";

        /// <summary>Working days an item takes where it is not the promised number.</summary>
        public Dictionary<string, int> Takes { get; init; } = [];

        public string Refuses { get; init; } = "";

        public string Owes { get; init; } = "";

        /// <summary>The item that stands still for an expert review.</summary>
        public string Pauses { get; init; } = "";

        /// <summary>The item whose limit was extended.</summary>
        public string Extends { get; init; } = "";

        /// <summary>Every third project comes to the second window.</summary>
        public string Clerk => Number % 3 == 0 ? "clerk3" : "clerk";

        /// <summary>What was invested of what was planned until now, in percent; 0 where there is no plan of the year.</summary>
        public int Invested { get; init; }

        /// <summary>The last month is not reported.</summary>
        public bool IsSilent { get; init; }

        public string? Application { get; set; }
    }

    /// <summary>How long before the acceptance the land was acquired; then a works start on the day after 25 is day 30.</summary>
    private const int LandLead = 4;

    private static IReadOnlyList<Story> All() =>
    [
        new(1, "示例·精密结构件产业园一期", "IND-REFORM", 120_000, 186_000, 45, Land.Titled, Form.Accepted) { Invested = 104 },
        new(2, "示例·储能电池项目一期", "IND-REFORM", 500_000, 80_000, 6, Land.Levelling, Form.None) { Invested = 52 },
        new(3, "示例·高端装备铸造基地", "IND-REFORM", 32_600, 54_300.5m, 0, Land.Titled, Form.Received),
        new(4, "示例·新型建材生产线", "IND-REFORM", 8_800, 26_666.67m, 2, Land.Paying, Form.Correcting),
        new(5, "示例·节能阀门制造", "IND-REFORM", 15_000, 33_333.33m, 3, Land.Titled, Form.Accepted) { Pauses = "A09" },
        new(6, "示例·航空零部件加工中心", "IND-REFORM", 67_500, 92_000, 12, Land.Titled, Form.Accepted) { Extends = "A05", Invested = 97 },
        new(7, "示例·医疗器械产业化", "IND-REFORM", 21_000, 41_000, 14, Land.Titled, Form.Accepted) { Takes = { ["A04"] = 20 }, Invested = 81 },
        new(8, "示例·光伏组件扩产", "IND-REFORM", 230_000, 310_000, 21, Land.Titled, Form.Accepted) { Invested = 100, IsSilent = true },
        new(9, "示例·机械加工（改革前流程）", "IND-2019", 5_600, 18_000, 60, Land.Titled, Form.Accepted),
        new(10, "示例·汽车零部件（改革前流程）", "IND-2019", 18_900, 47_000, 104, Land.Titled, Form.Accepted),
        new(11, "示例·精细化工中间体", "IND-REFORM", 44_000, 120_000, 16, Land.Titled, Form.Accepted) { Refuses = "A09" },
        new(12, "示例·冷链物流装备", "IND-REFORM", 9_900, 30_000, 30, Land.Titled, Form.Accepted) { Owes = "A08", Takes = { ["A06"] = 10 } },
        new(13, "示例·智能终端（待供地）", "IND-REFORM", 76_000, 66_000, 1, Land.None, Form.None),
    ];

    private readonly IReadOnlyList<Story> stories = All();
    private readonly WalkedTime time;
    private readonly IMediator mediator;
    private readonly Actor actor;
    private readonly SecondPerson second;
    private readonly ZoneClock clock;
    private readonly WorkingDays days;
    private readonly CatalogueSnapshot catalogue;
    private readonly Dictionary<Role, IReadOnlyList<UserFacts>> people = [];
    private readonly Dictionary<string, long> ids = [];

    /// <summary>Works start on the working day after the construction permit; reported when that day has come.</summary>
    private readonly Dictionary<string, DateOnly> starts = [];

    private readonly List<(DateOnly On, string Case, string Clerk)> collects = [];

    /// <summary>The supervision orders in the order in which they were opened.</summary>
    private readonly List<string> orders = [];

    private Stories(IServiceProvider services, WalkedTime time)
    {
        this.time = time;
        mediator = services.GetRequiredService<IMediator>();
        actor = services.GetRequiredService<Actor>();
        second = services.GetRequiredService<SecondPerson>();
        clock = services.GetRequiredService<ZoneClock>();
        days = services.GetRequiredService<CalendarInForce>().Current;
        catalogue = services.GetRequiredService<CatalogueInForce>().Current;
    }

    /// <summary>Tells the stories where they have not been told.</summary>
    public static async Task Tell(IServiceProvider site, CancellationToken ct)
    {
        await using (var scope = site.CreateAsyncScope())
        {
            if (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FindProject(All()[0].Code), ct) is not null) return;
        }

        // The same program with another clock; what is in force is shared with the site.
        var time = new WalkedTime();
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(time);
        Site.AddServices(collection, site.GetRequiredService<IConfiguration>());
        collection.AddSingleton(site.GetRequiredService<CalendarInForce>());
        collection.AddSingleton(site.GetRequiredService<CatalogueInForce>());
        await using var services = collection.BuildServiceProvider();
        await using var walk = services.CreateAsyncScope();
        var stories = new Stories(walk.ServiceProvider, time);
        await walk.ServiceProvider.GetRequiredService<Db>().Transact(() => stories.Walk(site.GetRequiredService<ZoneClock>().Today, ct), ct);
        await stories.LeaveOneAsked();
    }

    private async Task<bool> Walk(DateOnly today, CancellationToken ct)
    {
        var last = days.Back(today.AddDays(-1), 0);
        foreach (var role in Enum.GetValues<Role>()) people[role] = await mediator.Send(new UsersOf(role), ct);
        for (var ago = stories.Max(s => s.DaysAgo) + LandLead + 1; ago >= 0; ago--)
        {
            var day = days.Back(last, ago);
            await Supervise(day);
            foreach (var story in stories)
            {
                var n = story.DaysAgo - ago; // the working day counted from the acceptance, which is 0
                if (n == -LandLead - 1 || (ago == 0 && n < 0)) await Register(story, day);
                if (n >= -LandLead) await StepLand(story, day, n);
                if (n >= 0) await StepCases(story, day, n);
                if (n > 0) await CollectPapers(day);
                if (starts.TryGetValue(story.Code, out var start) && start == day) await StartWorks(story, day);
            }
        }

        foreach (var story in stories.Where(s => s.Invested > 0)) await Invest(story, Month.Ended(today), last);
        return true;
    }

    /// <summary>The alerts of the day; then of the orders every second one is answered on the next working day, and closed within the week.</summary>
    private async Task Supervise(DateOnly day)
    {
        At(day, 7, 0, Role.Supervisor);
        actor.BecomeSystem();
        while ((await mediator.Send(new RaiseAlerts.Command())).More)
        {
        }

        foreach (var order in (await mediator.Send(new ListOrders.Query(Rows: 200))).Orders)
        {
            if (!orders.Contains(order.Number)) orders.Add(order.Number);
            var age = days.Count(clock.DayOf(order.OpenedAt), day).Days;
            if (orders.IndexOf(order.Number) % 2 != 0 || age == 0 || !people[Role.DepartmentHead].Any(p => p.Department == order.Department)) continue;
            if (order.State == OrderState.Open)
            {
                At(day, 9, 0, Role.DepartmentHead, order.Department);
                await mediator.Send(new AnswerOrder.Command(order.Number, "补充审查用时较长，未能按期办结", "已安排专人办理，每日跟进", days.Add(day, 3).Date));
            }
            else if (order.State == OrderState.Answered && age >= 4)
            {
                At(day, 16, 30, Role.Supervisor);
                await mediator.Send(new CloseOrder.Command(order.Number, "措施可行，请按承诺日期办结"));
            }
        }
    }

    private async Task Register(Story story, DateOnly day)
    {
        At(day, 9, 0, Role.WindowClerk);
        var first17 = $"91510300MA6X{story.Number:00000}";
        await mediator.Send(new RegisterProject.Command(
            story.Code,
            story.Name,
            $"示例企业{story.Number:00}有限公司",
            first17 + CreditCode.CheckCharacter(first17),
            story.Process,
            story.Wan,
            RegisterProject.MoneyUnit.Wan,
            story.Area,
            $"示例园区 {story.Number} 号地",
            story.Number == 1 ? ["一期", "二期"] : null,
            Plan(story, day),
            "manager",
            "agent"));
        ids[story.Code] = (await mediator.Send(new FindProject(story.Code)))!.Id;
    }

    /// <summary>Land in the first week, permits as the process allows, works on the day after.</summary>
    private List<PlannedMilestone> Plan(Story story, DateOnly registered)
    {
        var process = catalogue.Processes.Where(p => p.Code == story.Process).MaxBy(p => p.Version)!;
        var total = process.BaselineWorkingDays;
        DateOnly After(int workingDays) => days.Add(registered, workingDays).Date;
        return
        [
            new(MilestoneKind.LandAcquired, After(1)),
            new(MilestoneKind.HandedOver, After(LandLead)),
            new(MilestoneKind.Titled, After(LandLead)),
            new(MilestoneKind.ConstructionPermit, After(LandLead + 1 + (story.Process == "IND-REFORM" ? 25 : total))),
            new(MilestoneKind.ConstructionStarted, After(LandLead + 2 + (story.Process == "IND-REFORM" ? 25 : total))),
        ];
    }

    private async Task StepLand(Story story, DateOnly day, int n)
    {
        if (story.Land == Land.None) return;
        var price = Math.Round(story.Area * 240 / 10_000) * 10_000;
        switch (n + LandLead)
        {
            case 0:
                At(day, 10, 0, Role.WindowClerk);
                await mediator.Send(new OpenParcel.Command(story.Code, story.Parcel, story.Area, 312.50m, 50));
                At(day, 10, 30, Role.Reviewer, "ZRZY");
                await mediator.Send(new SignContract.Command($"示例合同-{story.Number:000}", day, price, day.AddDays(30), day.AddDays(60), day.AddDays(760), story.Parcel));
                break;
            case 1:
                At(day, 10, 0, Role.WindowClerk);
                var half = Math.Round(price / 2, 2);
                await mediator.Send(new RecordPayment.Command(PaymentKind.Price, half, day, $"示例缴款-{story.Number:000}-1", story.Parcel));
                if (story.Land == Land.Paying) break;
                await mediator.Send(new RecordPayment.Command(PaymentKind.Price, price - half, day, $"示例缴款-{story.Number:000}-2", story.Parcel));
                await mediator.Send(new RecordPayment.Command(PaymentKind.Tax, Math.Round(price * 0.03m, 2), day, $"示例完税-{story.Number:000}", story.Parcel));
                break;
            case 2:
                At(day, 10, 0, Role.Reviewer, "CH");
                await mediator.Send(new RecordParcelSurvey.Command($"示例宗地图-{story.Number:000}", day, story.Parcel));
                if (story.Land == Land.Paying) break;
                At(day, 10, 30, Role.Reviewer, "GWHJS");
                await mediator.Send(new RecordSiteSurvey.Command(story.Land == Land.Levelling ? 312.12m : 312.52m, day, "示例测绘单位", story.Parcel));
                if (story.Land == Land.Levelling)
                    await mediator.Send(new OrderLevelling.Command($"示例平场令-{story.Number:000}", day, days.Add(day, 15).Date, "场平标高低于工艺设计要求 0.38 米，组织二次精平", story.Parcel));
                break;
            case 3 when story.Land == Land.Titled:
                At(day, 11, 0, Role.Reviewer, "ZRZY");
                await mediator.Send(new HandOverWithTitle.Command($"示例交地-{story.Number:000}", $"示例不动产权第{story.Number:0000}号", day, "自然资源规划、企业、管委会", story.Parcel));
                break;
        }
    }

    private async Task StepCases(Story story, DateOnly day, int n)
    {
        if (n == 0 && story.Form != Form.None)
        {
            At(day, 9, 30, Role.WindowClerk, login: story.Clerk);
            var process = catalogue.Processes.Where(p => p.Code == story.Process).MaxBy(p => p.Version)!;
            var wanted = Checklist.Of(process, [.. process.Items]).Select(l => l.Document.Code).ToList();
            if (story.Form == Form.Correcting) wanted.RemoveRange(0, 2);
            var taken = await mediator.Send(new TakeIn.Command(Guid.CreateVersion7().ToString(), story.Code, [.. process.Items.Select(i => i.Item.Code)], wanted, "示例经办", "0813-0000000"));
            story.Application = taken.Number;
            if (story.Form == Form.Correcting)
            {
                At(day, 10, 30, Role.WindowClerk, login: story.Clerk);
                var missing = Checklist.Of(process, [.. process.Items]).Take(2);
                await mediator.Send(new AskCorrection.Command([.. missing.Select(l => new AskCorrection.Wrong(l.Document.Code, "未提交，请补交原件"))], taken.Number));
            }
            else if (story.Form == Form.Accepted)
            {
                At(day, 10, 0, Role.WindowClerk, login: story.Clerk);
                await mediator.Send(new Accept.Command(taken.Number));
            }

            return;
        }

        if (story.Form != Form.Accepted || n <= 0) return;
        foreach (var open in await mediator.Send(new CasesOfProject(ids[story.Code])))
        {
            if (!open.Status.IsStarted() || open.AcceptedOn is not { } accepted) continue;
            var item = catalogue.Item(open.ItemId)!;
            var used = days.Count(accepted, day).Days;
            var takes = story.Takes.TryGetValue(item.Code, out var given) ? given : item.Promised!.Value.Value;
            if (used == 2 && item.Code == story.Pauses) await Pause(story, open, item, day);
            else if (used == 2 && item.Code == story.Extends) await Extend(story, open, item, day);
            else if (open.Status == CaseStatus.SpecialProcedureStarted) continue;
            else if (used >= takes) await DecideCase(story, open, item, day);
            else if (used == 1 && open.Status == CaseStatus.Accepted)
            {
                At(day, 11, 0, Role.Reviewer, item.Department);
                await mediator.Send(new StartHandling.Command(open.Number));
            }
        }
    }

    private async Task Pause(Story story, CaseFact open, Item item, DateOnly day)
    {
        At(day, 14, 0, Role.Reviewer, item.Department);
        await WithHead(item.Department, new PauseCase.Command(open.Number, "expert-review", PlannedDays: 10, NoticeNumber: $"示例告知-{story.Number:000}-{item.Code}"));
    }

    private async Task Extend(Story story, CaseFact open, Item item, DateOnly day)
    {
        At(day, 14, 0, Role.Reviewer, item.Department);
        await WithHead(item.Department, new ExtendCase.Command(open.Number, 5, "设计方案调整较大，需再次现场核对", $"示例延期-{story.Number:000}-{item.Code}"));
    }

    /// <summary>Asked for and approved in one: what waits for a second person would outlast the one transaction of the stories.</summary>
    private Task<T> WithHead<T>(string department, IRequest<T> command)
    {
        var head = people[Role.DepartmentHead].First(p => p.Department == department);
        return second.Approved(new($"{head.Name}（{head.Login}）", new HashSet<Role> { Role.DepartmentHead }, department, clock.Now), () => mediator.Send(command));
    }

    /// <summary>The last thing that happened: a reviewer asks for a pause, and the head has not looked at it yet.</summary>
    private async Task LeaveOneAsked()
    {
        foreach (var story in stories.Where(s => s.Form == Form.Accepted))
        {
            foreach (var open in await mediator.Send(new CasesOfProject(ids[story.Code])))
            {
                var item = catalogue.Item(open.ItemId)!;
                if (open.Status != CaseStatus.DepartmentStarted || item.Code == story.Pauses || item.Code == story.Extends) continue;
                At(clock.Today, 16, 40, Role.Reviewer, item.Department);
                try
                {
                    await mediator.Send(new PauseCase.Command(open.Number, "expert-review", PlannedDays: 5, NoticeNumber: $"示例告知-{story.Number:000}-{item.Code}"));
                }
                catch (Asked)
                {
                    return;
                }
            }
        }
    }

    private async Task DecideCase(Story story, CaseFact open, Item item, DateOnly day)
    {
        At(day, 15, 0, Role.Reviewer, item.Department);
        var certificate = item.Result.Zh.Length == 0 ? null : $"{item.CertificatePrefix}示例{story.Number:000}-{item.Code}号";
        if (item.Code == story.Refuses)
        {
            await mediator.Send(new RefuseCase.Command(open.Number, "选址不符合规划环评准入要求，请调整工艺后重新申请"));
            return;
        }

        if (item.Code == story.Owes)
            await mediator.Send(new ApproveWithDocumentsOwed.Command(open.Number, certificate, [item.Documents[^1].Code], days.Add(day, 20).Date, "主要材料齐全，次要材料承诺补交"));
        else
            await mediator.Send(new ApproveCase.Command(open.Number, certificate, "符合条件，同意"));

        // Papers are collected after two days; the newest still wait at the window.
        collects.Add((days.Add(day, 2).Date, open.Number, story.Clerk));
        if (item.Code is "A08" or "B13") starts[story.Code] = days.Add(day, 1).Date;
    }

    private async Task CollectPapers(DateOnly day)
    {
        foreach (var (_, number, clerk) in collects.Where(c => c.On == day))
        {
            At(day, 16, 0, Role.WindowClerk, login: clerk);
            await mediator.Send(new HandOut.Command("示例经办", day, number));
        }

        collects.RemoveAll(c => c.On <= day);
    }

    private async Task StartWorks(Story story, DateOnly day)
    {
        At(day, 17, 0, Role.ProjectManager);
        await mediator.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, day, ProjectCode: story.Code));
    }

    /// <summary>A fifth of the whole is planned for the year, most of it until now; each month has its share of what was done.</summary>
    private async Task Invest(Story story, Month asOf, DateOnly day)
    {
        At(day, 17, 30, Role.ProjectManager);
        var year = Math.Round(story.Wan / 5);
        decimal Planned(int month) => Math.Round(month <= asOf.Number ? year * (asOf.Number == 12 ? 1 : 0.8m) / asOf.Number : year * 0.2m / (12 - asOf.Number));
        decimal? Done(int month) => month > asOf.Number || (story.IsSilent && month == asOf.Number) ? null : Math.Round(Planned(month) * story.Invested / 100, 2);
        await mediator.Send(new EnterInvestment.Command([.. Enumerable.Range(1, 12).Select(m => new EnterInvestment.Entry(new Month(asOf.Year, m).ToString(), Planned(m), Done(m)))], MoneyUnit.Wan, story.Code));
    }

    /// <summary>Somebody of the role sits down at a time of a day.</summary>
    private void At(DateOnly day, int hour, int minute, Role role, string? department = null, string? login = null)
    {
        time.Now = new DateTimeOffset(clock.Utc(day.ToDateTime(new TimeOnly(hour, minute))), TimeSpan.Zero);
        var person = people[role].First(p => (department is null || p.Department == department) && (login is null || p.Login == login));
        actor.Become(person.Id, person.Login, person.Name, person.Department, [role], window: person.WindowId);
    }

    private sealed class WalkedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
