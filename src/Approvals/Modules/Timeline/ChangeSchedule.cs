using System.Security.Cryptography;
using System.Text.Json;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>调整排期: another limit, another start, an item dropped or added, a simulated approval. What it would move is looked at first.</summary>
internal static class ChangeSchedule
{
    public const int MostDays = 2_000;
    public const int MostChanges = 60;
    public const int LongestName = 60;

    /// <param name="Changes">Each is added to what was changed of its code before; one that changes nothing takes that away.</param>
    /// <param name="ProjectCode">The project.</param>
    /// <param name="Seen">What stood when their author looked at the preview, as <see cref="Standing"/> writes it; none: whatever stands.</param>
    [RecordAs("调整排期", "Change the schedule", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    internal sealed record Command(IReadOnlyList<Change> Changes, string ProjectCode = "", string? Seen = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPut("/projects/{code}/schedule", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Timeline").WithSummary("Save changes of a project's schedule");

    /// <summary>What is changed against the process and what is planned, in a few characters.</summary>
    public static string Standing(IReadOnlyList<Change> saved, IReadOnlyList<MilestoneFact> milestones) => Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new { saved, planned = milestones.Where(m => m.PlannedOn is not null).Select(m => $"{m.Kind}@{m.Phase} {Words.Day(m.PlannedOn)}").Order(StringComparer.Ordinal) })))[..16];

    /// <summary>At least one, each with its code, none twice.</summary>
    public static void Demand(IReadOnlyList<Change> with) => new Check()
        .That(with.Count > 0 && with.All(c => c?.Code is not null), "field.required", "changes", "请至少调整一处，并写明事项。", "Change at least one thing, and say which.")
        .That(with.Where(c => c is not null).Select(c => c.Code).Distinct().Count() == with.Count, "schedule.twice", "changes", "同一事项只能调整一次。", "An item may be changed once only.")
        .Done();

    public static IReadOnlyList<Change> Merge(IReadOnlyList<Change> saved, IReadOnlyList<Change> with) =>
        [.. saved.Where(s => !with.Any(w => w.Code == s.Code)).Concat(with.Where(w => !w.IsNone).Select(w => saved.FirstOrDefault(s => s.Code == w.Code)?.Then(w) ?? w)).OrderBy(c => c.Code, StringComparer.Ordinal)];

    /// <summary>As the page calls it, an item with its code.</summary>
    private static Text Called(ProjectCourse course, string code) =>
        ProjectNetwork.MilestoneOf(code) is { } m ? Milestones.Name(m.Kind)
        : course.Process.Items.FirstOrDefault(i => i.Item.Code == code)?.Item is { } item ? new($"{item.Code} {item.Name.Zh}", $"{item.Code} {item.Name.En}")
        : new(code, code);

    /// <param name="with">The changes somebody makes.</param>
    /// <param name="all">With those that stand.</param>
    public static void Check(ProjectCourse course, WorkingDays days, IReadOnlyList<Change> with, IReadOnlyList<Change> all)
    {
        var check = new Check().That(with.Count <= MostChanges && all.Count <= MostChanges, "schedule.tooMany", "changes", $"最多 {MostChanges} 处调整。", $"At most {MostChanges} changes.");
        var bare = ProjectNetwork.Of(course, days, []).Activities.ToDictionary(a => a.Code, StringComparer.Ordinal);
        var added = all.Where(c => c.Name is not null).Select(c => c.Code).ToHashSet(StringComparer.Ordinal);
        var dropped = all.Where(c => c.Drop).Select(c => c.Code).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < with.Count; i++)
        {
            var c = with[i];
            var known = bare.GetValueOrDefault(c.Code ?? "");
            var called = Called(course, c.Code ?? "");
            if (c.Name is null && !c.IsNone && known is null && !added.Contains(c.Code!))
            {
                check.Add("schedule.unknown", $"changes[{i}].code", $"排期中没有「{called.Zh}」。", $"The schedule has no “{called.En}”.");
                continue;
            }

            check.That(c.Days is null or >= 0 and <= MostDays, "schedule.days", $"changes[{i}].days", $"「{called.Zh}」的工作日数应在 0 至 {MostDays} 之间。", $"The working days of “{called.En}” must be between 0 and {MostDays}.");
            check.That(c.NotBefore is not { } day || day.Year is >= 2000 and <= 2089, "schedule.notBefore", $"changes[{i}].notBefore", $"「{called.Zh}」的最早开始日应在 2000 年至 2089 年之间。", $"The earliest start of “{called.En}” must be between 2000 and 2089.");
            check.That(c.PlannedOn is not { } planned || planned.Year is >= 2000 and <= 2089, "schedule.plannedOn", $"changes[{i}].plannedOn", $"「{called.Zh}」的计划日期应在 2000 年至 2089 年之间。", $"The planned day of “{called.En}” must be between 2000 and 2089.");
            check.That(c.PlannedOn is null || ProjectNetwork.IsMilestone(c.Code!), "schedule.noMilestone", $"changes[{i}].code", $"「{called.Zh}」不是里程碑，没有自己的计划日期；事项的计划由流程推算。", $"“{called.En}” is no milestone and has no planned day of its own; items are planned by the process.");
            // Of the works nobody reports the beginning: it follows from what they waited for, and may be put off.
            if (known is not null && (known.FinishedOn is not null || (known.StartedOn is not null && !ProjectNetwork.IsMilestone(c.Code!) && (c.Drop || c.Simulate || c.NotBefore is not null))))
                check.That(c.IsNone, "schedule.begun", $"changes[{i}].code", $"「{called.Zh}」已开始或已完成，不能这样调整。", $"“{called.En}” has begun or is done; it cannot be changed so.");
            if (known is not null && (c.Drop || c.Simulate))
                check.That(!ProjectNetwork.IsMilestone(c.Code!), "schedule.milestone", $"changes[{i}].code", "里程碑不能取消，也没有模拟审批。", "A milestone is neither dropped nor simulated.");
            if (c.Name is null) continue;
            check.That(known is null, "schedule.codeTaken", $"changes[{i}].code", $"流程中已有「{called.Zh}」，请换一个代号。", $"The process has “{called.En}” already; choose another code.");
            check.That(c.Code is { Length: > 0 and <= 20 } && c.Code.All(char.IsAsciiLetterOrDigit), "schedule.code", $"changes[{i}].code", "新增事项的代号用 1 至 20 个字母或数字。", "The code of an added item has 1 to 20 letters or digits.");
            check.Text(c.Name, $"changes[{i}].name", "新增事项的名称", "The name of the added item", LongestName);
            check.That(c.Days is not null, "field.required", $"changes[{i}].days", "请填写新增事项的工作日数。", "The working days of the added item are required.");
            foreach (var need in c.Before is { Length: > 0 } before ? (c.After ?? []).Append(before) : c.After ?? [])
                check.That(
                    need is not null && ((bare.ContainsKey(need) || added.Contains(need)) && !dropped.Contains(need)), "schedule.unknown", $"changes[{i}].after", $"排期中没有「{need}」。", $"The schedule has no “{need}”.");
            check.That(string.Join(' ', c.After ?? []).Length <= 200, "field.tooLong", $"changes[{i}].after", "前置事项过多。", "It needs too many others.");
        }

        check.Done();
        try
        {
            ProjectNetwork.Of(course, days, all);
        }
        catch (InvalidOperationException)
        {
            throw Refused.Invalid("schedule.circle", "changes", "这样调整后有事项互为前置，请检查新增事项的前置与后续。", "With these changes items would need each other; look at what the added items need and what waits for them.");
        }
    }

    private sealed class Handler(Db db, IMediator mediator, ScheduleReader reader, CalendarInForce calendar, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<Command, Unit>
    {
        // Nobody else changes them between what is read here and what is written.
        private const string Hold = "SELECT COUNT(*) FROM timeline_change WHERE project_id = @projectId";

        private const string Forget = "DELETE FROM timeline_change WHERE project_id = @projectId AND code = @Code";

        private const string Keep = """
            INSERT INTO timeline_change (project_id, code, days, not_before, is_dropped, is_simulated, added_name, added_after, added_before, changed_by, changed_at)
            VALUES (@projectId, @Code, @Days, @NotBefore, @Drop, @Simulate, @Name, @after, @Before, @by, @at)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await mediator.Send(new DemandOwnProject(command.ProjectCode), ct);
            var with = command.Changes ?? [];
            Demand(with);
            _ = await db.FindHeld<int>(Hold, new { projectId = project.Id }, ct);
            var (course, _) = await reader.Course(project, ct);
            var saved = await reader.Changes(project.Id, ct);
            if (command.Seen is { } seen && seen != Standing(saved, course.Milestones)) throw Met();
            var all = Merge(saved, with);
            Check(course, calendar.Current, with, all);
            if (with.Where(c => c.PlannedOn is not null).ToList() is { Count: > 0 } planned)
                await mediator.Send(new PlanDays(project.Id, [.. planned.Select(c => (ProjectNetwork.MilestoneOf(c.Code)!.Value, PlannedOn(c.Code), c.PlannedOn!.Value))]), ct);
            foreach (var change in with)
            {
                var now = all.FirstOrDefault(a => a.Code == change.Code) ?? change;
                var c = now with { PlannedOn = null };
                await db.Execute(Forget, new { projectId = project.Id, c.Code }, ct);
                if (!c.IsNone && !await db.TryInsert(Keep, new { projectId = project.Id, c.Code, c.Days, c.NotBefore, c.Drop, c.Simulate, Name = c.Name?.Trim(), after = c.Name is null ? null : string.Join(' ', c.After ?? []), c.Before, by = actor.Name, at = clock.Now }, ct)) throw Met();
                trail.Changed(new(c.Code, c.Code), Said(saved.FirstOrDefault(s => s.Code == c.Code)), Said(c));
            }

            return Unit.Value;

            DateOnly? PlannedOn(string code) => course.Milestones.FirstOrDefault(m => ProjectPlan.Code(Enum.Parse<MilestoneKind>(m.Kind), m.Phase) == code)?.PlannedOn;
        }

        private static Refused Met() => Refused.Conflict("schedule.changed", "排期刚由他人调整，您看到的预览已不是结果，没有保存。请重新预览。", "Somebody has just changed the schedule, so the preview is no longer what would come out; nothing is saved. Look at it again.");

        private static string Said(Change? c) => c is null || c.IsNone
            ? ""
            : string.Join(' ', new[] { c.Name, c.Days is { } d ? $"{d} WD" : null, c.NotBefore is { } on ? $"≥ {Words.Day(on)}" : null, c.Drop ? "—" : null, c.Simulate ? "模拟审批" : null }.OfType<string>());
    }
}
