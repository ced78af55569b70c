using Approvals.Modules.Documents;
using Approvals.Modules.Documents.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Audit;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Permits;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Documents;

/// <summary>Files of one case through the same gate: what it owes, its result, its notices; and what a project has handed in before.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class CaseFilesTests
{
    private static readonly Person Fgjx = Person.Reviewer("FGJX");

    [Test]
    public async Task An_owed_document_comes_in_as_a_file_until_the_window_says_that_it_is_received_and_no_file_says_that()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, @case) = await Owing(app);

        var file = (await app.Send(Owed(number, @case, Samples.Pdf()), Person.Clerk)).Single();
        var wrong = (await app.Send(Owed(number, @case, Samples.Jpeg()), Person.OtherClerk)).Single();
        await app.Send(new TakeBackFile.Command(wrong.Code, number), Person.Clerk);
        var owed = await Paper(app, number, "D04");
        var received = (await app.Send(new ShowCase.Query(@case), Person.Clerk)).OwedDocuments.Single().GivenOn;
        await app.Send(new GiveOwedDocument.Command(@case, "D04"), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That((file.CaseNumber, file.Document, file.Version), Is.EqualTo((@case, "D04", 1)));
            Assert.That(owed.Counting.Select(f => f.Code), Is.EqualTo(new[] { file.Code }));
            Assert.That(received, Is.Null, "the day is the window's word");
            Assert.That((await app.Refusal(Owed(number, @case, Samples.Jpeg()), Person.Clerk)).Code(), Is.EqualTo("file.settled"));
            Assert.That((await app.Refusal(new TakeBackFile.Command(file.Code, number), Person.Clerk)).Code(), Is.EqualTo("file.settled"));
            Assert.That((await Paper(app, number, "D04")).Counting, Has.Count.EqualTo(1), "what was refused has changed nothing");
            Assert.That((await app.Refusal(Owed(number, @case, Samples.Pdf(), "D05"), Person.Clerk)).Code(), Is.EqualTo("file.noSuchPaper"), "it is not owed");
            Assert.That((await app.Refusal(Owed(number, @case, Samples.Pdf(), "RESULT"), Person.Clerk)).Code(), Is.EqualTo("file.noSuchPaper"), "the result is the department's");
            Assert.That((await app.Refusal(Owed(number, @case, "MZ"u8.ToArray()), Person.Clerk)).Status, Is.Not.EqualTo(RefusedAs.Forbidden));
        });
    }

    [Test]
    public async Task What_was_received_on_paper_takes_its_first_file_afterwards()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, @case) = await Owing(app);
        await app.Send(new GiveOwedDocument.Command(@case, "D04"), Person.Clerk);

        await app.Send(Owed(number, @case, Samples.Pdf()), Person.Clerk);

        Assert.That((await app.Refusal(Owed(number, @case, Samples.Jpeg()), Person.Clerk)).Code(), Is.EqualTo("file.settled"));
    }

    [Test]
    public async Task Whoever_changes_the_files_of_an_owed_document_holds_it_against_being_received()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (_, @case) = await Owing(app);
        var id = await app.Value<long>("SELECT id FROM permits_case WHERE number = @case", new { @case });
        var held = new List<bool>();
        async Task Hold(string document) => held.Add(await app.Inside(new HoldOwedDocument(id, document)));

        await Hold("D04");
        await Hold("D05");
        await app.Send(new GiveOwedDocument.Command(@case, "D04"), Person.Clerk);
        await Hold("D04");

        Assert.That(held, Is.EqualTo(new[] { true, false, false }));
    }

    /// <summary>Received by another server between the look at the paper and the change of its files.</summary>
    [Test]
    public async Task No_file_of_an_owed_document_changes_where_it_was_received_meanwhile()
    {
        var meanwhile = new ReceivedMeanwhile();
        await using var app = await App.Start("2026-03-02 09:00", listen: services => services.AddSingleton<IPipelineBehavior<HoldOwedDocument, bool>>(meanwhile));
        var (number, @case) = await Owing(app);
        var file = (await app.Send(Owed(number, @case, Samples.Pdf()), Person.Clerk)).Single();
        meanwhile.Now = true;

        var added = await app.Refusal(Owed(number, @case, Samples.Jpeg()), Person.Clerk);
        var takenBack = await app.Refusal(new TakeBackFile.Command(file.Code, number), Person.Clerk);

        Assert.That((added.Code(), takenBack.Code()), Is.EqualTo(("file.settled", "file.settled")));
        Assert.That((await Paper(app, number, "D04")).Counting.Select(f => f.Code), Is.EqualTo(new[] { file.Code }));
    }

    private sealed class ReceivedMeanwhile : IPipelineBehavior<HoldOwedDocument, bool>
    {
        public bool Now { get; set; }

        public async Task<bool> Handle(HoldOwedDocument request, CancellationToken cancellationToken, RequestHandlerDelegate<bool> next) => !Now && await next();
    }

    [Test]
    public async Task The_result_is_filed_by_its_department_exchanged_until_it_is_handed_out_and_comes_back_as_it_was()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        var early = await app.Refusal(Result(applied["A01"], Samples.Pdf()), Fgjx);
        await app.Approve(applied["A01"], "FGJX");

        var first = (await app.Send(Result(applied["A01"], Samples.Pdf()), Fgjx)).Single();
        var record = await app.Last();
        var second = (await app.Send(Result(applied["A01"], Samples.Jpeg(), first.Code), Person.Head("FGJX"))).Single();
        await using var opened = (await app.Send(new DownloadFile.Query(applied.Number, second.Code), Person.Clerk)).Bytes;
        var bytes = new MemoryStream();
        await opened.CopyToAsync(bytes);
        var foreign = await app.Refusal(Result(applied["A01"], Samples.Pdf()), Person.Reviewer("ZRZY"));
        var window = await app.Refusal(new TakeBackFile.Command(second.Code, applied.Number), Person.Clerk);
        await app.Send(new HandOut.Command("示例经办", CaseNumber: applied["A01"]), Person.Clerk);
        var late = await app.Refusal(Result(applied["A01"], Samples.All[FileKind.Tiff], second.Code), Fgjx);

        var paper = await Paper(app, applied.Number, "RESULT");
        Assert.Multiple(() =>
        {
            Assert.That(early.Code(), Is.EqualTo("file.noSuchPaper"), "nothing is decided yet");
            Assert.That((record.Command, record.Subject), Is.EqualTo(("OneWindow.UploadPaper", $"case:{applied["A01"]}")));
            Assert.That(bytes.ToArray(), Is.EqualTo(Samples.Jpeg()));
            Assert.That((foreign.Code(), window.Code(), late.Code()), Is.EqualTo(("case.otherDepartment", "file.ofCase", "file.settled")));
            Assert.That(paper.Files.Select(f => (f.Version, f.EndedAt is null, f.ReplacedBy)), Is.EqualTo(new[] { (1, false, (int?)2), (2, true, null) }));
            Assert.That(paper.Number, Is.EqualTo("示例文号〔2026〕1号"));
        });
    }

    [Test]
    public async Task The_written_notice_of_a_pause_and_of_an_extension_is_wanted_and_filed_by_the_department()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Open("FGJX");
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.SendByTwo(new ExtendCase.Command(applied["A01"], 3, "情况复杂", "示例延〔2026〕1号"), Fgjx, Person.Head("FGJX"));
        await app.SendByTwo(new PauseCase.Command(applied["A01"], "expert-review", null, null, null, 5, "示例告〔2026〕1号"), Fgjx, Person.Head("FGJX"));
        var before = await Papers(app, applied.Number);

        await app.Send(new UploadPaper.Command([Samples.Pdf().Sent("告知书.pdf")], "pause-1", applied["A01"]), Fgjx);
        await app.Send(new UploadPaper.Command([Samples.Pdf().Sent("告知书.pdf")], "EXTENSION-1", applied["A01"]), Fgjx);

        var after = await Papers(app, applied.Number);
        Assert.Multiple(async () =>
        {
            Assert.That(before.Select(p => (p.Code, p.IsDemanded, p.Counting.Count)), Is.EqualTo(new[] { ("PAUSE-1", true, 0), ("EXTENSION-1", true, 0) }));
            Assert.That(before.Select(p => p.Number), Is.EqualTo(new[] { "示例告〔2026〕1号", "示例延〔2026〕1号" }));
            Assert.That(after.Select(p => p.Counting.Count), Is.EqualTo(new[] { 1, 1 }));
            Assert.That((await app.Refusal(new UploadPaper.Command([Samples.Pdf().Sent("x.pdf")], "PAUSE-2", applied["A01"]), Fgjx)).Code(), Is.EqualTo("file.noSuchPaper"));
            Assert.That((await app.Refusal(new UploadPaper.Command(["#!/bin/sh"u8.ToArray().Sent("x.pdf")], "PAUSE-1", applied["A01"]), Fgjx)).Code(), Is.EqualTo("file.program"));
        });
    }

    [Test]
    public async Task A_document_of_the_project_is_offered_taken_over_and_says_where_it_comes_from()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await Taken(app, "A01");
        var lasting = (await app.Send(new UploadFiles.Command([Samples.Pdf().Sent("资料.pdf")], "D02", first), Person.Clerk)).Single();
        var ending = (await app.Send(new UploadFiles.Command([Samples.Jpeg().Sent("证照.jpg")], "D02", first, ValidUntil: new(2026, 3, 4)), Person.Clerk)).Single();
        var gone = (await app.Send(new UploadFiles.Command([Samples.All[FileKind.Tiff].Sent("错.tif")], "D02", first), Person.Clerk)).Single();
        await app.Send(new TakeBackFile.Command(gone.Code, first), Person.Clerk);
        await app.Send(new Withdraw.Command("改期", first), Person.Clerk);
        var second = await Taken(app, "A01");

        var offered = (await Line(app, second)).Pool.Select(f => f.Code).ToList();
        app.Clock.Advance(TimeSpan.FromDays(3));
        var later = (await Line(app, second)).Pool.Select(f => f.Code).ToList();
        var expired = await app.Refusal(new ReuseFile.Command(ending.Code, "D02", second), Person.Clerk);
        var other = await app.Refusal(new ReuseFile.Command(lasting.Code, "D04", second), Person.Clerk);
        var taken = await app.Send(new ReuseFile.Command(lasting.Code, "D02", second), Person.Clerk);

        var line = await Line(app, second);
        Assert.Multiple(async () =>
        {
            Assert.That(offered, Is.EqualTo(new[] { ending.Code, lasting.Code }), "the latest first, without what was taken back");
            Assert.That(later, Is.EqualTo(new[] { lasting.Code }), "the other has ended");
            Assert.That((expired.Code(), other.Code()), Is.EqualTo(("file.notInPool", "file.notInPool")));
            Assert.That((taken.SourceCode, taken.Sha256, taken.ApplicationNumber, taken.Version), Is.EqualTo((lasting.Code, lasting.Sha256, second, 1)));
            Assert.That((line.IsMissing, line.Pool.Count), Is.EqualTo((false, 0)), "it is handed in");
            Assert.That((await app.Refusal(new UploadFiles.Command([Samples.Pdf().Sent("x.pdf")], "D02", second, ValidUntil: new(2026, 3, 1)), Person.Clerk)).Code(), Is.EqualTo("file.expired"));
            Assert.That((await app.Refusal(new UploadFiles.Command([Samples.Pdf().Sent("x.pdf")], "D02", second, ValidUntil: new(9999, 12, 31)), Person.Clerk)).Code(), Is.EqualTo("file.validTooLong"));
        });
    }

    [Test]
    public async Task What_lies_damaged_in_the_folder_is_taken_over_by_nobody_and_another_projects_documents_are_not_offered()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Project("2601-510300-04-01-900002");
        var first = await Taken(app, "A01");
        var file = (await app.Send(new UploadFiles.Command([Samples.Pdf().Sent("资料.pdf")], "D02", first), Person.Clerk)).Single();
        await app.Send(new Withdraw.Command("改期", first), Person.Clerk);
        var second = await Taken(app, "A01");
        var foreign = await Taken(app, "A01", "2601-510300-04-01-900002");
        var store = app.Services.GetRequiredService<FileStore>();
        await File.AppendAllTextAsync(store.PathOf(file.Sha256), "x");

        var damaged = await app.Refusal(new ReuseFile.Command(file.Code, "D02", second), Person.Clerk);
        var others = await app.Refusal(new ReuseFile.Command(file.Code, "D02", foreign), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That((damaged.Code(), others.Code()), Is.EqualTo(("file.tampered", "file.notInPool")));
            Assert.That((await Line(app, foreign)).Pool, Is.Empty);
            Assert.That((await Line(app, second)).IsMissing, Is.True);
        });
    }

    private static async Task<(string Application, string Case)> Owing(App app)
    {
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Send(new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", ["D04"], new DateOnly(2026, 3, 20)), Fgjx);
        return (applied.Number, applied["A01"]);
    }

    private static async Task<string> Taken(App app, string item, string project = Scene.ProjectCode) =>
        (await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), project, [item], [], "示例经办", "0813-0000000"), Person.Clerk)).Number;

    private static UploadFiles.Command Owed(string number, string @case, byte[] bytes, string document = "D04") => new([bytes.Sent("补交.pdf")], document, number, CaseNumber: @case);

    private static UploadPaper.Command Result(string @case, byte[] bytes, string? replaces = null) => new([bytes.Sent("批文.pdf")], "RESULT", @case, replaces);

    private static async Task<ListFiles.Line> Line(App app, string number) => (await app.Send(new ListFiles.Query(number), Person.Clerk)).Documents.Single(d => d.Document == "D02");

    private static async Task<IReadOnlyList<CasePapers.Paper>> Papers(App app, string number) => (await app.Send(new ListFiles.Query(number), Person.Clerk)).Cases.SelectMany(c => c.Papers).ToList();

    private static async Task<CasePapers.Paper> Paper(App app, string number, string code) => (await Papers(app, number)).Single(p => p.Code == code);
}
