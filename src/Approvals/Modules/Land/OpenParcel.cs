using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>Registers the parcel of a project, with the level its process design asks for and the tolerance allowed.</summary>
internal static class OpenParcel
{
    /// <param name="ProjectCode">The code of the project the land is for.</param>
    /// <param name="Number">The parcel's number as people know it; it becomes part of addresses.</param>
    /// <param name="AreaM2">Square metres, at most two decimal places.</param>
    /// <param name="RequiredLevelM">The level the site must have, metres above datum, to the millimetre.</param>
    /// <param name="ToleranceMm">How far the measured level may lie from it, either way.</param>
    [RecordAs("建立地块", "Open a parcel", Subject.Parcel)]
    [Needs(Act.RegisterLand)]
    internal sealed record Command(string ProjectCode, string Number, decimal? AreaM2, decimal? RequiredLevelM, int? ToleranceMm) : ICommand<Result>;

    internal sealed record Result(string Number);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels", async (Command body, IMediator mediator, CancellationToken ct) =>
        {
            var result = await mediator.Send(body, ct);
            return Results.Created($"/api/land/parcels/{Uri.EscapeDataString(result.Number)}", result);
        })
        .Needs<Command>().Produces<Result>(201).WithTags("Land").WithSummary("Register a parcel of a project");

    private sealed class Handler(Db db, Ids ids, IMediator mediator, ZoneClock clock, Actor actor, StepOwner owner, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Insert = """
            INSERT INTO land_parcel (id, number, project_id, area_dm2, required_level_mm, tolerance_mm, surveys, changes, recorded_at, recorded_by)
            VALUES (@id, @number, @projectId, @area, @level, @tolerance, 0, 0, @now, @by)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            owner.Demand(Act.RegisterLand, StepOwner.Land);
            var number = Parcels.Key(command.Number);
            var check = new Check().Text(number, "number", "地块编号", "The parcel number", 40);
            if (number.Length > 0 && !IsPlain(number))
                check.Add("land.parcelNumberForm", "number", "地块编号最多 40 个字，以字母或数字开头，只含字母、数字、汉字和 - _ . ( )，例如 A-07。",
                    "A parcel number has at most 40 characters, begins with a letter or digit and holds letters, digits and - _ . ( ), for example A-07.");
            var area = check.Whole(command.AreaM2, 2, 0.01m, 100_000_000, "areaM2", "面积", "The area", new("m²", "m²"));
            var level = check.Whole(command.RequiredLevelM, 3, -500, 9_000, "requiredLevelM", "要求标高", "The required level", new("m", "m"));
            var tolerance = check.Whole(command.ToleranceMm, 0, 0, 1_000, "toleranceMm", "允许偏差", "The tolerance", new("mm", "mm"));
            check.Text(command.ProjectCode, "projectCode", "项目代码", "The project code", 24);
            var project = check.Failed ? null : await mediator.Send(new FindProject(command.ProjectCode.Trim()), ct);
            if (!check.Failed && project is null)
                check.Add("land.noSuchProject", "projectCode", $"没有代码为「{command.ProjectCode}」的项目，请核对，或先登记项目。", $"There is no project “{command.ProjectCode}”; check the code, or register the project first.");
            check.Done();

            var added = await db.TryInsert(Insert, new { id = await ids.Next(), number, projectId = project!.Id, area, level, tolerance, now = clock.Now, by = actor.UserId }, ct);
            if (!added) throw Refused.Conflict("land.parcelExists", $"地块 {number} 已经登记，请直接打开它。", $"Parcel {number} is already registered; open it.");
            trail.Changed(new("地块", "Parcel"), null, $"{number}，{area / 100m:0.##} m²，{level / 1000m:0.###} m ±{tolerance} mm");
            return new(number);
        }

        private static bool IsPlain(string number) =>
            number.Length <= 40 && char.IsLetterOrDigit(number[0]) && number.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '(' or ')' or '（' or '）');
    }
}
