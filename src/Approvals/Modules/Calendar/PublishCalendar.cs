using System.Text;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>
/// 发布日历: publishes or amends whole years by the State Council's notice. What was published stays on record; the
/// closures of the zone stay in force.
/// </summary>
internal static class PublishCalendar
{
    /// <summary>Far more than a hundred years; a file beyond it is something else.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <param name="Content">The calendar file, JSON: see <see cref="CalendarFile"/>.</param>
    /// <param name="Seen">The edition the preview was made by; without it, whatever is in force is amended.</param>
    /// <remarks>Not an <see cref="Messaging.ICommand"/>: the calendar in memory may be replaced only after its transaction is durable.</remarks>
    [RecordAs("发布日历", "Publish the calendar", Subject.Calendar, "")]
    [Needs(Act.PublishCalendar)]
    [TakesTwo]
    internal sealed record Command(string Content, long? Seen = null) : IRequest<CalendarChanges>, IRecorded;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/calendar/editions", async (long? seen, HttpRequest request, IMediator mediator, CancellationToken ct) =>
            await mediator.Send(new Command(await Read(request.Body, ct), seen), ct))
        .Needs<Command>()
        .Accepts<object>("application/json")
        .WithTags("Calendar").WithSummary("Publish or amend years (the body is the calendar file); seen=<edition of the preview> refuses if another was published since");

    /// <exception cref="Refused">The file is too large.</exception>
    public static async Task<string> Read(Stream content, CancellationToken ct)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; (read = await content.ReadAsync(buffer, ct)) > 0;)
        {
            if (kept.Length + read > MostBytes)
                throw Refused.Invalid("calendar.tooLarge", "content", $"文件超过 {MostBytes / 1024 / 1024} MB，不像是日历文件，请检查。", $"The file is larger than {MostBytes / 1024 / 1024} MB; it can hardly be a calendar. Check it.");
            kept.Write(buffer, 0, read);
        }

        kept.Position = 0;
        using var reader = new StreamReader(kept, Encoding.UTF8);
        return await reader.ReadToEndAsync(ct);
    }

    /// <summary>The file's years, each with the closures it has.</summary>
    public static IReadOnlyList<YearOnRecord> Years(CalendarFile file, CalendarOnRecord record) =>
        [.. file.Years.Select(y => new YearOnRecord(y.Year, file.Source, y.Exceptions, record.Years.GetValueOrDefault(y.Year)?.Closures ?? []))];

    private sealed class Handler(Publication publication) : IRequestHandler<Command, CalendarChanges>
    {
        public Task<CalendarChanges> Handle(Command command, CancellationToken ct)
        {
            var file = CalendarFile.Read(command.Content ?? "");
            var years = string.Join('、', file.Years.Select(y => y.Year).Order());
            return publication.Publish(
                record => Years(file, record),
                command.Seen,
                orderNumber: null,
                (new($"{years} 年，依据：{file.Source}", $"{years}, by: {file.Source}"), edition => command with { Seen = edition }),
                ct);
        }
    }
}
