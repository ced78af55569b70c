using System.Data;
using System.Globalization;
using Dapper;

namespace Approvals.Database;

/// <summary>What Dapper must know before its first query.</summary>
internal static class Types
{
    private static int done;

    public static void Register()
    {
        if (Interlocked.Exchange(ref done, 1) == 1) return;
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTime));
        SqlMapper.AddTypeHandler(new UtcHandler());
        SqlMapper.RemoveTypeMap(typeof(DateOnly));
        SqlMapper.AddTypeHandler(new DayHandler());
    }

    /// <exception cref="ArgumentException">Where the instant is not in UTC.</exception>
    public static DateTime WholeSeconds(DateTime value, string name) => value.Kind == DateTimeKind.Utc
        ? new DateTime(value.Ticks - value.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc)
        : throw new ArgumentException("An instant is stored in UTC.", name);

    private static int Digits(string text, int at, int count) => int.Parse(text.AsSpan(at, count), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Instants are UTC, in whole seconds: what SQL Server cuts, SQLite must not keep.</summary>
    private sealed class UtcHandler : SqlMapper.TypeHandler<DateTime>
    {
        public override void SetValue(IDbDataParameter parameter, DateTime value)
        {
            parameter.DbType = DbType.DateTime2;
            parameter.Value = WholeSeconds(value, parameter.ParameterName);
        }

        public override DateTime Parse(object value) => DateTime.SpecifyKind(
            value is DateTime time ? time : Instant((string)value),
            DateTimeKind.Utc);

        private static DateTime Instant(string text) => text.Length == 19
            ? new(DayHandler.Day(text), new TimeOnly(Digits(text, 11, 2), Digits(text, 14, 2), Digits(text, 17, 2)))
            : DateTime.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Days are dates on both engines: <c>date</c> there, <c>yyyy-MM-dd</c> here.</summary>
    private sealed class DayHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override void SetValue(IDbDataParameter parameter, DateOnly value)
        {
            parameter.DbType = DbType.Date;
            parameter.Value = value;
        }

        public override DateOnly Parse(object value) => value switch
        {
            DateOnly day => day,
            DateTime time => DateOnly.FromDateTime(time),
            _ => Day((string)value),
        };

        /// <summary>Of <c>yyyy-MM-dd</c> at the beginning: the framework's parser tries every way a date can be written, in every list.</summary>
        public static DateOnly Day(string text) => new(Digits(text, 0, 4), Digits(text, 5, 2), Digits(text, 8, 2));
    }
}
