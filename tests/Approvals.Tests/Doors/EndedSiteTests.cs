namespace Approvals.Tests.Doors;

/// <summary>A process may begin and end many sites, as this suite does: none is kept by what it began.</summary>
internal sealed class EndedSiteTests
{
    /// <summary>Neither by what limits rates nor by another timer of its own.</summary>
    [Test]
    public async Task A_site_that_has_ended_is_collected()
    {
        var site = await Ended();
        await using var next = await App.Start(); // the job library keeps the site of the process that began last
        for (var tries = 0; site.IsAlive && tries < 50; tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(100);
        }

        Assert.That(site.IsAlive, Is.False);
    }

    private static async Task<WeakReference> Ended()
    {
        var app = await App.Start();
        using (var http = app.Http())
        using (var answer = await http.GetAsync("/sign-in")) Assert.That(answer.IsSuccessStatusCode);
        var site = new WeakReference(app.Services);
        await app.DisposeAsync();
        return site;
    }
}
