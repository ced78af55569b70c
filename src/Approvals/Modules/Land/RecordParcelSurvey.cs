using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>Records the parcel survey (权籍调查, L12): parcel map and boundary points. Done before the handover, it lets the title follow on the same day.</summary>
internal static class RecordParcelSurvey
{
    [RecordAs("登记权籍调查", "Record the survey of the parcel", Subject.Parcel)]
    [Needs(Act.HandleLand)]
    internal sealed record Command(string MapNumber, DateOnly? SurveyedOn, string Number = "") : ICommand<Result>;

    internal sealed record Result(string Number, string MapNumber);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/parcel-survey", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Record the parcel survey");

    private sealed class Handler(Db db, ZoneClock clock, Actor actor, StepOwner owner, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Insert = """
            INSERT INTO land_parcel_survey (parcel_id, map_number, surveyed_on, recorded_at, recorded_by)
            VALUES (@Id, @map, @SurveyedOn, @now, @by)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            owner.Demand(Act.HandleLand, StepOwner.ParcelSurvey);
            var map = Parcels.Key(command.MapNumber);
            var check = new Check().Text(map, "mapNumber", "宗地图号", "The number of the parcel map", 80);
            Handover.NotInFuture(check, command.SurveyedOn, clock.Today, "surveyedOn", new("调查日期", "The date of the parcel survey"));
            check.Done();

            var parcel = await db.TakeParcel(command.Number, ct);
            if (parcel.MapNumber is { } first)
                throw Refused.Conflict("land.parcelSurveyExists",
                    $"地块 {parcel.Number} 已有宗地图 {first}（{Words.Day(parcel.ParcelSurveyedOn)}）。", $"Parcel {parcel.Number} already has parcel map {first} of {Words.Day(parcel.ParcelSurveyedOn)}.");
            await db.Execute(Insert, new { parcel.Id, map, command.SurveyedOn, now = clock.Now, by = actor.UserId }, ct);
            trail.Changed(new("宗地图号", "Parcel map"), null, map);
            return new(parcel.Number, map);
        }
    }
}
