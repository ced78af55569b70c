using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;

namespace Approvals.Modules.OneWindow;

/// <summary>Where an application stands at the window. Stored by name.</summary>
internal enum ApplicationState
{
    Received,
    Correcting,
    Accepted,
    NotAccepted,
    NoPermitNeeded,
    Withdrawn,
}

/// <summary>What the window owes the applicant, and until when.</summary>
internal static class WindowDuties
{
    /// <summary>Working days to accept, or to tell once everything that is missing (行政许可法 32).</summary>
    public const int AnswerWithin = 5;

    /// <summary>Working days from the decision to the delivery of its paper (行政许可法 44).</summary>
    public const int DeliverWithin = 10;

    /// <param name="applicationId">The application.</param>
    /// <param name="number">Its number.</param>
    /// <param name="office">Says which day they count as received.</param>
    /// <param name="at">When the documents came.</param>
    /// <param name="again">They came upon a correction: they are looked at afresh, and the days run from the day they came.</param>
    public static ClockStart Answer(long applicationId, string number, OfficeHours office, DateTime at, bool again) =>
        new("application", applicationId, again ? Rules.Answer + ":2" : Rules.Answer, number, "", office.DayOf(at), new Limit(AnswerWithin, Limit.WorkingDays)) { CarriedFrom = office.CarriedFrom(at) };

    public static ClockStart Delivery(CaseDecided decided) =>
        new("case", decided.CaseId, Rules.Delivery, decided.CaseNumber, "", decided.DecidedOn, new Limit(DeliverWithin, Limit.WorkingDays), decided.ItemCode);

    public static Text Name(this ApplicationState state) => state switch
    {
        ApplicationState.Received => new("待受理", "Awaiting acceptance"),
        ApplicationState.Correcting => new("补正中", "Being corrected"),
        ApplicationState.Accepted => new("已受理", "Accepted"),
        ApplicationState.NotAccepted => new("不予受理", "Not accepted"),
        ApplicationState.NoPermitNeeded => new("不受理（无需许可）", "No permit needed"),
        ApplicationState.Withdrawn => new("已撤件", "Withdrawn"),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string Css(this ApplicationState state) => state switch
    {
        ApplicationState.Accepted => "state state-done",
        ApplicationState.Correcting => "state state-waiting",
        ApplicationState.NotAccepted or ApplicationState.NoPermitNeeded or ApplicationState.Withdrawn => "state state-refused",
        _ => "state",
    };
}
