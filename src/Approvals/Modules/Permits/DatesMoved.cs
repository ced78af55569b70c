using Approvals.Database;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>Keeps a case's due date and day of acceptance, copies for the lists, with its clock: the promised one, or where none was promised the law's.</summary>
internal static class DatesMoved
{
    private sealed class Handler(Db db) : INotificationHandler<DueDatesMoved>, INotificationHandler<BeginningsMoved>
    {
        private const string Copy = """
            UPDATE permits_case
               SET due_on = @To, is_due_provisional = @IsProvisional
             WHERE id = @SubjectId AND (@Rule = 'promised' OR promised_limit IS NULL)
            """;

        private const string Begin = "UPDATE permits_case SET accepted_on = @To WHERE id = @SubjectId AND accepted_on = @From";

        public async Task Handle(BeginningsMoved moved, CancellationToken ct)
        {
            var ours = moved.Clocks.Where(c => c.SubjectKind == "case" && c.Rule is Rules.Promised or Rules.Statutory).ToList();
            if (ours.Count > 0) await db.Execute(Begin, ours, ct);
        }

        public async Task Handle(DueDatesMoved moved, CancellationToken ct)
        {
            var ours = moved.Dates.Where(d => d.SubjectKind == "case" && d.Rule is Rules.Promised or Rules.Statutory).ToList();
            if (ours.Count > 0) await db.Execute(Copy, ours, ct);
        }
    }
}
