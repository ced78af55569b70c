using System.Linq.Expressions;
using System.Reflection;
using Approvals.Messaging;
using Approvals.Web;

namespace Approvals.Modules.Audit;

/// <summary>How requests are called in the record, and in words.</summary>
internal static class Commands
{
    /// <summary>An attempt that a door refused before any request was made, or a request that only reads.</summary>
    public const string Door = "Access.Door";

    /// <summary>The record of the program's own that what it wrote last is gone.</summary>
    public const string EndLost = "Audit.EndLost";

    /// <summary>Shown in the place of a record that somebody has altered so that it cannot be read.</summary>
    public const string Unreadable = "Audit.Unreadable";

    private static readonly Dictionary<string, Text> Words = typeof(Commands).Assembly.GetTypes()
        .Select(t => (Type: t, As: t.GetCustomAttribute<RecordAsAttribute>()))
        .Where(t => t.As is not null)
        .ToDictionary(t => NameOf(t.Type), t => t.As!.Name);

    private static readonly HashSet<string> OfFiles = [.. typeof(Commands).Assembly.GetTypes().Where(t => t.GetCustomAttribute<RecordAsAttribute>()?.NamesFiles == true).Select(NameOf)];

    /// <summary>The module and the slice; what is not the slice's own command adds its name.</summary>
    public static string NameOf(Type request)
    {
        var module = request.Namespace!.Split('.') is [_, "Modules", var name, ..] ? name : "Approvals";
        var slice = request.DeclaringType?.Name;
        return slice is null ? $"{module}.{request.Name}" : request.Name is "Command" or "Query" ? $"{module}.{slice}" : $"{module}.{slice}.{request.Name}";
    }

    /// <summary>What a request is on that leaves no record of its own: by its module, and the number that it names.</summary>
    public static string SubjectOfReading(object request)
    {
        var kind = request.GetType().Namespace!.Split('.')[^1] switch
        {
            "Permits" => Subject.Case,
            "OneWindow" => Subject.Application,
            "Land" => Subject.Parcel,
            "Supervision" => Subject.Order,
            "Projects" or "Timeline" or "Portfolio" => Subject.Project,
            _ => "",
        };
        string? Named(string property) => request.GetType().GetProperty(property)?.GetValue(request) as string;
        return kind.Length > 0 && (Named(kind == Subject.Project ? "Code" : "Number") ?? Named("ProjectCode")) is { Length: > 0 } number ? Subject.Of(kind, number) : "";
    }

    /// <summary>What it changed names files: a history tells it to those alone to whom the files are open.</summary>
    public static bool NamesFiles(string command) => OfFiles.Contains(command);

    /// <summary>In words; a command of an earlier version keeps its name.</summary>
    public static Text Name(string command) => command switch
    {
        Door => new("打开页面或接口", "Open a page or an interface"),
        Unreadable => new("这条记录已损坏，读不出来：请核对审计记录", "This record is damaged and cannot be read: verify the record"),
        EndLost => new("记录的末尾不见了", "The end of the record is gone"),
        "Audit.Beginning" => new("记录的起点", "The beginning of the record"),
        _ => Words.GetValueOrDefault(command, new(command, command)),
    };
}

/// <summary>What is known of one kind of request, found once: reflection has no place in the handling of one.</summary>
internal sealed class Recipe
{
    private readonly Func<object, string?>? ofRequest;
    private readonly Func<object, string?>? ofAnswer;
    private readonly Func<object, DateTime?>? happened;

    private Recipe(RecordAsAttribute says, Type request, Type answer)
    {
        Command = Commands.NameOf(request);
        Kind = says.Kind;
        happened = new[] { "OccurredAt", "ReceivedAt" }.Select(name => Reader<DateTime?>(request, name)).FirstOrDefault(r => r is not null);
        if (Kind.Length == 0 || says.Number.Length == 0) return;
        ofRequest = Reader<string>(request, says.Number);
        if (ofRequest is null) ofAnswer = Reader<string>(answer, says.Number);
        if (ofRequest is null && ofAnswer is null) throw new InvalidOperationException($"{request.FullName} has no {says.Number}, and nor has its answer.");
    }

    public string Command { get; }

    public string Kind { get; }

    public bool AsksAnswer => ofAnswer is not null;

    /// <summary>Null where such a request leaves no record of its own.</summary>
    public static Recipe? Of(Type request, Type answer)
    {
        if (!request.IsAssignableTo(typeof(IRecorded)) || request.GetCustomAttribute<RecordAsAttribute>() is not { } says) return null;
        return new(says, request, answer);
    }

    public string SubjectOf(object request) => Kind.Length == 0 ? "" : Subject.Of(Kind, ofRequest?.Invoke(request));

    /// <summary>A number that is given only by the doing.</summary>
    public string? SubjectOfAnswer(object? answer) => ofAnswer is null || answer is null ? null : Subject.Of(Kind, ofAnswer(answer));

    /// <summary>When it was done, as whoever enters it says: an instant, or the zone's own time.</summary>
    public DateTime? Happened(object request) => happened?.Invoke(request);

    private static Func<object, T?>? Reader<T>(Type type, string name)
    {
        if (type.GetProperty(name) is not { } property || !property.PropertyType.IsAssignableTo(typeof(T))) return null;
        var given = Expression.Parameter(typeof(object));
        return Expression.Lambda<Func<object, T?>>(Expression.Property(Expression.Convert(given, type), property), given).Compile();
    }
}
