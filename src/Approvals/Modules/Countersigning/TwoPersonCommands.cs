using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>The commands that may take two persons, as they are kept meanwhile. Nothing else can be made from what is stored.</summary>
internal static class TwoPersonCommands
{
    private static readonly Dictionary<string, Type> Types = typeof(Site).Assembly.GetTypes()
        .Where(t => t.GetCustomAttribute<TakesTwoAttribute>() is not null).ToDictionary(t => t.FullName!);

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is never shown
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly MethodInfo Typed = typeof(TwoPersonCommands).GetMethod(nameof(SendTyped), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static (string Name, string Content) Write(object command)
    {
        var name = command.GetType().FullName!;
        return Types.ContainsKey(name) ? (name, JsonSerializer.Serialize(command, command.GetType(), Json)) : throw new InvalidOperationException($"{name} is not marked [TakesTwo].");
    }

    public static object Read(string name, string content) => Types.TryGetValue(name, out var type)
        ? JsonSerializer.Deserialize(content, type, Json)!
        : throw new InvalidOperationException($"{name} is not marked [TakesTwo].");

    /// <summary>What it does.</summary>
    public static Act ActOf(object command) => command.GetType().GetCustomAttribute<NeedsAttribute>()!.Act;

    public static Task Send(IMediator mediator, object command, CancellationToken ct)
    {
        var answer = command.GetType().GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];
        return (Task)Typed.MakeGenericMethod(answer).Invoke(null, [mediator, command, ct])!;
    }

    private static Task<T> SendTyped<T>(IMediator mediator, object command, CancellationToken ct) => mediator.Send((IRequest<T>)command, ct);
}
