using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Projects;

/// <summary>登记项目: one form; everything wrong is told at once and nothing typed is lost.</summary>
[Needs(Act.RegisterProject)]
internal sealed class NewProjectModel(IMediator mediator, CatalogueInForce catalogue, ZoneClock clock) : PageModel
{
    public static readonly IReadOnlyList<MilestoneKind> Kinds = Enum.GetValues<MilestoneKind>();

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Enterprise { get; set; }

    [BindProperty]
    public string? CreditCode { get; set; }

    [BindProperty]
    public string? ProcessCode { get; set; }

    [BindProperty]
    public decimal? Investment { get; set; }

    [BindProperty]
    public RegisterProject.MoneyUnit InvestmentUnit { get; set; } = RegisterProject.MoneyUnit.Wan;

    [BindProperty]
    public decimal? LandArea { get; set; }

    [BindProperty]
    public string? Place { get; set; }

    /// <summary>One a line.</summary>
    [BindProperty]
    public string? Phases { get; set; }

    [BindProperty]
    public Dictionary<MilestoneKind, DateOnly?> Plan { get; set; } = [];

    /// <summary>What is not planned by hand is planned by the process from this day; none leaves it open.</summary>
    [BindProperty]
    public DateOnly? PlanFrom { get; set; }

    [BindProperty]
    public string? Manager { get; set; }

    [BindProperty]
    public string? Agent { get; set; }

    public IReadOnlyList<Process> Processes { get; private set; } = [];

    public IReadOnlyList<UserFacts> Managers { get; private set; } = [];

    public IReadOnlyList<UserFacts> Agents { get; private set; } = [];

    /// <summary>What was typed, as people read it: 12.5 亿元 · 80,000 m²（120 亩）.</summary>
    public string Sizes
    {
        get
        {
            var parts = new List<string>();
            // A number may be longer than any product of it fits a decimal.
            var fen = (Investment is > 0 and < 1_000_000_000_000_000 ? Investment : null) * (InvestmentUnit == RegisterProject.MoneyUnit.Wan ? 1_000_000 : 100);
            if (fen is > 0 and < long.MaxValue && fen == decimal.Truncate(fen.Value)) parts.Add(Measures.Money((long)fen).ToString());
            if (LandArea is > 0 and < 1_000_000_000_000 && LandArea * 100 == decimal.Truncate(LandArea.Value * 100)) parts.Add(Measures.Area((long)(LandArea.Value * 100)).ToString());
            return string.Join(" · ", parts);
        }
    }

    public async Task OnGetAsync()
    {
        await Load();
        ProcessCode = Processes.MaxBy(p => p.EffectiveFrom)?.Code;
        PlanFrom = clock.Today;
    }

    /// <summary>The sizes while they are typed; wrong input says nothing here, the form does when it is sent.</summary>
    public IActionResult OnGetSizes(decimal? investment, RegisterProject.MoneyUnit investmentUnit, decimal? landArea)
    {
        (Investment, InvestmentUnit, LandArea) = (investment, investmentUnit, landArea);
        return Content(Sizes, "text/plain; charset=utf-8");
    }

    public Task<IActionResult> OnPostAsync() => this.Do(
        async () =>
        {
            var result = await mediator.Send(new RegisterProject.Command(
                Code ?? "",
                Name ?? "",
                Enterprise ?? "",
                CreditCode ?? "",
                ProcessCode ?? "",
                Investment,
                InvestmentUnit,
                LandArea,
                Place ?? "",
                (Phases ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                [.. Plan.Where(p => p.Value is not null).Select(p => new PlannedMilestone(p.Key, p.Value))],
                Manager,
                Agent,
                PlanFrom));
            return Redirect($"/projects/{result.Code}");
        },
        Load);

    public bool Wrong(string field) => ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0;

    public string? Given(string field) =>
        ModelState.TryGetValue(field, out var entry) && entry.AttemptedValue is { } typed ? typed : null;

    public string? Planned(MilestoneKind kind) =>
        Given($"Plan[{kind}]") ?? Plan.GetValueOrDefault(kind)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task Load()
    {
        Processes = [.. catalogue.Current.InForce(clock.Today).OrderByDescending(p => p.EffectiveFrom)];
        Managers = await mediator.Send(new UsersOf(Role.ProjectManager));
        Agents = await mediator.Send(new UsersOf(Role.Agent));
    }
}
