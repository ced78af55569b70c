using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Approvals.Tests.Messages;

/// <summary>Whoever receives: keeps every request, and answers as it is told to.</summary>
internal sealed class HttpSink : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly CancellationTokenSource closing = new();

    private HttpSink(WebApplication server) => this.server = server;

    internal sealed record Post(string Path, string Query, string Body, Dictionary<string, string> Headers)
    {
        public string Key => Headers["Idempotency-Key"];
    }

    public ConcurrentQueue<Post> Got { get; } = [];

    /// <summary>Status and body of the answer to a request; null to never answer.</summary>
    public Func<Post, (int Status, string Body)?> Answers { get; set; } = _ => (200, "");

    public string Url { get; private set; } = "";

    public static async Task<HttpSink> Open()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var sink = new HttpSink(server);
        server.Run(sink.Take);
        await server.StartAsync();
        sink.Url = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await server.DisposeAsync();
        closing.Dispose();
    }

    private async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var post = new Post(context.Request.Path, context.Request.QueryString.Value ?? "", await reader.ReadToEndAsync(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()));
        Got.Enqueue(post);
        if (Answers(post) is not { } answer)
        {
            await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing.Token).Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        context.Response.StatusCode = answer.Status;
        await context.Response.WriteAsync(answer.Body);
    }
}
