using System.Reflection;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Audit;

/// <summary>
/// Around each request that is to be proved: done, its record is the last statement of its own transaction; refused, it
/// is written in a transaction of its own, because the refused one is undone. What a request sends in turn belongs to it.
/// What only reads leaves no record, unless it asked for what is not its reader's.
/// </summary>
internal sealed class Recording<TRequest, TResponse>(Trail trail, Recorder recorder) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly Recipe? Recipe = Recipe.Of(typeof(TRequest), typeof(TResponse));

    private static readonly bool Reads = Recipe is null && !typeof(TRequest).IsAssignableTo(typeof(ICommand)) && typeof(TRequest).GetCustomAttribute<NeedsAttribute>() is not null;

    public Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next) =>
        trail.Current is not null ? next() : Recipe is not null ? Record(Recipe, request, next, ct) : Reads && !trail.IsReading ? Watch(request, next) : next();

    private async Task<TResponse> Watch(TRequest request, RequestHandlerDelegate<TResponse> next)
    {
        trail.IsReading = true;
        try
        {
            return await next();
        }
        catch (Refused refused) when (refused.Status == RefusedAs.Forbidden || refused.Hides)
        {
            await recorder.KeepRefused(Commands.Door, Commands.SubjectOfReading(request), new { request = Commands.NameOf(typeof(TRequest)), asked = request }, refused);
            throw;
        }
        finally
        {
            trail.IsReading = false;
        }
    }

    private async Task<TResponse> Record(Recipe recipe, TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken ct)
    {
        // Before the transaction: its words need not be found while others wait for the writer.
        var entry = trail.Current = recorder.Begin(recipe, request);
        try
        {
            var answer = await next();
            if (!entry.IsSettled) await recorder.Keep(entry, ct);
            return answer;
        }
        catch (Exception error) when (error is not OperationCanceledException and not Asked)
        {
            if (!entry.IsRepeated) await recorder.KeepRefused(entry, error);
            throw;
        }
        finally
        {
            (trail.Current, trail.Last) = (null, entry.Subject);
        }
    }
}

/// <summary>
/// The answer of a command is known before its transaction ends: a number that is given only now is what the record is on,
/// unless all is undone because a second person must approve it first.
/// </summary>
internal sealed class Answered<TRequest, TResponse>(Trail trail, SecondPerson second) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly Recipe? Recipe = Recipe.Of(typeof(TRequest), typeof(TResponse)) is { AsksAnswer: true } recipe ? recipe : null;

    public Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next) => Recipe is null ? next() : Note(Recipe, request, next);

    private async Task<TResponse> Note(Recipe recipe, TRequest request, RequestHandlerDelegate<TResponse> next)
    {
        var answer = await next();
        if (!second.IsAwaited && trail.Current is { } entry && ReferenceEquals(entry.Request, request) && recipe.SubjectOfAnswer(answer) is { } subject) entry.Subject = subject;
        return answer;
    }
}

/// <summary>Makes records of what a unit of work has on its trail.</summary>
internal sealed partial class Recorder(Trail trail, Db db, Chain chain, Actor actor, ZoneClock clock, ILogger<Recorder> log)
{
    private const int MostProblems = 5;
    private const int LongestMessage = 200;
    private const string Done = "done";

    /// <summary>Ended inside a transaction that holds several: each as it was at its own end.</summary>
    private readonly List<Record> waiting = [];

    public TrailEntry Begin(Recipe recipe, object request)
    {
        Listen();
        if (!db.InTransaction) waiting.Clear(); // what was refused in a transaction that nobody recorded
        return new(request, recipe.Command, Said.Of(request))
        {
            Subject = recipe.SubjectOf(request),
            OccurredAt = recipe.Happened(request),
            TouchedBefore = db.InTransaction ? db.Touched : 0,
        };
    }

    /// <summary>Done without a transaction of its own, or inside one that is not over yet.</summary>
    public async Task Keep(TrailEntry entry, CancellationToken ct)
    {
        trail.Current = null;
        if (db.InTransaction)
        {
            Put(entry);
            return;
        }

        await db.Transact(() => Task.FromResult(Put(entry)), ct);
    }

    /// <summary>Whoever was refused gets the refusal as it was, whether or not it could be written down.</summary>
    public async Task KeepRefused(TrailEntry entry, Exception error)
    {
        entry.Error = error;
        entry.Changes = null;
        entry.IsSettled = false;
        try
        {
            await Keep(entry, CancellationToken.None);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            NotKept(failure, entry.Command);
        }
    }

    /// <summary>Something was refused before there was a request.</summary>
    public Task KeepRefused(string command, string subject, object said, Exception error)
    {
        Listen();
        return KeepRefused(new TrailEntry(said, command, Said.Of(said)) { Subject = subject }, error);
    }

    private void Listen()
    {
        if (db.Ending is not null) return;
        db.Ending = Write;
        db.Again = () =>
        {
            waiting.Clear();
            if (trail.Current is { } lost) (lost.IsSettled, lost.Changes) = (false, null);
        };
        // What was done in it is not done. What was refused in it was, and is written with the refusal of the whole.
        db.Undone = () => waiting.RemoveAll(record => record.Outcome == Done);
    }

    /// <summary>The last statement of each transaction that leaves a record.</summary>
    private Func<Task>? Write()
    {
        if (trail.Current is { IsSettled: false } current) Put(current);
        Record[] records = [.. waiting];
        waiting.Clear(); // whatever becomes of them here: this transaction is their only one
        return records.Length == 0 ? null : async () =>
        {
            foreach (var record in records) await chain.Append(db, record);
        };
    }

    private bool Put(TrailEntry entry)
    {
        entry.IsSettled = true;
        // A job that looked and found nothing to do has done nothing. On the command line somebody asked for it.
        if (actor.IsSystem && actor.From.Source != "cli" && entry.Error is null && entry.Changes is null && db.Touched == entry.TouchedBefore) return false;
        var now = clock.Now;
        waiting.Add(new Record
        {
            RecordedAt = now,
            OccurredAt = entry.OccurredAt switch
            {
                null => now,
                { Kind: DateTimeKind.Unspecified } local => Valid(local) ? clock.Utc(local) : now,
                { } at => at.ToUniversalTime(),
            },
            UserId = actor.UserId,
            Login = Cut(actor.Login, 40),
            UserName = Cut(actor.OwnName, 80),
            Roles = actor.Roles.Count == 1 ? Names[(int)actor.Roles.First()] : string.Join(',', actor.Roles.Order()),
            OnBehalfOf = actor.OnBehalfOf ?? "",
            Source = actor.From.Source,
            Place = Cut(actor.From.Place, 200),
            Command = Cut(entry.Command, 100),
            Subject = Cut(entry.Error is null || entry.IsFound ? entry.Subject : Masking.InText(entry.Subject), 120), // what was refused is on whatever somebody wrote
            Outcome = OutcomeOf(entry.Error),
            Said = entry.Said,
            Detail = Detail(entry),
            Correlation = trail.Correlation,
        });
        return true;
    }

    private static readonly string[] Names = Enum.GetNames<Role>();

    /// <remarks>An hour that a zone skips in spring is no instant.</remarks>
    private bool Valid(DateTime local) => !clock.Zone.IsInvalidTime(local);

    private static string OutcomeOf(Exception? error) => error switch
    {
        null => Done,
        Refused { Status: RefusedAs.Invalid } => "invalid",
        Refused { Status: RefusedAs.Forbidden } or Refused { Hides: true } => "forbidden",
        Refused => "refused",
        _ => "failed",
    };

    private static string Detail(TrailEntry entry) => entry switch
    {
        { Error: Refused refused } => Said.Of(refused.Problems.Take(MostProblems).Select(p => new[] { p.Code, p.Field, Told(p.Message.Zh, refused), Told(p.Message.En, refused) })),
        { Error: { } error } => Said.Of(new[] { new[] { error.GetType().Name, "", "", "" } }),
        { Changes: { } changes } => Said.Of(changes.Select(c => new object?[] { Words(c.What), Words(c.Before), Words(c.After) })),
        _ => "",
    };

    private static string Told(string message, Refused refused) =>
        Cut(refused.Persons.Where(name => name.Length > 0).Aggregate(message, (text, name) => text.Replace(name, Personal.Name(name), StringComparison.Ordinal)), LongestMessage);

    /// <summary>A text in both languages; anything else as it is written.</summary>
    private static object? Words(object? value) => value switch
    {
        null => null,
        Text text => new[] { text.Zh, text.En },
        string text => text,
        DateOnly day => Web.Words.Day(day),
        IFormattable other => other.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        System.Collections.IEnumerable many => many.Cast<object?>().Select(Words),
        _ => value.ToString(),
    };

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    [LoggerMessage(LogLevel.Error, "A refused attempt could not be recorded: {Command}")]
    private partial void NotKept(Exception error, string command);
}
