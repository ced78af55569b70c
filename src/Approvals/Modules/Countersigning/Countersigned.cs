using System.Reflection;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>
/// Around each request from outside that changes something: where its handler has demanded a second person, its transaction
/// is undone by now, and it is kept as a request for approval instead, in a transaction of its own.
/// </summary>
internal sealed class Countersigned<TRequest, TResponse>(SecondPerson second, Trail trail, Db db, Actor actor, IServiceProvider services) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly bool Concerns = typeof(TRequest).IsAssignableTo(typeof(IRecorded));
    private static readonly bool TakesTwo = typeof(TRequest).GetCustomAttribute<TakesTwoAttribute>() is not null;

    public Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next) =>
        Concerns && !second.IsBusy ? second.Handle(() => Watch(request, next, ct)) : next();

    private async Task<TResponse> Watch(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken ct)
    {
        try
        {
            return await next();
        }
        catch (SecondPersonNeeded needed)
        {
            if (!TakesTwo) throw new InvalidOperationException($"{typeof(TRequest).FullName} is not marked [TakesTwo].", needed);
            if (db.InTransaction) throw new InvalidOperationException($"{typeof(TRequest).FullName} waits for a second person inside a transaction that nothing can be taken out of.", needed);
            throw await File(request, needed, ct);
        }
    }

    /// <summary>The asking is what the record says; the command itself is on record when it is done.</summary>
    private async Task<Asked> File(TRequest request, SecondPersonNeeded needed, CancellationToken ct)
    {
        var entry = trail.Current!;
        trail.Current = null;
        try
        {
            var name = typeof(TRequest).GetCustomAttribute<RecordAsAttribute>()!.Name;
            var file = new FileRequest.Command(needed.AsAsked ?? request, name, entry.Subject, needed.Says, needed.Posts);
            // A token that was let in to the command is let in to ask for it.
            var filed = await actor.As(actor.UserId, actor.Login, actor.OwnName, actor.Department, actor.Roles, actor.For, actor.Window, () => services.GetRequiredService<IMediator>().Send(file, ct));
            entry.IsSettled = true;
            return new(filed.Number, filed.Who);
        }
        finally
        {
            trail.Current = entry;
        }
    }
}
