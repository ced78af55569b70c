using System.Globalization;
using System.Xml;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>导出 Microsoft Project（MSPDI）: the schedule with its dates, what needs what, and the working calendar they are counted by.</summary>
internal static class ExportSchedule
{
    private const string Namespace = "http://schemas.microsoft.com/project";
    private const int CalendarUid = 1;

    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code) : IRequest<Result>;

    internal sealed record Result(string FileName, byte[] Xml);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/projects/{code}/schedule.xml", async (string code, IMediator mediator) =>
        {
            var file = await mediator.Send(new Query(code));
            return Results.File(file.Xml, "application/xml", file.FileName);
        })
        .Needs<Query>().WithTags("Timeline").WithSummary("The schedule as Microsoft Project XML (MSPDI), with its working calendar");

    private sealed class Handler(IMediator mediator, CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var shown = await mediator.Send(new ShowSchedule.Query(query.Code), ct);
            using var stream = new MemoryStream();
            using (var xml = XmlWriter.Create(stream, new() { Indent = true, Encoding = new System.Text.UTF8Encoding(false) })) Write(xml, shown, calendar.Current);
            return new($"{shown.Project.Code}.xml", stream.ToArray());
        }

        private static void Write(XmlWriter xml, ShowSchedule.Result shown, WorkingDays days)
        {
            xml.WriteStartElement("Project", Namespace);
            Element(xml, "SaveVersion", "14");
            Element(xml, "Name", shown.Project.Name);
            Element(xml, "ScheduleFromStart", "1");
            Element(xml, "StartDate", Morning(shown.Schedule.Start));
            Element(xml, "FinishDate", Evening(shown.Schedule.Finish));
            Element(xml, "CalendarUID", "1");
            Element(xml, "DefaultStartTime", "09:00:00");
            Element(xml, "DefaultFinishTime", "18:00:00");
            Element(xml, "MinutesPerDay", "480");
            Element(xml, "MinutesPerWeek", "2400");
            Element(xml, "DaysPerMonth", "20");
            var last = shown.Rows.Max(r => r.At.Finish);
            Calendar(xml, days, shown.Schedule.Start, last);
            xml.WriteStartElement("Tasks", Namespace);
            var uid = shown.Rows.Select((r, i) => (r.Code, Uid: i + 1)).ToDictionary(p => p.Code, p => p.Uid, StringComparer.Ordinal);
            foreach (var row in shown.Rows) Task(xml, row, uid, days);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        private static void Task(XmlWriter xml, ShowSchedule.Row row, Dictionary<string, int> uid, WorkingDays days)
        {
            var length = days.Count(row.At.Start, row.At.Finish).Days;
            // Our first day is not counted: the work begins on the morning of the working day after it.
            var start = length == 0 ? Evening(row.At.Finish) : Morning(days.Add(row.At.Start, 1).Date);
            var number = uid[row.Code].ToString(CultureInfo.InvariantCulture);
            xml.WriteStartElement("Task", Namespace);
            Element(xml, "UID", number);
            Element(xml, "ID", number);
            Element(xml, "Name", row.Phase > 0 ? $"{row.Name} · {row.Phase}" : row.Name.ToString());
            Element(xml, "Type", "1"); // its duration is fixed
            Element(xml, "IsNull", "0");
            Element(xml, "WBS", row.Code);
            Element(xml, "OutlineLevel", "1");
            Element(xml, "Start", start);
            Element(xml, "Finish", Evening(row.At.Finish));
            Element(xml, "Duration", string.Create(CultureInfo.InvariantCulture, $"PT{length * 8}H0M0S"));
            Element(xml, "DurationFormat", "7");
            Element(xml, "Milestone", length == 0 ? "1" : "0");
            Element(xml, "Critical", row.IsOnPath ? "1" : "0");
            var isFact = row.IsDone && !row.IsAssumed;
            Element(xml, "PercentComplete", isFact ? "100" : "0");
            if (isFact || (row.CaseNumber is not null && row.At.IsStarted)) Element(xml, "ActualStart", start);
            if (isFact) Element(xml, "ActualFinish", Evening(row.At.Finish));
            Element(xml, "ConstraintType", "4"); // not before the day that it has here
            Element(xml, "CalendarUID", CalendarUid.ToString(CultureInfo.InvariantCulture));
            Element(xml, "ConstraintDate", start);
            if (row.PlannedOn is { } planned) Element(xml, "Deadline", Evening(planned));
            // 模拟审批 runs beside what it needs, and is issued on the working day after it.
            var isBeside = row.Change is { Simulate: true };
            foreach (var need in row.Needs.Where(uid.ContainsKey))
            {
                xml.WriteStartElement("PredecessorLink", Namespace);
                Element(xml, "PredecessorUID", uid[need].ToString(CultureInfo.InvariantCulture));
                Element(xml, "Type", isBeside ? "0" : "1"); // finish to finish, or finish to start
                Element(xml, "CrossProject", "0");
                Element(xml, "LinkLag", isBeside ? "4800" : "0"); // tenths of a minute
                Element(xml, "LagFormat", "7"); // days
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        private static void Calendar(XmlWriter xml, WorkingDays days, DateOnly from, DateOnly to)
        {
            xml.WriteStartElement("Calendars", Namespace);
            xml.WriteStartElement("Calendar", Namespace);
            Element(xml, "UID", CalendarUid.ToString(CultureInfo.InvariantCulture));
            Element(xml, "Name", Words.T("工作日历", "Working calendar"));
            Element(xml, "IsBaseCalendar", "1");
            Element(xml, "BaseCalendarUID", "-1");
            xml.WriteStartElement("WeekDays", Namespace);
            for (var day = 1; day <= 7; day++)
            {
                xml.WriteStartElement("WeekDay", Namespace);
                Element(xml, "DayType", day.ToString(CultureInfo.InvariantCulture)); // 1 is Sunday
                Hours(xml, day is not (1 or 7));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteStartElement("Exceptions", Namespace);
            for (var day = new DateOnly(from.Year, 1, 1); day <= new DateOnly(to.Year, 12, 31); day = day.AddDays(1))
            {
                if (days.ExceptionOn(day) is not { } exception) continue;
                xml.WriteStartElement("Exception", Namespace);
                Element(xml, "EnteredByOccurrences", "0");
                xml.WriteStartElement("TimePeriod", Namespace);
                Element(xml, "FromDate", $"{Words.Day(day)}T00:00:00");
                Element(xml, "ToDate", $"{Words.Day(day)}T23:59:00");
                xml.WriteEndElement();
                Element(xml, "Occurrences", "1");
                Element(xml, "Name", exception.Name.ToString());
                Element(xml, "Type", "1");
                Hours(xml, exception.IsWorking);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        private static void Hours(XmlWriter xml, bool isWorking)
        {
            Element(xml, "DayWorking", isWorking ? "1" : "0");
            if (!isWorking) return;
            xml.WriteStartElement("WorkingTimes", Namespace);
            foreach (var (opens, closes) in new[] { ("09:00:00", "12:00:00"), ("13:00:00", "18:00:00") })
            {
                xml.WriteStartElement("WorkingTime", Namespace);
                Element(xml, "FromTime", opens);
                Element(xml, "ToTime", closes);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        private static void Element(XmlWriter xml, string name, string value) => xml.WriteElementString(name, Namespace, value);

        private static string Morning(DateOnly day) => $"{Words.Day(day)}T09:00:00";

        private static string Evening(DateOnly day) => $"{Words.Day(day)}T18:00:00";
    }
}
