using System.CommandLine;
using System.Data.Common;
using Approvals.Database;

namespace Approvals.Modules.Calendar.Contract;

/// <summary>The calendar for a command that neither needs nor makes a database: that of the database where there is one, else the one that ships with the program.</summary>
internal static class CalendarAtHand
{
    public static async Task<WorkingDays> Read(ParseResult parsed, CancellationToken ct)
    {
        var builder = CommandLine.Parts(parsed);
        if (!Settings.Read(builder.Configuration).HasDatabase) return CalendarFile.ShippedDays();
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        try
        {
            var record = await CalendarTables.Read(scope.ServiceProvider.GetRequiredService<Db>(), ct);
            return record.Edition == 0 ? CalendarFile.ShippedDays() : record.Days;
        }
        catch (DbException error)
        {
            throw new InvalidOperationException($"无法读取数据库中的日历。 The calendar of the database cannot be read: {error.Message}", error);
        }
    }
}
