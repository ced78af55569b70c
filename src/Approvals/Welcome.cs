using Approvals.Modules.Audit;
using Approvals.Modules.Documents;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Approvals;

/// <summary>What a person at the console needs to know after the start.</summary>
internal static class Welcome
{
    public static void Print(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<Settings>();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Console.WriteLine($"一窗通 Approvals · {string.Join(", ", addresses)}");
        Console.WriteLine(settings.Engine == "sqlite" ? $"数据 data: {settings.DataFolder}" : "数据 data: SQL Server");
        Console.WriteLine(app.Services.AntivirusLine());
        Console.WriteLine(app.Services.RootsLine());
        if (!app.Environment.IsDevelopment()) return;
        Console.WriteLine($"演示账号 demonstration accounts (密码 password: {Demonstration.Zone.Password}):");
        foreach (var (login, role) in Demonstration.Zone.Accounts) Console.WriteLine($"  {login,-12} {role}");
        Console.WriteLine("停止 stop: Ctrl+C");
    }
}
