-- One row for each time the catalogue was published; number 1 is what ships with the program.
CREATE TABLE catalogue_edition (
    number int NOT NULL CONSTRAINT pk_catalogue_edition PRIMARY KEY,
    published_at datetime2(0) NOT NULL,
    published_by bigint NOT NULL
);

CREATE TABLE catalogue_department (
    code nvarchar(20) NOT NULL CONSTRAINT pk_catalogue_department PRIMARY KEY,
    name_zh nvarchar(80) NOT NULL,
    name_en nvarchar(120) NOT NULL
);

CREATE TABLE catalogue_document (
    code nvarchar(20) NOT NULL CONSTRAINT pk_catalogue_document PRIMARY KEY,
    name_zh nvarchar(200) NOT NULL,
    name_en nvarchar(200) NOT NULL
);

-- An item in one of its versions; a case keeps the id of the version it was opened with.
CREATE TABLE catalogue_item (
    id bigint NOT NULL CONSTRAINT pk_catalogue_item PRIMARY KEY,
    code nvarchar(20) NOT NULL,
    version int NOT NULL,
    name_zh nvarchar(200) NOT NULL,
    name_en nvarchar(200) NOT NULL,
    department nvarchar(20) NOT NULL CONSTRAINT fk_catalogue_item_department REFERENCES catalogue_department (code),
    kind nvarchar(40) NOT NULL,
    statutory_limit int NULL,
    statutory_unit nvarchar(2) NULL,
    statutory_note nvarchar(400) NOT NULL,
    promised_limit int NULL,
    promised_unit nvarchar(2) NULL,
    result_zh nvarchar(200) NOT NULL,
    result_en nvarchar(200) NOT NULL,
    certificate_prefix nvarchar(40) NOT NULL,
    usual_needs nvarchar(400) NOT NULL,
    note nvarchar(1000) NOT NULL,
    -- 超时默认: once its limit has passed, what waits for it waits no longer.
    deemed_consent bit NOT NULL,
    -- Days before the end of a limit on which the yellow light begins; null: a tenth of the limit.
    warning_days int NULL,
    effective_from date NOT NULL,
    effective_to date NULL,
    CONSTRAINT uq_catalogue_item UNIQUE (code, version),
    CONSTRAINT ck_catalogue_item_warning CHECK (warning_days > 0),
    CONSTRAINT ck_catalogue_item_statutory CHECK (statutory_limit > 0 AND statutory_unit IN ('wd', 'cd') OR statutory_limit IS NULL AND statutory_unit IS NULL),
    CONSTRAINT ck_catalogue_item_promised CHECK (promised_limit > 0 AND promised_unit IN ('wd', 'cd') OR promised_limit IS NULL AND promised_unit IS NULL)
);

CREATE TABLE catalogue_item_document (
    item_id bigint NOT NULL CONSTRAINT fk_catalogue_item_document_item REFERENCES catalogue_item (id),
    document nvarchar(20) NOT NULL CONSTRAINT fk_catalogue_item_document_document REFERENCES catalogue_document (code),
    position int NOT NULL,
    CONSTRAINT pk_catalogue_item_document PRIMARY KEY (item_id, document)
);

CREATE TABLE catalogue_process (
    id bigint NOT NULL CONSTRAINT pk_catalogue_process PRIMARY KEY,
    code nvarchar(20) NOT NULL,
    version int NOT NULL,
    name_zh nvarchar(200) NOT NULL,
    name_en nvarchar(200) NOT NULL,
    standard_type int NOT NULL,
    baseline_working_days int NOT NULL,
    land_to_start_baseline int NOT NULL,
    effective_from date NOT NULL,
    effective_to date NULL,
    CONSTRAINT uq_catalogue_process UNIQUE (code, version)
);

CREATE TABLE catalogue_process_stage (
    process_id bigint NOT NULL CONSTRAINT fk_catalogue_process_stage_process REFERENCES catalogue_process (id),
    stage int NOT NULL,
    name_zh nvarchar(80) NOT NULL,
    name_en nvarchar(160) NOT NULL,
    limit_working_days int NOT NULL,
    CONSTRAINT pk_catalogue_process_stage PRIMARY KEY (process_id, stage)
);

CREATE TABLE catalogue_process_item (
    process_id bigint NOT NULL CONSTRAINT fk_catalogue_process_item_process REFERENCES catalogue_process (id),
    item_id bigint NOT NULL CONSTRAINT fk_catalogue_process_item_item REFERENCES catalogue_item (id),
    stage int NOT NULL,
    position int NOT NULL,
    merged_from nvarchar(200) NOT NULL,
    CONSTRAINT pk_catalogue_process_item PRIMARY KEY (process_id, item_id)
);

CREATE TABLE catalogue_prerequisite (
    process_id bigint NOT NULL,
    item_id bigint NOT NULL,
    needs_item_id bigint NOT NULL,
    CONSTRAINT pk_catalogue_prerequisite PRIMARY KEY (process_id, item_id, needs_item_id),
    CONSTRAINT fk_catalogue_prerequisite_item FOREIGN KEY (process_id, item_id) REFERENCES catalogue_process_item (process_id, item_id),
    CONSTRAINT fk_catalogue_prerequisite_needs FOREIGN KEY (process_id, needs_item_id) REFERENCES catalogue_process_item (process_id, item_id)
);

CREATE TABLE catalogue_land_step (
    code nvarchar(20) NOT NULL CONSTRAINT pk_catalogue_land_step PRIMARY KEY,
    name_zh nvarchar(200) NOT NULL,
    name_en nvarchar(200) NOT NULL,
    who nvarchar(80) NOT NULL,
    statutory_limit int NULL,
    statutory_unit nvarchar(2) NULL,
    statutory_note nvarchar(400) NOT NULL,
    promised_limit int NULL,
    promised_unit nvarchar(2) NULL,
    needs nvarchar(200) NOT NULL,
    paper_zh nvarchar(200) NOT NULL,
    paper_en nvarchar(200) NOT NULL,
    note nvarchar(1000) NOT NULL
);
