using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Countersigning;
using MediatR;

namespace Approvals.Tests.Countersigning;

/// <summary>What takes two persons, in one line: asked for by one, approved by another.</summary>
internal static class TwoPersons
{
    public static readonly Person OtherSupervisor = new(55, "另一督办", null, Role.Supervisor);

    /// <summary>Asked for; the number of the request.</summary>
    public static Task<string> Ask<T>(this App app, IRequest<T> request, Person asker) => AskedBy(() => app.Send(request, asker));

    public static async Task<string> AskedBy(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Asked asked)
        {
            return asked.Number;
        }

        throw new AssertionException("It was done without a second person.");
    }

    /// <summary>A command of whatever answer.</summary>
    public static async Task SendAny(this App app, object command, Person who)
    {
        await using var scope = app.Services.CreateAsyncScope();
        who.Sit(scope.ServiceProvider.GetRequiredService<Actor>());
        await TwoPersonCommands.Send(scope.ServiceProvider.GetRequiredService<IMediator>(), command, default);
    }

    /// <summary>The one request that waits.</summary>
    public static Task<string> Pending(this App app) => app.Value<string>("SELECT number FROM countersigning_request WHERE state = 'Pending'");

    public static Task Countersign(this App app, string number, Person approver) => app.Send(new ApproveRequest.Command(number), approver);

    /// <summary>Asked for, and approved at once.</summary>
    public static async Task SendByTwo<T>(this App app, IRequest<T> request, Person asker, Person approver) => await app.Countersign(await app.Ask(request, asker), approver);
}
