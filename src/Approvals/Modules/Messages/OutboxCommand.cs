using System.CommandLine;

namespace Approvals.Modules.Messages;

/// <summary>On the command line: <c>outbox send</c> sends what is due now, as the job does each minute.</summary>
internal static class OutboxCommand
{
    public static Command Command()
    {
        var send = new Command("send", "立即发送到期的消息 send what is due now");
        send.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            var (sent, failed) = (0, 0);
            for (var more = true; more;)
            {
                var batch = await mediator.Send(new SendOutbox.Batch());
                (sent, failed, more) = (sent + batch.Sent, failed + batch.Failed, batch.More);
            }

            Console.WriteLine($"已发 sent {sent}，未成 failed {failed}");
            return failed == 0 ? 0 : 1;
        }));
        return new Command("outbox", "外发消息 what leaves the process") { send };
    }
}
