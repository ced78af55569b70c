using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Permits;

/// <summary>What the tests of cases have in common: a project, and applications of some of its items.</summary>
internal static class Scene
{
    public const string ProjectCode = "2601-510300-04-01-900001";

    public static async Task<long> Project(this App app, string code = ProjectCode) => (await app.Send(
        new RegisterProject.Command(code, "精密结构件厂房一期（示例）", "示例科技有限公司", "91510300MA0000001Y", "IND-REFORM", 125_000m, RegisterProject.MoneyUnit.Wan, 80_000m, "高新区示例路"),
        Person.Clerk)).Id;

    /// <summary>Taken in with every document; the cases' numbers by item code.</summary>
    public static async Task<Application> Receive(this App app, string project, params string[] items)
    {
        var catalogue = app.Services.GetRequiredService<CatalogueInForce>().Current;
        var documents = catalogue.Items.Where(i => items.Contains(i.Code)).SelectMany(i => i.Documents).Select(d => d.Code).Distinct().ToList();
        var taken = await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), project, items, documents, "示例经办", "0813-0000000"), Person.Clerk);
        var cases = await app.Send(new CasesOfApplication(taken.Number), Person.Clerk);
        return new(taken.Number, cases.ToDictionary(c => c.ItemCode, c => c.Number));
    }

    /// <summary>Taken in and accepted at once.</summary>
    public static async Task<Application> Apply(this App app, string project, params string[] items)
    {
        var application = await app.Receive(project, items);
        await app.Send(new Accept.Command(application.Number), Person.Clerk);
        return application;
    }

    public static Task<Decide.Result> Approve(this App app, string number, string department, DateTime? occurredAt = null, string? lateReason = null) =>
        app.Send(new ApproveCase.Command(number, "示例文号〔2026〕1号", null, occurredAt, lateReason), Person.Reviewer(department));

    public static Task<Decide.Result> Refuse(this App app, string number, string department) =>
        app.Send(new RefuseCase.Command(number, "材料与现场不符"), Person.Reviewer(department));

    public static async Task<CaseFact> Case(this App app, string number) =>
        (await app.Send(new CasesOfApplication(number[..number.LastIndexOf('-')]), Person.Clerk)).Single(c => c.Number == number);

    public static async Task<IReadOnlyList<ShowCase.Event>> Log(this App app, string number) =>
        [.. (await app.Send(new ShowCase.Query(number), Person.Auditor)).Events.Reverse()];

    /// <summary>The refusal of what must be refused.</summary>
    public static Task<Refused> Refusal<T>(this App app, IRequest<T> request, Person who) => RefusalOf(() => app.Send(request, who));

    public static async Task<Refused> RefusalOf(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Refused refused)
        {
            return refused;
        }

        throw new AssertionException("It was not refused.");
    }

    /// <summary>A command between modules, sent as another module's command sends it: inside a transaction.</summary>
    public static async Task Within<T>(this App app, IRequest<T> request)
    {
        await using var scope = app.Services.CreateAsyncScope();
        Person.Clerk.Sit(scope.ServiceProvider.GetRequiredService<Actor>());
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await scope.ServiceProvider.GetRequiredService<Db>().Transact(() => mediator.Send(request), CancellationToken.None);
    }

    /// <summary>The same, with what it answers.</summary>
    public static async Task<T> Inside<T>(this App app, IRequest<T> request)
    {
        await using var scope = app.Services.CreateAsyncScope();
        Person.Clerk.Sit(scope.ServiceProvider.GetRequiredService<Actor>());
        return await scope.ServiceProvider.GetRequiredService<Db>().Transact(() => scope.ServiceProvider.GetRequiredService<IMediator>().Send(request), CancellationToken.None);
    }

    public static string Code(this Refused refused) => refused.Problems.Single().Code;

    public static string Zh(this Refused refused) => string.Join(' ', refused.Problems.Select(p => p.Message.Zh));

    internal sealed record Application(string Number, IReadOnlyDictionary<string, string> Cases)
    {
        public string this[string item] => Cases[item];
    }
}
