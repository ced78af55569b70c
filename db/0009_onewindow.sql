-- One form of one project; its cases are permits_case with the same application number.
CREATE TABLE onewindow_application (
    id bigint NOT NULL CONSTRAINT pk_onewindow_application PRIMARY KEY,
    number nvarchar(40) NOT NULL CONSTRAINT uq_onewindow_application_number UNIQUE,
    -- Made when the form was opened: a second click sends the same key.
    request_key nvarchar(40) NOT NULL CONSTRAINT uq_onewindow_application_request UNIQUE,
    project_id bigint NOT NULL,
    process_id bigint NOT NULL,
    state nvarchar(20) NOT NULL,
    -- Counted as people count: an emoji is one character here and two in nvarchar.
    applicant nvarchar(160) NOT NULL,
    applicant_phone nvarchar(40) NOT NULL,
    query_code nvarchar(20) NOT NULL,
    received_at datetime2(0) NOT NULL,
    received_by bigint NOT NULL,
    received_by_name nvarchar(80) NOT NULL,
    answered_at datetime2(0) NULL,
    answered_by nvarchar(80) NULL,
    -- 逾期未告知，自收到申请材料之日起即为受理 (行政许可法 32): that day; null where the window answered in time.
    deemed_on date NULL,
    refusal_reason nvarchar(1000) NULL,
    right_authority nvarchar(200) NULL,
    withdrawn_at datetime2(0) NULL,
    withdrawn_by nvarchar(80) NULL,
    withdrawal_reason nvarchar(1000) NULL,
    CONSTRAINT ck_onewindow_application_state CHECK (state IN ('Received', 'Correcting', 'Accepted', 'NotAccepted', 'NoPermitNeeded', 'Withdrawn'))
);

CREATE INDEX ix_onewindow_application_project ON onewindow_application (project_id, id);
CREATE INDEX ix_onewindow_application_state ON onewindow_application (state, id);

-- Each document once, however many items want it. comes_from: the item whose result this paper is, where all that
-- want it wait for that item anyway; such a paper is not asked of the applicant.
CREATE TABLE onewindow_material (
    application_id bigint NOT NULL CONSTRAINT fk_onewindow_material_application REFERENCES onewindow_application (id),
    document nvarchar(20) NOT NULL,
    name_zh nvarchar(200) NOT NULL,
    name_en nvarchar(200) NOT NULL,
    wanted_by nvarchar(400) NOT NULL,
    comes_from nvarchar(20) NULL,
    is_given bit NOT NULL,
    given_at datetime2(0) NULL,
    CONSTRAINT pk_onewindow_material PRIMARY KEY (application_id, document)
);

-- 补正 before acceptance: once, everything at once (行政许可法 32).
CREATE TABLE onewindow_correction (
    application_id bigint NOT NULL CONSTRAINT pk_onewindow_correction PRIMARY KEY CONSTRAINT fk_onewindow_correction_application REFERENCES onewindow_application (id),
    asked_at datetime2(0) NOT NULL,
    asked_by nvarchar(80) NOT NULL,
    closed_at datetime2(0) NULL
);

CREATE TABLE onewindow_correction_item (
    application_id bigint NOT NULL CONSTRAINT fk_onewindow_correction_item_correction REFERENCES onewindow_correction (application_id),
    document nvarchar(20) NOT NULL,
    what nvarchar(400) NOT NULL,
    CONSTRAINT pk_onewindow_correction_item PRIMARY KEY (application_id, document)
);

-- 出件: the result of a case comes back to the window and is handed out.
CREATE TABLE onewindow_result (
    case_id bigint NOT NULL CONSTRAINT pk_onewindow_result PRIMARY KEY,
    application_number nvarchar(40) NOT NULL,
    case_number nvarchar(40) NOT NULL,
    paper nvarchar(200) NOT NULL,
    certificate_number nvarchar(80) NULL,
    decided_on date NOT NULL,
    arrived_at datetime2(0) NOT NULL,
    handed_out_on date NULL,
    handed_out_at datetime2(0) NULL,
    handed_out_by nvarchar(80) NULL,
    recipient nvarchar(160) NULL
);

CREATE INDEX ix_onewindow_result_application ON onewindow_result (application_number, case_id);
CREATE INDEX ix_onewindow_result_waiting ON onewindow_result (arrived_at, case_id) WHERE handed_out_on IS NULL;
CREATE INDEX ix_onewindow_result_decided ON onewindow_result (decided_on);
