using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>Orders the site levelled again (二次平场令) because its newest survey is out of tolerance. One order a survey.</summary>
internal static class OrderLevelling
{
    [RecordAs("下达平场任务", "Order the levelling", Subject.Parcel)]
    [Needs(Act.HandleLand)]
    [TakesTwo]
    internal sealed record Command(string OrderNumber, DateOnly? IssuedOn, DateOnly? FinishBy, string Work, string Number = "", string? LateReason = null) : ICommand<Result>;

    internal sealed record Result(string Number, string OrderNumber, int Survey);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/levelling-orders", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Order the site levelled again");

    private sealed class Handler(Db db, ZoneClock clock, Actor actor, StepOwner owner, LateEntry late, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Insert = """
            INSERT INTO land_levelling_order (survey_id, parcel_id, number, issued_on, finish_by, work, recorded_at, recorded_by)
            VALUES (@SurveyId, @Id, @order, @IssuedOn, @FinishBy, @work, @now, @by)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            owner.Demand(Act.HandleLand, StepOwner.Levelling);
            var order = Parcels.Key(command.OrderNumber);
            var check = new Check()
                .Text(order, "orderNumber", "平场令编号", "The number of the order", 80)
                .Text(command.Work, "work", "平场内容", "The work ordered", 500);
            Handover.NotInFuture(check, command.IssuedOn, clock.Today, "issuedOn", new("下达日期", "The date of the order"));
            if (command.FinishBy is not { } by) check.Text(null, "finishBy", "完成期限", "The day to finish by", 1);
            else check.That(by.Year <= WorkingDays.LastYear, "date.outOfRange", "finishBy", $"完成期限不能晚于 {WorkingDays.LastYear} 年。", $"The day to finish by may not be after {WorkingDays.LastYear}.");
            Handover.NotBefore(check, command.FinishBy, "finishBy", new("完成期限", "the day to finish by"), command.IssuedOn, new("下达日期", "the order"));
            check.Done();

            var parcel = await db.TakeParcel(command.Number, ct);
            if (parcel.Surveys == 0)
                throw Refused.Conflict("land.siteSurveyMissing", $"地块 {parcel.Number} 还没有场平测量，无从判断是否超差。", $"The site of parcel {parcel.Number} has not been surveyed yet.");
            if (parcel.IsWithinTolerance)
                throw Refused.Conflict("land.withinTolerance", $"第 {parcel.Surveys} 次测量合格，不需要二次平场。", $"Survey {parcel.Surveys} is within tolerance; no re-levelling is needed.");
            if (parcel.OrderNumber is { } first)
                throw Refused.Conflict("land.levellingOrdered",
                    $"第 {parcel.Surveys} 次测量已下达 {first}（{Words.Day(parcel.OrderedOn)}），请录复测。", $"Order {first} of {Words.Day(parcel.OrderedOn)} already answers survey {parcel.Surveys}; record the new survey.");
            Handover.NotBefore(check, command.IssuedOn, "issuedOn", new("下达日期", "the order"), parcel.SurveyedOn, new("测量日期", "the survey"));
            check.Done();
            late.Demand(new("平场令下达于", "levelling order issued on"), command.IssuedOn!.Value, command.LateReason, owner.Heads(StepOwner.Levelling));
            await db.Execute(Insert, new
            {
                parcel.SurveyId,
                parcel.Id,
                order,
                command.IssuedOn,
                command.FinishBy,
                work = command.Work.Trim(),
                now = clock.Now,
                by = actor.UserId,
            }, ct);
            trail.Changed(new("平场令", "Levelling order"), null, order);
            return new(parcel.Number, order, parcel.Surveys);
        }
    }
}
