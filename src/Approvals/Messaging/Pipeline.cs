using System.Reflection;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Approvals.Messaging;

/// <summary>The first gate: whoever sends a request needs the act that the request names.</summary>
internal sealed class Authorise<TRequest, TResponse>(Actor actor) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly Act? Needed = typeof(TRequest).GetCustomAttribute<NeedsAttribute>()?.Act;
    private static readonly bool Inside = typeof(IInside).IsAssignableFrom(typeof(TRequest));

    public Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        if (Inside) return next();
        if (Needed is not { } act) throw new InvalidOperationException($"{typeof(TRequest).FullName} says neither [Needs] nor IInside.");
        actor.Demand(act);
        return next();
    }
}

/// <summary>Each command and its events in one transaction; where it takes a second person who has not approved it, none of it is kept.</summary>
internal sealed class InTransaction<TRequest, TResponse>(Db db, SecondPerson second) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        if (request is not ICommand) return next();
        if (request is IInside && !db.InTransaction)
            throw new InvalidOperationException($"{typeof(TRequest).FullName} is sent from inside a command only.");
        return request is IInside ? next() : db.Transact(() => Whole(next), ct);
    }

    private async Task<TResponse> Whole(RequestHandlerDelegate<TResponse> next)
    {
        var answer = await next();
        second.Settle();
        return answer;
    }
}

/// <summary>All that would change with another version of MediatR.</summary>
internal static class Registration
{
    public static void AddMessaging(this IServiceCollection services)
    {
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes().Where(t => t is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }))
        {
            foreach (var door in type.GetInterfaces().Where(i => i.IsGenericType))
            {
                // A query's handler that is already there stands: a benchmark puts fixed rows in its place.
                if (door.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)) services.TryAddTransient(door, type);
                if (door.GetGenericTypeDefinition() == typeof(INotificationHandler<>)) services.AddTransient(door, type);
            }
        }

        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Authorise<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(InTransaction<,>));
        services.AddScoped<Trail>();
        services.AddScoped<SecondPerson>();
        services.AddScoped<ServiceFactory>(p => p.GetService!);
        services.AddScoped<IMediator, Mediator>();
    }
}
