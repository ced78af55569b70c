using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>
/// Records a levelling survey (场平测量, L10). The newest one decides. One out of tolerance is a defect, and only a
/// survey after its levelling order can cure it: measuring again without levelling again is refused.
/// </summary>
internal static class RecordSiteSurvey
{
    /// <param name="MeasuredLevelM">The measured level, metres above datum, to the millimetre.</param>
    [RecordAs("登记场平测量", "Record the survey of the site", Subject.Parcel)]
    [Needs(Act.HandleLand)]
    internal sealed record Command(decimal? MeasuredLevelM, DateOnly? SurveyedOn, string Surveyor, string Number = "") : ICommand<Result>;

    /// <param name="DifferenceMm">Measured less required.</param>
    internal sealed record Result(string Number, int Survey, int DifferenceMm, bool IsWithinTolerance);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/site-surveys", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Record a levelling survey of the site");

    private sealed class Handler(Db db, Ids ids, ZoneClock clock, Actor actor, StepOwner owner, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Count = "UPDATE land_parcel SET surveys = surveys + 1 WHERE id = @Id AND surveys = @Surveys";

        private const string Insert = """
            INSERT INTO land_site_survey (id, parcel_id, number, surveyed_on, measured_level_mm, is_within_tolerance, surveyor, recorded_at, recorded_by)
            VALUES (@id, @parcelId, @number, @SurveyedOn, @level, @isWithin, @surveyor, @now, @by)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            owner.Demand(Act.HandleLand, StepOwner.Levelling);
            var check = new Check().Text(command.Surveyor, "surveyor", "测量单位", "The surveyor", 100);
            var level = (int)check.Whole(command.MeasuredLevelM, 3, -500, 9_000, "measuredLevelM", "实测标高", "The measured level", new("m", "m"));
            Handover.NotInFuture(check, command.SurveyedOn, clock.Today, "surveyedOn", new("测量日期", "The date of the survey"));
            check.Done();

            var parcel = await db.TakeParcel(command.Number, ct);
            if (parcel.HandedOverOn is { } done)
                throw Refused.Conflict("land.handedOver", $"地块 {parcel.Number} 已于 {Words.Day(done)} 交付，不再录场平测量。", $"Parcel {parcel.Number} was handed over on {Words.Day(done)}; its site is no longer surveyed here.");
            if (parcel is { Surveys: > 0, IsWithinTolerance: false, OrderNumber: null })
                throw Refused.Conflict("land.levellingNotOrdered",
                    $"第 {parcel.Surveys} 次测量超差，先下达二次平场令，平场后再复测。", $"Survey {parcel.Surveys} is out of tolerance: order re-levelling first, and survey again when it is done.");
            Handover.NotBefore(check, command.SurveyedOn, "surveyedOn", new("测量日期", "the survey"), parcel.SurveyedOn, new("上次测量日期", "the survey before it"));
            Handover.NotBefore(check, command.SurveyedOn, "surveyedOn", new("测量日期", "the survey"), parcel.OrderedOn, new("二次平场令日期", "the levelling order"));
            check.Done();

            if (await db.Execute(Count, parcel, ct) == 0)
                throw Refused.Conflict("land.changed", "该地块刚被别人修改，请刷新后重试。", "Somebody else has just changed this parcel; reload and try again.");
            var difference = level - parcel.RequiredLevelMm;
            var isWithin = Math.Abs(difference) <= parcel.ToleranceMm;
            await db.Execute(Insert, new
            {
                id = await ids.Next(),
                parcelId = parcel.Id,
                number = parcel.Surveys + 1,
                command.SurveyedOn,
                level,
                isWithin,
                surveyor = command.Surveyor.Trim(),
                now = clock.Now,
                by = actor.UserId,
            }, ct);
            trail.Changed(new("实测标高（m）", "Measured level, m"), parcel.Surveys == 0 ? null : parcel.MeasuredLevelMm / 1000m, (decimal?)(level / 1000m));
            return new(parcel.Number, parcel.Surveys + 1, difference, isWithin);
        }
    }
}
