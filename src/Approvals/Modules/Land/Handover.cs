using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Land;

/// <summary>How a step of the handover stands.</summary>
internal enum StepState
{
    Done,

    /// <summary>It can be done now.</summary>
    Current,

    /// <summary>A paper or a fact is missing, and whoever owes it can bring it now.</summary>
    Missing,

    /// <summary>A defect stands in the way.</summary>
    Blocked,

    /// <summary>It waits for an earlier step.</summary>
    Waiting,
}

/// <param name="Code">The land step of the catalogue, L08–L13.</param>
/// <param name="Detail">What there is, or what is missing and what to do.</param>
internal sealed record Step(string Code, Text Name, StepState State, DateOnly? On, Text Detail);

/// <summary>What a person does next with a parcel.</summary>
internal enum NextAct
{
    SignContract,
    RecordPrice,
    RecordTax,
    RecordSiteSurvey,
    OrderLevelling,
    RecordParcelSurvey,
    HandOverWithTitle,
    HandOver,
    IssueTitle,
    Nothing,
}

/// <summary>
/// The way of a parcel from contract to title, decided from its facts alone: page, API and commands ask here.
/// </summary>
/// <remarks>
/// Handover (净地交付, L11) needs the sale contract, the price paid in full and a site within tolerance; title (首次登记,
/// L13) needs contract, price, deed tax, the parcel survey and the handover. The certificate follows only upon payment of
/// the whole price, never in part for a part of it: 招标拍卖挂牌出让国有建设用地使用权规定 (国土资源部令第39号) 第二十三条,
/// quoted from memory in the domain reference and to be checked there before it is cited as law. 交地即交证 is no other
/// rule: it is both steps on one day, so all that either needs must be there before.
/// </remarks>
internal static class Handover
{
    private static readonly Func<Parcel, Problem?>[] HandoverNeeds = [Contract, Price, Site];
    private static readonly Func<Parcel, Problem?>[] TitleNeeds = [Contract, Price, Tax, ParcelSurvey, HandedOver];
    private static readonly Func<Parcel, Problem?>[] BothNeed = [Contract, Price, Tax, Site, ParcelSurvey];

    public static IReadOnlyList<Problem> MissingForHandover(Parcel parcel) => Ask(HandoverNeeds, parcel);

    public static IReadOnlyList<Problem> MissingForTitle(Parcel parcel) => Ask(TitleNeeds, parcel);

    /// <summary>What title on the day of the handover still lacks.</summary>
    public static IReadOnlyList<Problem> MissingForBoth(Parcel parcel) => Ask(BothNeed, parcel);

    /// <summary>All that still stands between the parcel and its title; empty once it is titled, or when only the handover itself is left.</summary>
    public static IReadOnlyList<Problem> Missing(Parcel parcel) => parcel switch
    {
        { TitledOn: not null } => [],
        { HandedOverOn: not null } => MissingForTitle(parcel),
        _ => MissingForBoth(parcel),
    };

    public static NextAct Next(Parcel parcel) => parcel switch
    {
        { TitledOn: not null } => NextAct.Nothing,
        { ContractNumber: null } => NextAct.SignContract,
        { HandedOverOn: not null, TaxPaidOn: null } => NextAct.RecordTax,
        { HandedOverOn: not null, MapNumber: null } => NextAct.RecordParcelSurvey,
        { HandedOverOn: not null } => NextAct.IssueTitle,
        { Surveys: 0 } => NextAct.RecordSiteSurvey,
        { IsWithinTolerance: false, OrderNumber: null } => NextAct.OrderLevelling,
        { IsWithinTolerance: false } => NextAct.RecordSiteSurvey,
        { OwedFen: > 0 } => NextAct.RecordPrice,
        { TaxPaidOn: null } => NextAct.RecordTax,
        { MapNumber: null } => NextAct.RecordParcelSurvey,
        _ => NextAct.HandOverWithTitle,
    };

    public static Text Name(NextAct act) => act switch
    {
        NextAct.SignContract => new("签订出让合同", "Sign the sale contract"),
        NextAct.RecordPrice => new("缴清出让价款", "Pay the price in full"),
        NextAct.RecordTax => new("缴纳契税", "Pay the deed tax"),
        NextAct.RecordSiteSurvey => new("场平测量", "Survey the site"),
        NextAct.OrderLevelling => new("下达二次平场令", "Order re-levelling"),
        NextAct.RecordParcelSurvey => new("权籍调查", "Survey the parcel"),
        NextAct.HandOverWithTitle => new("交地即交证", "Hand over with title"),
        NextAct.HandOver => new("净地交付", "Hand over"),
        NextAct.IssueTitle => new("颁发不动产权证书", "Issue the title"),
        NextAct.Nothing => new("已交地、已发证", "Handed over and titled"),
        _ => throw new ArgumentOutOfRangeException(nameof(act)),
    };

    public static IReadOnlyList<Step> Steps(Parcel p)
    {
        var signed = p.ContractNumber is not null;
        var contract = p switch
        {
            { ContractNumber: null } => new Step("L08", new("出让合同", "Sale contract"), StepState.Current, null, Contract(p)!.Message),
            _ => new Step("L08", new("出让合同", "Sale contract"), StepState.Done, p.SignedOn, new(
                $"{p.ContractNumber}，价款 {Measures.Money(p.PriceFen).Zh}，约定 {Words.Day(p.HandoverBy)} 前交地、{Words.Day(p.StartBy)} 前动工、{Words.Day(p.CompleteBy)} 前竣工",
                $"{p.ContractNumber}, {Measures.Money(p.PriceFen).En}; handover by {Words.Day(p.HandoverBy)}, start by {Words.Day(p.StartBy)}, completion by {Words.Day(p.CompleteBy)}")),
        };
        return
        [
            contract,
            Of("L09", new("价款缴清", "Price paid in full"), Price(p), StepState.Missing, waits: !signed, p.LastPaidOn,
                () => new($"已缴 {Measures.Money(p.PaidFen).Zh}", $"{Measures.Money(p.PaidFen).En} paid")),
            Of("L09", new("契税完税", "Deed tax paid"), Tax(p), StepState.Missing, waits: !signed, p.TaxPaidOn,
                () => new("完税证明已收", "Tax paper received")),
            Of("L10", new("场平验收", "Site levelling accepted"), Site(p), p is { Surveys: > 0, OrderNumber: null } ? StepState.Blocked : StepState.Missing, waits: false, p.SurveyedOn,
                () => new(
                    $"第 {p.Surveys} 次测量 {Measures.Metres(p.MeasuredLevelMm)} m，差 {Measures.MetresSigned(p.DifferenceMm)} m，合格",
                    $"Survey {p.Surveys}: {Measures.Metres(p.MeasuredLevelMm)} m, {Measures.MetresSigned(p.DifferenceMm)} m, within tolerance")),
            Of("L12", new("权籍调查", "Parcel survey"), ParcelSurvey(p), StepState.Missing, waits: false, p.ParcelSurveyedOn,
                () => new($"宗地图 {p.MapNumber}", $"Parcel map {p.MapNumber}")),
            p.HandedOverOn is { } day
                ? new("L11", new("净地交付", "Handover"), StepState.Done, day, new($"交地确认书 {p.HandoverNumber}，{p.ConfirmedBy}", $"Confirmation {p.HandoverNumber}, {p.ConfirmedBy}"))
                : Open("L11", new("净地交付", "Handover"), MissingForHandover(p), new("三方现场确认，签交地确认书", "Confirmed on site by the three parties")),
            p.TitledOn is { } titled
                ? new("L13", new("首次登记发证", "Title"), StepState.Done, titled, new($"不动产权证书 {p.CertificateNumber}", $"Certificate {p.CertificateNumber}"))
                : Open("L13", new("首次登记发证", "Title"), Missing(p), new("颁发不动产权证书，可与交地同日", "Issue the certificate, on the day of the handover if you wish")),
        ];

        static Step Open(string code, Text name, IReadOnlyList<Problem> missing, Text ready) => missing.Count == 0
            ? new(code, name, StepState.Current, null, ready)
            : new(code, name, StepState.Waiting, null, new($"还差 {missing.Count} 项", $"{missing.Count} missing"));

        static Step Of(string code, Text name, Problem? problem, StepState otherwise, bool waits, DateOnly? on, Func<Text> done) => problem is null
            ? new(code, name, StepState.Done, on, done())
            : new(code, name, waits ? StepState.Waiting : otherwise, null, problem.Message);
    }

    /// <summary>The day of a handover: not in the future, and not before what it rests on.</summary>
    public static void CheckHandoverDay(Check check, Parcel parcel, DateOnly? day, DateOnly today, string field)
    {
        NotInFuture(check, day, today, field, new("交付日期", "The handover date"));
        NotBefore(check, day, field, new("交付日期", "the handover"), parcel.SignedOn, new("合同签订日", "the contract"));
        NotBefore(check, day, field, new("交付日期", "the handover"), parcel.LastPaidOn, new("价款缴清日", "the last payment of the price"));
        NotBefore(check, day, field, new("交付日期", "the handover"), parcel.SurveyedOn, new("场平测量日", "the site survey"));
    }

    /// <summary>The day of a title: as for the handover, and not before it, the tax or the parcel survey.</summary>
    public static void CheckTitleDay(Check check, Parcel parcel, DateOnly? day, DateOnly? handedOverOn, DateOnly today, string field)
    {
        NotInFuture(check, day, today, field, new("发证日期", "The date of the title"));
        NotBefore(check, day, field, new("发证日期", "the title"), handedOverOn, new("交付日", "the handover"));
        NotBefore(check, day, field, new("发证日期", "the title"), parcel.TaxPaidOn, new("契税缴纳日", "the payment of the tax"));
        NotBefore(check, day, field, new("发证日期", "the title"), parcel.ParcelSurveyedOn, new("权籍调查日", "the parcel survey"));
    }

    public static void NotInFuture(Check check, DateOnly? day, DateOnly today, string field, Text name)
    {
        if (day is not { } given)
            check.Text(null, field, name.Zh, name.En, 1);
        else if (given > today)
            check.Add("date.inFuture", field, $"{name.Zh}不能晚于今天（{Words.Day(today)}）。", $"{name.En} may not be later than today ({Words.Day(today)}).");
        else if (given.Year < WorkingDays.FirstYear)
            check.Add("date.tooEarly", field, $"{name.Zh}早于 {WorkingDays.FirstYear} 年，请核对。", $"{name.En} lies before {WorkingDays.FirstYear}; check it.");
    }

    public static void NotBefore(Check check, DateOnly? day, string field, Text name, DateOnly? earlier, Text what)
    {
        if (day is { } given && earlier is { } limit && given < limit)
            check.Add("date.beforeEarlierStep", field,
                $"{name.Zh} {Words.Day(given)} 早于{what.Zh} {Words.Day(limit)}，请更正。", $"{Capital(name.En)} ({Words.Day(given)}) may not be before {what.En} ({Words.Day(limit)}).");
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static IReadOnlyList<Problem> Ask(Func<Parcel, Problem?>[] rules, Parcel parcel) => [.. rules.Select(rule => rule(parcel)).OfType<Problem>()];

    private static Problem? Contract(Parcel p) => p.ContractNumber is not null ? null : Lack("land.contractMissing",
        "缺出让合同（L08）：请先登记合同。", "The sale contract (L08) is missing: record it first.");

    private static Problem? Price(Parcel p) => p switch
    {
        { ContractNumber: null } => Lack("land.priceOwed", "出让价款未缴清（L09）：合同登记后录入缴款凭证。", "The price (L09) is not paid: record the payments once there is a contract."),
        { OwedFen: > 0 } => Lack("land.priceOwed",
            $"出让价款未缴清（L09）：合同价 {Measures.Money(p.PriceFen).Zh}，已缴 {Measures.Money(p.PaidFen).Zh}，尚欠 {Measures.Money(p.OwedFen).Zh}。",
            $"The price (L09) is not paid in full: {Measures.Money(p.OwedFen).En} of {Measures.Money(p.PriceFen).En} is owed."),
        _ => null,
    };

    private static Problem? Tax(Parcel p) => p.TaxPaidOn is not null ? null : Lack("land.taxMissing",
        "缺契税完税证明（L09）：请录入完税凭证。", "The paper of the deed tax (L09) is missing: record it.");

    private static Problem? Site(Parcel p) => p switch
    {
        { Surveys: 0 } => Lack("land.siteSurveyMissing", "场平未测量（L10）：请录入场平测量。", "The site (L10) has not been surveyed: record a survey."),
        { IsWithinTolerance: true } => null,
        { OrderNumber: null } => Lack("land.siteOutOfTolerance",
            $"场平超差（L10）：第 {p.Surveys} 次测量与要求差 {Measures.MetresSigned(p.DifferenceMm)} m，允许 ±{Measures.Metres(p.ToleranceMm)} m；请下达二次平场令。",
            $"The site (L10) is out of tolerance: survey {p.Surveys} differs by {Measures.MetresSigned(p.DifferenceMm)} m, ±{Measures.Metres(p.ToleranceMm)} m allowed; order re-levelling."),
        _ => Lack("land.siteOutOfTolerance",
            $"二次平场待复测（L10）：{p.OrderNumber}，要求 {Words.Day(p.FinishBy)} 前完成；完成后录入复测。",
            $"Re-levelling (L10) is ordered ({p.OrderNumber}, by {Words.Day(p.FinishBy)}); record the new survey when it is done."),
    };

    private static Problem? ParcelSurvey(Parcel p) => p.MapNumber is not null ? null : Lack("land.parcelSurveyMissing",
        "缺权籍调查（L12）：请录入宗地图。", "The parcel survey (L12) is missing: record the parcel map.");

    private static Problem? HandedOver(Parcel p) => p.HandedOverOn is not null ? null : Lack("land.notHandedOver",
        "尚未交地（L11）：先办理净地交付，或办理交地即交证。", "The land is not handed over (L11): hand it over first, or hand over with title.");

    private static Problem Lack(string code, string zh, string en) => new(code, "", new(zh, en));
}
