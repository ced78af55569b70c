using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;

namespace Approvals.Modules.Land;

/// <summary>A parcel with all that decides its handover: contract, payments, the newest site survey, title.</summary>
internal sealed record Parcel
{
    public long Id { get; init; }
    public string Number { get; init; } = "";
    public long ProjectId { get; init; }
    public long AreaDm2 { get; init; }
    public int RequiredLevelMm { get; init; }
    public int ToleranceMm { get; init; }

    public string? ContractNumber { get; init; }
    public DateOnly? SignedOn { get; init; }
    public DateTime? ContractRecordedAt { get; init; }
    public long PriceFen { get; init; }
    public long PaidFen { get; init; }
    public DateOnly? PaymentBy { get; init; }
    public DateOnly? HandoverBy { get; init; }
    public DateOnly? StartBy { get; init; }
    public DateOnly? CompleteBy { get; init; }

    public DateOnly? LastPaidOn { get; init; }
    public DateOnly? TaxPaidOn { get; init; }

    public int Surveys { get; init; }
    public long? SurveyId { get; init; }
    public DateOnly? SurveyedOn { get; init; }
    public int MeasuredLevelMm { get; init; }
    public bool IsWithinTolerance { get; init; }
    public string? OrderNumber { get; init; }
    public DateOnly? OrderedOn { get; init; }
    public DateOnly? FinishBy { get; init; }

    public string? MapNumber { get; init; }
    public DateOnly? ParcelSurveyedOn { get; init; }

    public string? HandoverNumber { get; init; }
    public DateOnly? HandedOverOn { get; init; }
    public string? ConfirmedBy { get; init; }
    public string? CertificateNumber { get; init; }
    public DateOnly? TitledOn { get; init; }

    public long OwedFen => PriceFen - PaidFen;

    public int DifferenceMm => MeasuredLevelMm - RequiredLevelMm;
}

/// <summary>Finds parcels, for the slices of this module.</summary>
internal static class Parcels
{
    private const string All = """
        SELECT p.id, p.number, p.project_id, p.area_dm2, p.required_level_mm, p.tolerance_mm,
               c.number AS contract_number, c.signed_on, c.recorded_at AS contract_recorded_at, c.price_fen, c.paid_fen,
               c.payment_by, c.handover_by, c.start_by, c.complete_by,
               (SELECT MAX(y.paid_on) FROM land_payment y WHERE y.parcel_id = p.id AND y.kind = 'price') AS last_paid_on,
               (SELECT MIN(y.paid_on) FROM land_payment y WHERE y.parcel_id = p.id AND y.kind = 'tax') AS tax_paid_on,
               p.surveys, s.id AS survey_id, s.surveyed_on, s.measured_level_mm, s.is_within_tolerance,
               o.number AS order_number, o.issued_on AS ordered_on, o.finish_by,
               m.map_number, m.surveyed_on AS parcel_surveyed_on,
               h.number AS handover_number, h.handed_over_on, h.confirmed_by,
               t.certificate_number, t.issued_on AS titled_on
          FROM land_parcel p
          LEFT JOIN land_contract c ON c.parcel_id = p.id
          LEFT JOIN land_site_survey s ON s.parcel_id = p.id AND s.number = p.surveys
          LEFT JOIN land_levelling_order o ON o.survey_id = s.id
          LEFT JOIN land_parcel_survey m ON m.parcel_id = p.id
          LEFT JOIN land_handover h ON h.parcel_id = p.id
          LEFT JOIN land_title t ON t.parcel_id = p.id
        """;

    private const string ByNumber = All + "\n WHERE p.number = @number";
    private const string ByProject = All + "\n WHERE p.project_id = @projectId\n ORDER BY p.id";
    private const string After = All + "\n WHERE p.number > @after\n ORDER BY p.number";
    private const string OpenAfter = All + "\n WHERE p.number > @after AND t.parcel_id IS NULL\n ORDER BY p.number";

    private const string OwnAfter = All + """

         WHERE p.project_id IN (SELECT m.id FROM projects_public_project m WHERE m.manager_id = @manager
                                UNION ALL
                                SELECT g.id FROM projects_public_project g WHERE g.agent_id = @agent)
           AND p.number > @after AND (@open = 0 OR t.parcel_id IS NULL)
         ORDER BY p.number
        """;

    private const string Take = "UPDATE land_parcel SET changes = changes + 1 WHERE number = @number";

    private const string Hold = "UPDATE land_parcel SET changes = changes WHERE project_id = @projectId";

    /// <summary>Numbers of parcels, contracts and papers as they are stored and compared.</summary>
    public static string Key(string? number) => (number ?? "").Trim().ToUpperInvariant();

    public static async Task<Parcel> ParcelOf(this Db db, string number, CancellationToken ct) =>
        await db.Find<Parcel>(ByNumber, new { number = Key(number) }, ct) ?? throw NoSuch(number);

    /// <summary>The parcel, held for this command: another command on it waits for this one to end.</summary>
    public static async Task<Parcel> TakeParcel(this Db db, string number, CancellationToken ct)
    {
        if (await db.Execute(Take, new { number = Key(number) }, ct) == 0) throw NoSuch(number);
        return await db.ParcelOf(number, ct);
    }

    /// <summary>
    /// Before a command asks whether its parcel was the project's last. On a server two parcels that are finished at once
    /// would each see the other as open, and neither would report the milestone: the second waits here for the first.
    /// </summary>
    public static Task HoldParcelsOfProject(this Db db, long projectId, CancellationToken ct) => db.Execute(Hold, new { projectId }, ct);

    public static Task<IReadOnlyList<Parcel>> ParcelsOfProject(this Db db, long projectId, CancellationToken ct) =>
        db.Query<Parcel>(ByProject, new { projectId }, ct);

    public static Task<IReadOnlyList<Parcel>> ParcelsAfter(this Db db, int rows, string after, bool openOnly, CancellationToken ct) =>
        db.First<Parcel>(rows, openOnly ? OpenAfter : After, new { after = Key(after) }, ct);

    /// <summary>The same of the projects that are the actor's own.</summary>
    public static Task<IReadOnlyList<Parcel>> OwnParcelsAfter(this Db db, int rows, string after, bool openOnly, Actor actor, CancellationToken ct) =>
        db.First<Parcel>(rows, OwnAfter, new { after = Key(after), open = openOnly ? 1 : 0, manager = actor.AsManager, agent = actor.AsAgent }, ct);

    private static Refused NoSuch(string number) => Refused.NotFound("land.noSuchParcel", "number",
        $"没有编号为「{number}」的地块，请核对编号，或先登记地块。", $"There is no parcel “{number}”; check the number, or register the parcel first.");
}
