using Approvals.Modules.Documents.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Documents;

/// <summary>材料文件: what may come in, where it lies, and that it is given out as it came.</summary>
internal static class DocumentsModule
{
    public static void AddDocuments(this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        var settings = DocumentSettings.Read(configuration, dataFolder);
        services.AddSingleton(settings);
        services.AddSingleton(new FileLimits(settings.MostBytes));
        services.AddSingleton<FileStore>();
        services.AddSingleton<Clamd>();
    }

    public static void ScheduleDocuments(this IRecurringJobManager jobs, RecurringJobOptions zone) =>
        jobs.AddOrUpdate<SweepFiles.Job>("documents.sweep-files", job => job.Run(CancellationToken.None), "20 2 * * *", zone);

    /// <summary>What is handed in has a place to lie.</summary>
    public static void DemandFilesFolder(this IServiceProvider services) => Database.DataFolder.Demand("Files:Folder", services.GetRequiredService<DocumentSettings>().Folder);

    /// <summary>Whether uploads are scanned, in a line for the console and the log at start.</summary>
    public static string AntivirusLine(this IServiceProvider services) => services.GetRequiredService<DocumentSettings>().Clamd is { } clamd
        ? $"杀毒 antivirus: clamd {clamd}"
        : "杀毒 antivirus: 未设置，上传的文件不扫描病毒 none is set, uploads are NOT scanned (Antivirus:Clamd)";

    internal sealed class AntivirusStanding(Clamd clamd) : IRequestHandler<AntivirusNow, Antivirus>
    {
        public Task<Antivirus> Handle(AntivirusNow query, CancellationToken ct) => Task.FromResult(clamd.Now);
    }
}
