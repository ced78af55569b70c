using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>Whoever is to approve a late entry of the window sees which limits its day would end and begin, and of an intake what is taken in.</summary>
internal static class PreviewsRequests
{
    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, OfficeHours office, CalendarInForce calendar, CatalogueInForce catalogue)
        : INotificationHandler<RequestPreviewed>, INotificationHandler<MilestonePreviewed>
    {
        private const string Application = "SELECT id FROM onewindow_application WHERE number = @number";

        private const string Permit = """
            SELECT k.subject_id
              FROM permits_public_case c
              JOIN deadlines_public_clock k ON k.subject_id = c.id AND k.subject_kind = 'case' AND k.limit_rule = 'permit-start'
             WHERE c.project_id = @ProjectId AND k.stopped_on IS NULL
            """;

        public async Task Handle(RequestPreviewed previewed, CancellationToken ct)
        {
            switch (previewed.Command)
            {
                case TakeIn.Command { ReceivedAt: { } at } c:
                    await TakenIn(c, previewed.Lines, ct);
                    var limit = new Limit(WindowDuties.AnswerWithin, Limit.WorkingDays);
                    previewed.Lines.Add(BackDated.Begins(Rules.Answer, limit, office.DayOf(Occurrence.When(at, clock)), clock.Today, calendar.Current));
                    break;
                case Accept.Command { OccurredAt: { } at } c:
                    await Answered(c.Number, at, previewed.Lines, ct);
                    await Accepted(c.Number, Day(at), previewed.Lines, ct);
                    break;
                case AskCorrection.Command { OccurredAt: { } at } c:
                    await Answered(c.Number, at, previewed.Lines, ct);
                    break;
                case NotAccept.Command { OccurredAt: { } at } c:
                    await Answered(c.Number, at, previewed.Lines, ct);
                    break;
                case NoPermitNeeded.Command { OccurredAt: { } at } c:
                    await Answered(c.Number, at, previewed.Lines, ct);
                    break;
                case Withdraw.Command { OccurredAt: { } at } c:
                    await Answered(c.Number, at, previewed.Lines, ct);
                    break;
                case HandOut.Command { HandedOutOn: { } on } c:
                    await Delivered(c.CaseNumber[..c.CaseNumber.LastIndexOf('-')], [c.CaseNumber], on, previewed.Lines, ct);
                    break;
                case CorrectHandOut.Command { HandedOutOn: { } on } c:
                    await Redelivered(c.CaseNumber, on, previewed.Lines, ct);
                    break;
                case HandOutAll.Command { HandedOutOn: { } on } c:
                    await Delivered(c.Number, c.Cases ?? [], on, previewed.Lines, ct);
                    break;
            }
        }

        public async Task Handle(MilestonePreviewed previewed, CancellationToken ct)
        {
            if (previewed.Kind != MilestoneKind.ConstructionStarted) return;
            foreach (var id in await db.Query<long>(Permit, previewed, ct)) await Ends("case", id, previewed.On, Rules.PermitStart, "", previewed.Lines, ct);
        }

        private async Task TakenIn(TakeIn.Command c, ICollection<Text> lines, CancellationToken ct)
        {
            if (await mediator.Send(new FindProject(c.ProjectCode.Trim()), ct) is not { } project) return;
            var (codes, given) = (TakeIn.Codes(c.Items), TakeIn.Codes(c.GivenDocuments));
            var items = catalogue.Current.Process(project.ProcessId)!.Items.Where(i => codes.Contains(i.Item.Code)).Select(i => (i.Item.Code, i.Item.Name)).ToList();
            var documents = given.Select(code => (code, catalogue.Current.Document(code)?.Name ?? new(code, code))).ToList();
            lines.Add(new($"项目：{project.Name}（{project.Code}），申报单位：{project.Enterprise}", $"Project: {project.Name} ({project.Code}), enterprise: {project.Enterprise}"));
            lines.Add(new($"申请人：{c.Applicant}", $"Applicant: {c.Applicant}"));
            lines.Add(new($"收件 {items.Count} 个事项：{Listed(items, "、").Zh}", $"Taken in, {items.Count} items: {Listed(items, ", ").En}"));
            lines.Add(new($"收到材料 {documents.Count} 份：{Listed(documents, "、").Zh}", $"Handed in, {documents.Count} documents: {Listed(documents, ", ").En}"));
        }

        private static Text Listed(List<(string Code, Text Name)> what, string between) =>
            what.Count == 0 ? new("无", "none") : new(string.Join(between, what.Select(w => $"{w.Code} {w.Name.Zh}")), string.Join(between, what.Select(w => $"{w.Code} {w.Name.En}")));

        private async Task Answered(string number, DateTime at, ICollection<Text> lines, CancellationToken ct)
        {
            if (await db.Find<long?>(Application, new { number }, ct) is { } id) await Ends("application", id, Day(at), Rules.Answer, "", lines, ct);
        }

        private async Task Accepted(string number, DateOnly on, ICollection<Text> lines, CancellationToken ct)
        {
            foreach (var c in (await mediator.Send(new CasesOfApplication(number), ct)).Where(c => c.AcceptedOn is null && c.BlockedBy.Count == 0))
                if (catalogue.Current.Items.FirstOrDefault(i => i.Id == c.ItemId) is { } item && (item.Promised ?? item.Statutory) is { } limit)
                    lines.Add(BackDated.Begins(item.Promised is null ? Rules.Statutory : Rules.Promised, limit, on, clock.Today, calendar.Current, c.Number));
        }

        private async Task Delivered(string number, IReadOnlyList<string> cases, DateOnly on, ICollection<Text> lines, CancellationToken ct)
        {
            foreach (var c in (await mediator.Send(new CasesOfApplication(number), ct)).Where(c => cases.Contains(c.Number)))
                await Ends("case", c.Id, on, Rules.Delivery, c.Number, lines, ct);
        }

        /// <summary>The delivery has ended already: only its day would be another.</summary>
        private async Task Redelivered(string number, DateOnly on, ICollection<Text> lines, CancellationToken ct)
        {
            foreach (var c in (await mediator.Send(new CasesOfApplication(CasePapers.ApplicationOf(number)), ct)).Where(c => c.Number == number))
                foreach (var k in (await mediator.Send(new ClocksOf("case", c.Id), ct)).Where(k => k.Rule == Rules.Delivery && k.StoppedOn is not null && k.StoppedOn != on))
                {
                    var (was, now) = (BackDated.Stand(k.StoppedOn > k.DueOn), BackDated.Stand(on > k.DueOn));
                    lines.Add(new(
                        $"{Rules.Name(k.Rule).Zh}：{Words.Day(k.DueOn)} 到期，{Words.Day(k.StoppedOn)} {was.Zh} → {Words.Day(on)} {now.Zh}",
                        $"{Rules.Name(k.Rule).En}: due on {Words.Day(k.DueOn)}, {Words.Day(k.StoppedOn)} {was.En} → {Words.Day(on)} {now.En}"));
                }
        }

        private async Task Ends(string kind, long id, DateOnly on, string rule, string label, ICollection<Text> lines, CancellationToken ct)
        {
            foreach (var k in (await mediator.Send(new ClocksOf(kind, id), ct)).Where(k => k.StoppedOn is null && k.Rule.StartsWith(rule, StringComparison.Ordinal)))
                lines.Add(BackDated.Ends(k, on, clock.Today, label));
        }

        private DateOnly Day(DateTime at) => clock.DayOf(Occurrence.When(at, clock));
    }
}
