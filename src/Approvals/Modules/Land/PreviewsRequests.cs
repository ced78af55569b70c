using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>Whoever is to approve a late entry of the land sees which limits its day would end and begin.</summary>
internal static class PreviewsRequests
{
    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CalendarInForce calendar, CatalogueInForce catalogue)
        : INotificationHandler<RequestPreviewed>, INotificationHandler<MilestonePreviewed>
    {
        private const string Parcels = "SELECT id, number FROM land_parcel WHERE project_id = @ProjectId ORDER BY id";

        public async Task Handle(RequestPreviewed previewed, CancellationToken ct)
        {
            switch (previewed.Command)
            {
                case SignContract.Command { SignedOn: { } on } c:
                    var paidBy = c.PaymentBy ?? on.AddMonths(1);
                    previewed.Lines.Add(new($"缴清价款：{Words.Day(paidBy)} 到期；交地：{Words.Day(c.HandoverBy)} 到期；动工：{Words.Day(c.StartBy)} 到期",
                        $"Price due on {Words.Day(paidBy)}, handover on {Words.Day(c.HandoverBy)}, start of works on {Words.Day(c.StartBy)}"));
                    previewed.Lines.Add(new($"「{Milestones.Name(MilestoneKind.LandAcquired).Zh}」记为 {Words.Day(on)}", $"“{Milestones.Name(MilestoneKind.LandAcquired).En}” would be {Words.Day(on)}"));
                    break;
                case RecordPayment.Command { PaidOn: { } on, Kind: PaymentKind.Price } c:
                    await Ends(c.Number, on, previewed.Lines, ct, Rules.Payment);
                    break;
                case CorrectPayment.Command { Kind: PaymentKind.Price, PaidOn: { } on } c:
                    foreach (var k in (await mediator.Send(new ClocksOf(LandClocks.Parcel, (await db.ParcelOf(c.Number, ct)).Id), ct)).Where(k => k.Rule == Rules.Payment))
                        previewed.Lines.Add(new($"缴清价款：{Words.Day(k.DueOn)} 到期，{Words.Day(on)} 为{BackDated.Stand(on > k.DueOn).Zh}", $"Price due on {Words.Day(k.DueOn)}; {Words.Day(on)} is {BackDated.Stand(on > k.DueOn).En}"));
                    break;
                case HandOverParcel.Command { HandedOverOn: { } on } c:
                    await Ends(c.Number, on, previewed.Lines, ct, Rules.Handover);
                    if (LandClocks.OfTitle(0, c.Number, on, catalogue.Current) is { } title)
                        previewed.Lines.Add(BackDated.Begins(Rules.Title, title.Limit, on, clock.Today, calendar.Current));
                    break;
                case IssueTitle.Command { IssuedOn: { } on } c:
                    await Ends(c.Number, on, previewed.Lines, ct, Rules.Title);
                    break;
                case HandOverWithTitle.Command { HandedOverOn: { } on } c:
                    await Ends(c.Number, on, previewed.Lines, ct, Rules.Handover);
                    break;
            }
        }

        public async Task Handle(MilestonePreviewed previewed, CancellationToken ct)
        {
            if (previewed.Kind != MilestoneKind.ConstructionStarted) return;
            foreach (var parcel in await db.Query<Row>(Parcels, previewed, ct))
                await Ends(parcel.Id, parcel.Number + " ", previewed.On, previewed.Lines, ct, LandClocks.OfStart);
        }

        private async Task Ends(string number, DateOnly on, ICollection<Text> lines, CancellationToken ct, params string[] rules) =>
            await Ends((await db.ParcelOf(number, ct)).Id, "", on, lines, ct, rules);

        private async Task Ends(long id, string label, DateOnly on, ICollection<Text> lines, CancellationToken ct, params string[] rules)
        {
            foreach (var k in (await mediator.Send(new ClocksOf(LandClocks.Parcel, id), ct)).Where(k => k.StoppedOn is null && rules.Contains(k.Rule)))
                lines.Add(BackDated.Ends(k, on, clock.Today, label.Trim()));
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Number { get; init; } = "";
        }
    }
}
