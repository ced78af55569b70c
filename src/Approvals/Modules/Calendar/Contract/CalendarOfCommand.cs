using Approvals.Database;

namespace Approvals.Modules.Calendar.Contract;

/// <summary>
/// The calendar a command writes dates by. Another process may have published since this one last looked; a date written
/// by the calendar before would come behind the recount of the publication, and stay.
/// </summary>
internal sealed class CalendarOfCommand(Db db, CalendarInForce inForce)
{
    /// <summary>The newest on record, and the newest until the command is durable: a publication waits for it.</summary>
    /// <remarks>What is in memory is left to <see cref="CalendarWatch"/>: this command may be part of the publication, and undone with it.</remarks>
    public async Task<WorkingDays> Read(CancellationToken ct)
    {
        var days = inForce.Current;
        return await CalendarTables.HoldEdition(db, ct) <= days.Edition ? days : (await CalendarTables.Read(db, ct)).Days;
    }
}
