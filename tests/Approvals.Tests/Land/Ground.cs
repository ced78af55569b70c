using System.Globalization;
using Approvals.Modules.Land;
using Approvals.Tests.Projects;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Land;

/// <summary>A project with its parcel A-07, brought step by step to where a test wants it.</summary>
internal static class Ground
{
    public const string Project = "2601-510300-04-01-900001";
    public const string Parcel = "A-07";

    public static readonly SignContract.Command Contract = new(
        "示例合同-001", Day("2026-02-25"), 12_000_000m, Day("2026-03-31"), Day("2026-04-30"), Day("2027-12-31"), Parcel);

    public static readonly HandOverWithTitle.Command Both = new("JD-2026-07", "川（2026）示例不动产权第0000007号", Day("2026-03-02"), "自规、企业、管委会", Parcel);

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static async Task OpenParcel(this App app, decimal areaM2 = 80_000m)
    {
        await app.Send(RegisterProjectTests.Right, Person.Clerk);
        await app.Do(new OpenParcel.Command(Project, Parcel, areaM2, 312.5m, 100));
    }

    /// <summary>Contract, price, tax, parcel survey and a site within tolerance, save what a test leaves out.</summary>
    public static async Task BringToHandover(this App app, bool contract = true, decimal price = 12_000_000m, bool tax = true, bool site = true, bool map = true)
    {
        await app.OpenParcel();
        if (contract) await app.Do(Contract);
        if (contract && price > 0) await app.Pay(price, "JK-1");
        if (contract && tax) await app.Do(new RecordPayment.Command(PaymentKind.Tax, 360_000m, Day("2026-02-27"), "QS-1", Parcel));
        if (site) await app.Survey(312.46m, "2026-02-27");
        if (map) await app.Do(new RecordParcelSurvey.Command("ZD-07", Day("2026-02-27"), Parcel));
    }

    public static Task<RecordPayment.Result> Pay(this App app, decimal yuan, string voucher, string on = "2026-02-26") =>
        app.Do(new RecordPayment.Command(PaymentKind.Price, yuan, Day(on), voucher, Parcel));

    public static Task<RecordSiteSurvey.Result> Survey(this App app, decimal level, string on) =>
        app.Do(new RecordSiteSurvey.Command(level, Day(on), "示例测绘院", Parcel));

    public static Task<GetParcel.Result> Parcel07(this App app) => app.Send(new GetParcel.Query(Parcel), Person.Auditor);

    /// <summary>Moves the wall clock forward to this local time.</summary>
    public static void At(this App app, string local) =>
        app.Clock.SetUtcNow(new DateTimeOffset(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(8)));

    /// <summary>Whose step of the land it is; everything else is the window's.</summary>
    public static Person Who(object request) => request switch
    {
        SignContract.Command or HandOverParcel.Command or HandOverWithTitle.Command => Person.Reviewer("ZRZY"),
        RecordSiteSurvey.Command or OrderLevelling.Command => Person.Reviewer("GWHJS"),
        RecordParcelSurvey.Command => Person.Reviewer("CH"),
        IssueTitle.Command => Person.Reviewer("BDCDJ"),
        _ => Person.Clerk,
    };

    /// <summary>Contract and payments of these tests are days old, as what a zone brings with it; what people enter late takes two.</summary>
    public static Task<T> Do<T>(this App app, IRequest<T> request) => app.Send(request, request is SignContract.Command or RecordPayment.Command ? Person.System : Who(request));

    /// <summary>The refusal a request ends with.</summary>
    public static async Task<Refused> Refusal<T>(this App app, IRequest<T> request, Person? who = null)
    {
        try
        {
            await app.Send(request, who ?? Who(request));
        }
        catch (Refused refused)
        {
            return refused;
        }

        throw new AssertionException($"{typeof(T)} was not refused.");
    }

    public static string[] Codes(this Refused refused) => [.. refused.Problems.Select(p => p.Code)];

    public static string[] Fields(this Refused refused) => [.. refused.Problems.Select(p => p.Field)];
}
