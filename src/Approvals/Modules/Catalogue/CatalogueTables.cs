using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.Catalogue;

/// <summary>The catalogue as rows: a publication is written whole, a snapshot is read whole.</summary>
internal static class CatalogueTables
{
    private const string Edition = "SELECT COALESCE(MAX(number), 0) FROM catalogue_edition";
    private const string Departments = "SELECT code, name_zh, name_en FROM catalogue_department ORDER BY code";
    private const string Documents = "SELECT code, name_zh, name_en FROM catalogue_document ORDER BY code";

    private const string Items = """
        SELECT id, code, version, name_zh, name_en, department, kind, statutory_limit, statutory_unit, statutory_note,
               promised_limit, promised_unit, result_zh, result_en, certificate_prefix, usual_needs, note, deemed_consent, warning_days, effective_from, effective_to
          FROM catalogue_item
         ORDER BY code, version
        """;

    private const string ItemDocuments = "SELECT item_id, document FROM catalogue_item_document ORDER BY item_id, position";

    private const string Processes = """
        SELECT id, code, version, name_zh, name_en, standard_type, baseline_working_days, land_to_start_baseline, effective_from, effective_to
          FROM catalogue_process
         ORDER BY code, version
        """;

    private const string Stages = "SELECT process_id, stage, name_zh, name_en, limit_working_days FROM catalogue_process_stage ORDER BY process_id, stage";
    private const string ProcessItems = "SELECT process_id, item_id, stage, merged_from FROM catalogue_process_item ORDER BY process_id, position";

    private const string Prerequisites = """
        SELECT p.process_id, p.item_id, i.code AS needs
          FROM catalogue_prerequisite p
          JOIN catalogue_item i ON i.id = p.needs_item_id
         ORDER BY p.process_id, p.item_id, i.code
        """;

    private const string LandSteps = """
        SELECT code, name_zh, name_en, who, statutory_limit, statutory_unit, statutory_note, promised_limit, promised_unit,
               needs, paper_zh, paper_en, note
          FROM catalogue_land_step
         ORDER BY code
        """;

    private const string AddEdition = "INSERT INTO catalogue_edition (number, published_at, published_by) VALUES (@number, @at, @by)";
    private const string AddDepartment = "INSERT INTO catalogue_department (code, name_zh, name_en) VALUES (@Code, @NameZh, @NameEn)";
    private const string RenameDepartment = "UPDATE catalogue_department SET name_zh = @NameZh, name_en = @NameEn WHERE code = @Code";
    private const string AddDocument = "INSERT INTO catalogue_document (code, name_zh, name_en) VALUES (@Code, @NameZh, @NameEn)";

    private const string AddItem = """
        INSERT INTO catalogue_item
               (id, code, version, name_zh, name_en, department, kind, statutory_limit, statutory_unit, statutory_note,
                promised_limit, promised_unit, result_zh, result_en, certificate_prefix, usual_needs, note,
                deemed_consent, warning_days, effective_from, effective_to)
        VALUES (@Id, @Code, @Version, @NameZh, @NameEn, @Department, @Kind, @StatutoryLimit, @StatutoryUnit, @StatutoryNote,
                @PromisedLimit, @PromisedUnit, @ResultZh, @ResultEn, @CertificatePrefix, @UsualNeeds, @Note,
                @DeemedConsent, @WarningDays, @EffectiveFrom, @EffectiveTo)
        """;

    private const string AddItemDocument = "INSERT INTO catalogue_item_document (item_id, document, position) VALUES (@ItemId, @Document, @Position)";
    private const string EndItem = "UPDATE catalogue_item SET effective_to = @To WHERE id = @Id";

    private const string AddProcess = """
        INSERT INTO catalogue_process
               (id, code, version, name_zh, name_en, standard_type, baseline_working_days, land_to_start_baseline, effective_from, effective_to)
        VALUES (@Id, @Code, @Version, @NameZh, @NameEn, @StandardType, @BaselineWorkingDays, @LandToStartBaseline, @EffectiveFrom, @EffectiveTo)
        """;

    private const string AddStage = """
        INSERT INTO catalogue_process_stage (process_id, stage, name_zh, name_en, limit_working_days)
        VALUES (@ProcessId, @Stage, @NameZh, @NameEn, @LimitWorkingDays)
        """;

    private const string AddProcessItem = """
        INSERT INTO catalogue_process_item (process_id, item_id, stage, position, merged_from)
        VALUES (@ProcessId, @ItemId, @Stage, @Position, @MergedFrom)
        """;

    private const string AddPrerequisite = "INSERT INTO catalogue_prerequisite (process_id, item_id, needs_item_id) VALUES (@ProcessId, @ItemId, @NeedsItemId)";
    private const string EndProcess = "UPDATE catalogue_process SET effective_to = @To WHERE id = @Id";

    private const string AddLandStep = """
        INSERT INTO catalogue_land_step
               (code, name_zh, name_en, who, statutory_limit, statutory_unit, statutory_note, promised_limit, promised_unit, needs, paper_zh, paper_en, note)
        VALUES (@Code, @NameZh, @NameEn, @Who, @StatutoryLimit, @StatutoryUnit, @StatutoryNote, @PromisedLimit, @PromisedUnit, @Needs, @PaperZh, @PaperEn, @Note)
        """;

    private const string ChangeLandStep = """
        UPDATE catalogue_land_step
           SET name_zh = @NameZh, name_en = @NameEn, who = @Who, statutory_limit = @StatutoryLimit, statutory_unit = @StatutoryUnit,
               statutory_note = @StatutoryNote, promised_limit = @PromisedLimit, promised_unit = @PromisedUnit, needs = @Needs,
               paper_zh = @PaperZh, paper_en = @PaperEn, note = @Note
         WHERE code = @Code
        """;

    public static Task<int> ReadEdition(Db db, CancellationToken ct) => db.Find<int>(Edition, ct: ct);

    public static async Task<CatalogueSnapshot> Read(Db db, CancellationToken ct)
    {
        var edition = await ReadEdition(db, ct);
        var departments = (await db.Query<NamedRow>(Departments, ct: ct)).Select(r => new Department(r.Code, new(r.NameZh, r.NameEn))).ToList();
        var documents = (await db.Query<NamedRow>(Documents, ct: ct)).Select(r => new Document(r.Code, new(r.NameZh, r.NameEn))).ToList();
        var documentByCode = documents.ToDictionary(d => d.Code);
        var ofItem = (await db.Query<ItemDocumentRow>(ItemDocuments, ct: ct)).ToLookup(r => r.ItemId, r => documentByCode[r.Document]);
        var items = (await db.Query<ItemRow>(Items, ct: ct)).Select(r => r.Item([.. ofItem[r.Id]])).ToList();
        var itemById = items.ToDictionary(i => i.Id);
        var stages = (await db.Query<StageRow>(Stages, ct: ct)).ToLookup(r => r.ProcessId, r => new Stage(r.Stage, new(r.NameZh, r.NameEn), r.LimitWorkingDays));
        var needs = (await db.Query<PrerequisiteRow>(Prerequisites, ct: ct)).ToLookup(r => (r.ProcessId, r.ItemId), r => r.Needs);
        var ofProcess = (await db.Query<ProcessItemRow>(ProcessItems, ct: ct)).ToLookup(
            r => r.ProcessId,
            r => new ProcessItem(itemById[r.ItemId], r.Stage, [.. needs[(r.ProcessId, r.ItemId)]], Codes(r.MergedFrom)));
        var processes = (await db.Query<ProcessRow>(Processes, ct: ct)).Select(r => new Process(
            r.Id,
            r.Code,
            r.Version,
            new(r.NameZh, r.NameEn),
            r.StandardType,
            r.BaselineWorkingDays,
            r.LandToStartBaseline,
            r.EffectiveFrom,
            r.EffectiveTo,
            [.. stages[r.Id]],
            [.. ofProcess[r.Id]])).ToList();
        var landSteps = (await db.Query<LandStepRow>(LandSteps, ct: ct)).Select(r => r.Step()).ToList();
        return new(edition, departments, documents, items, processes, landSteps);
    }

    /// <summary>Writes a publication, inside a transaction; false where another publication took its number first.</summary>
    public static async Task<bool> Write(Db db, Publication publication, CatalogueSnapshot published, DateTime at, long by, CancellationToken ct)
    {
        // First of all its number: whoever publishes at the same time stops here, before anything is written.
        if (!await db.TryInsert(AddEdition, new { number = published.Edition + 1, at, by }, ct)) return false;
        await Each(AddDepartment, publication.Departments.Select(NamedRow.Of));
        await Each(RenameDepartment, publication.RenamedDepartments.Select(NamedRow.Of));
        await Each(AddDocument, publication.Documents.Select(d => new NamedRow { Code = d.Code, NameZh = d.Name.Zh, NameEn = d.Name.En }));
        await Each(AddItem, publication.Items.Select(ItemRow.Of));
        await Each(AddItemDocument, publication.Items.SelectMany(i => i.Documents.Select((d, n) => new { ItemId = i.Id, Document = d.Code, Position = n + 1 })));
        await Each(AddProcess, publication.Processes.Select(ProcessRow.Of));
        await Each(AddStage, publication.Processes.SelectMany(p => p.Stages.Select(s =>
            new StageRow { ProcessId = p.Id, Stage = s.Number, NameZh = s.Name.Zh, NameEn = s.Name.En, LimitWorkingDays = s.Limit })));
        await Each(AddProcessItem, publication.Processes.SelectMany(p => p.Items.Select((i, n) =>
            new { ProcessId = p.Id, ItemId = i.Item.Id, i.Stage, Position = n + 1, MergedFrom = string.Join(", ", i.MergedFrom) })));
        await Each(AddPrerequisite, publication.Processes.SelectMany(p => p.Items.SelectMany(i => i.Needs.Select(code =>
            new { ProcessId = p.Id, ItemId = i.Item.Id, NeedsItemId = p.Items.First(o => o.Item.Code == code).Item.Id }))));
        await Each(AddLandStep, publication.LandSteps.Select(LandStepRow.Of));
        await Each(ChangeLandStep, publication.ChangedLandSteps.Select(LandStepRow.Of));
        await Each(EndItem, publication.EndedItems.Select(e => new { e.Id, e.To }));
        await Each(EndProcess, publication.EndedProcesses.Select(e => new { e.Id, e.To }));
        return true;

        async Task Each<T>(string sql, IEnumerable<T> rows)
        {
            var list = rows.ToList();
            if (list.Count > 0) await db.Execute(sql, list, ct);
        }
    }

    private static string[] Codes(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Limit? LimitOf(int? value, string? unit) => value is { } v && unit is not null ? new Limit(v, unit) : null;

    private sealed record NamedRow
    {
        public string Code { get; init; } = "";
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";

        public static NamedRow Of(Department d) => new() { Code = d.Code, NameZh = d.Name.Zh, NameEn = d.Name.En };
    }

    private sealed record ItemRow
    {
        public long Id { get; init; }
        public string Code { get; init; } = "";
        public int Version { get; init; }
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public string Department { get; init; } = "";
        public string Kind { get; init; } = "";
        public int? StatutoryLimit { get; init; }
        public string? StatutoryUnit { get; init; }
        public string StatutoryNote { get; init; } = "";
        public int? PromisedLimit { get; init; }
        public string? PromisedUnit { get; init; }
        public string ResultZh { get; init; } = "";
        public string ResultEn { get; init; } = "";
        public string CertificatePrefix { get; init; } = "";
        public string UsualNeeds { get; init; } = "";
        public string Note { get; init; } = "";
        public bool DeemedConsent { get; init; }
        public int? WarningDays { get; init; }
        public DateOnly EffectiveFrom { get; init; }
        public DateOnly? EffectiveTo { get; init; }

        public static ItemRow Of(Item i) => new()
        {
            Id = i.Id,
            Code = i.Code,
            Version = i.Version,
            NameZh = i.Name.Zh,
            NameEn = i.Name.En,
            Department = i.Department,
            Kind = i.Kind,
            StatutoryLimit = i.Statutory?.Value,
            StatutoryUnit = i.Statutory?.Unit,
            StatutoryNote = i.StatutoryNote,
            PromisedLimit = i.Promised?.Value,
            PromisedUnit = i.Promised?.Unit,
            ResultZh = i.Result.Zh,
            ResultEn = i.Result.En,
            CertificatePrefix = i.CertificatePrefix,
            UsualNeeds = i.UsualNeeds,
            Note = i.Note,
            DeemedConsent = i.DeemedConsent,
            WarningDays = i.WarningDays,
            EffectiveFrom = i.EffectiveFrom,
            EffectiveTo = i.EffectiveTo,
        };

        public Item Item(IReadOnlyList<Document> documents) => new(
            Id, Code, Version, new(NameZh, NameEn), Department, Kind, LimitOf(StatutoryLimit, StatutoryUnit), StatutoryNote,
            LimitOf(PromisedLimit, PromisedUnit), new(ResultZh, ResultEn), CertificatePrefix, UsualNeeds, Note, EffectiveFrom, EffectiveTo, documents)
        {
            DeemedConsent = DeemedConsent,
            WarningDays = WarningDays,
        };
    }

    private sealed record ItemDocumentRow
    {
        public long ItemId { get; init; }
        public string Document { get; init; } = "";
    }

    private sealed record ProcessRow
    {
        public long Id { get; init; }
        public string Code { get; init; } = "";
        public int Version { get; init; }
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public int StandardType { get; init; }
        public int BaselineWorkingDays { get; init; }
        public int LandToStartBaseline { get; init; }
        public DateOnly EffectiveFrom { get; init; }
        public DateOnly? EffectiveTo { get; init; }

        public static ProcessRow Of(Process p) => new()
        {
            Id = p.Id,
            Code = p.Code,
            Version = p.Version,
            NameZh = p.Name.Zh,
            NameEn = p.Name.En,
            StandardType = p.StandardType,
            BaselineWorkingDays = p.BaselineWorkingDays,
            LandToStartBaseline = p.LandToStartBaseline,
            EffectiveFrom = p.EffectiveFrom,
            EffectiveTo = p.EffectiveTo,
        };
    }

    private sealed record StageRow
    {
        public long ProcessId { get; init; }
        public int Stage { get; init; }
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public int LimitWorkingDays { get; init; }
    }

    private sealed record ProcessItemRow
    {
        public long ProcessId { get; init; }
        public long ItemId { get; init; }
        public int Stage { get; init; }
        public string MergedFrom { get; init; } = "";
    }

    private sealed record PrerequisiteRow
    {
        public long ProcessId { get; init; }
        public long ItemId { get; init; }
        public string Needs { get; init; } = "";
    }

    private sealed record LandStepRow
    {
        public string Code { get; init; } = "";
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public string Who { get; init; } = "";
        public int? StatutoryLimit { get; init; }
        public string? StatutoryUnit { get; init; }
        public string StatutoryNote { get; init; } = "";
        public int? PromisedLimit { get; init; }
        public string? PromisedUnit { get; init; }
        public string Needs { get; init; } = "";
        public string PaperZh { get; init; } = "";
        public string PaperEn { get; init; } = "";
        public string Note { get; init; } = "";

        public static LandStepRow Of(LandStep s) => new()
        {
            Code = s.Code,
            NameZh = s.Name.Zh,
            NameEn = s.Name.En,
            Who = s.Who,
            StatutoryLimit = s.Statutory?.Value,
            StatutoryUnit = s.Statutory?.Unit,
            StatutoryNote = s.StatutoryNote,
            PromisedLimit = s.Promised?.Value,
            PromisedUnit = s.Promised?.Unit,
            Needs = s.Needs,
            PaperZh = s.Paper.Zh,
            PaperEn = s.Paper.En,
            Note = s.Note,
        };

        public LandStep Step() => new(
            Code, new(NameZh, NameEn), Who, LimitOf(StatutoryLimit, StatutoryUnit), StatutoryNote, LimitOf(PromisedLimit, PromisedUnit),
            Needs, new(PaperZh, PaperEn), Note);
    }
}
