-- One approval item of one application. status is the national code 1–16 of its last event; while a pause is open, of
-- that pause (6 or 9), whatever was written after it.
CREATE TABLE permits_case (
    id bigint NOT NULL CONSTRAINT pk_permits_case PRIMARY KEY,
    number nvarchar(40) NOT NULL CONSTRAINT uq_permits_case_number UNIQUE,
    application_number nvarchar(40) NOT NULL,
    project_id bigint NOT NULL,
    item_id bigint NOT NULL,
    item_code nvarchar(20) NOT NULL,
    department nvarchar(20) NOT NULL,
    status int NOT NULL,
    -- The clock as it was frozen when the case was opened.
    promised_limit int NULL,
    promised_unit nvarchar(2) NULL,
    statutory_limit int NULL,
    statutory_unit nvarchar(2) NULL,
    received_at datetime2(0) NOT NULL,
    -- The window has accepted the application: the case starts as soon as nothing blocks it.
    is_admitted bit NOT NULL,
    admitted_at datetime2(0) NULL,
    -- What the log says of the acceptance beside the day, where it was not the window's own word: 逾期未告知，即为受理.
    admission_note nvarchar(400) NULL,
    accepted_on date NULL,
    due_on date NULL,
    is_due_provisional bit NOT NULL,
    decided_on date NULL,
    certificate_number nvarchar(80) NULL,
    last_event int NOT NULL,
    last_occurred_at datetime2(0) NOT NULL
);

CREATE INDEX ix_permits_case_project ON permits_case (project_id, item_code);
-- One open or approved case of an item in a project, whoever comes first.
CREATE UNIQUE INDEX uq_permits_case_open ON permits_case (project_id, item_code) WHERE status IN (1, 3, 6, 7, 8, 9, 10, 11, 12, 16);
CREATE INDEX ix_permits_case_application ON permits_case (application_number, id);
-- The list, newest first: filtered by status, by department, by both (status is read from the department's index: one
-- more index would cost every submission a page for each department).
CREATE INDEX ix_permits_case_status ON permits_case (status, id);
CREATE INDEX ix_permits_case_department ON permits_case (department, id, status);
-- The tabs of a department's queue: running, waiting, decided.
CREATE INDEX ix_permits_case_queue ON permits_case (department, due_on, id) WHERE status IN (3, 6, 7, 8, 9, 10);
CREATE INDEX ix_permits_case_waiting ON permits_case (department, id) WHERE accepted_on IS NULL AND is_admitted = 1;
CREATE INDEX ix_permits_case_decided ON permits_case (department, decided_on, id) WHERE decided_on IS NOT NULL;

-- What a case waits for: the approval of another item of the same project.
CREATE TABLE permits_need (
    case_id bigint NOT NULL CONSTRAINT fk_permits_need_case REFERENCES permits_case (id),
    item_code nvarchar(20) NOT NULL,
    met_by_case_id bigint NULL,
    met_on date NULL,
    -- 超时默认: when the case's own limit had passed and it stopped waiting, without an approval.
    deemed_at datetime2(0) NULL,
    CONSTRAINT pk_permits_need PRIMARY KEY (case_id, item_code)
);

-- Append-only. occurred_at is when it was done, recorded_at when it was entered.
CREATE TABLE permits_event (
    case_id bigint NOT NULL CONSTRAINT fk_permits_event_case REFERENCES permits_case (id),
    number int NOT NULL,
    status int NOT NULL,
    occurred_at datetime2(0) NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    user_id bigint NOT NULL,
    user_name nvarchar(80) NOT NULL,
    note nvarchar(2000) NOT NULL,
    late_reason nvarchar(400) NOT NULL,
    CONSTRAINT pk_permits_event PRIMARY KEY (case_id, number)
);

CREATE TABLE permits_opinion (
    id bigint NOT NULL CONSTRAINT pk_permits_opinion PRIMARY KEY,
    case_id bigint NOT NULL CONSTRAINT fk_permits_opinion_case REFERENCES permits_case (id),
    user_id bigint NOT NULL,
    user_name nvarchar(80) NOT NULL,
    text nvarchar(2000) NOT NULL,
    recorded_at datetime2(0) NOT NULL
);

CREATE INDEX ix_permits_opinion_case ON permits_opinion (case_id, id);

CREATE TABLE permits_owed_document (
    case_id bigint NOT NULL CONSTRAINT fk_permits_owed_document_case REFERENCES permits_case (id),
    document nvarchar(20) NOT NULL,
    due_on date NOT NULL,
    given_on date NULL,
    given_to nvarchar(80) NULL,
    CONSTRAINT pk_permits_owed_document PRIMARY KEY (case_id, document)
);
