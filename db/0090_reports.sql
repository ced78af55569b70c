-- 夜间报告: one row for each time the figures of a day were made. A row and its figures never change; a correction is
-- the next revision, and says what it changed. Only is_current moves on.
CREATE TABLE reports_run (
    id bigint NOT NULL CONSTRAINT pk_reports_run PRIMARY KEY,
    business_date date NOT NULL,
    revision int NOT NULL,
    is_current bit NOT NULL,
    -- The version of the definitions by which it was counted.
    definitions int NOT NULL,
    made_at datetime2(0) NOT NULL,
    made_by nvarchar(80) NOT NULL,
    reason nvarchar(400) NOT NULL,
    -- As figure old→new; …
    changed nvarchar(2000) NOT NULL,
    CONSTRAINT uq_reports_run UNIQUE (business_date, revision)
);

CREATE UNIQUE INDEX uq_reports_run_current ON reports_run (business_date) WHERE is_current = 1;

-- The figures of a run. Each is counted by a whole value: n things of this value, together total. Counts of that kind add
-- up across days and cuts, and give exact medians and percentiles; where only the sum is wanted the value is 0.
CREATE TABLE reports_count (
    run_id bigint NOT NULL CONSTRAINT fk_reports_count_run REFERENCES reports_run (id),
    -- zone, department, item, window, clerk, process, pause, approver.
    cut nvarchar(12) NOT NULL,
    cut_key nvarchar(120) NOT NULL,
    figure nvarchar(24) NOT NULL,
    value int NOT NULL,
    n bigint NOT NULL,
    total bigint NOT NULL,
    CONSTRAINT pk_reports_count PRIMARY KEY (run_id, cut, cut_key, figure, value)
);

-- What reports rest on: one row a case, as it stood when it last changed.
CREATE TABLE reports_case (
    case_id bigint NOT NULL CONSTRAINT pk_reports_case PRIMARY KEY,
    number nvarchar(40) NOT NULL,
    application_number nvarchar(40) NOT NULL,
    project_id bigint NOT NULL,
    item_code nvarchar(20) NOT NULL,
    department nvarchar(20) NOT NULL,
    process_id bigint NOT NULL,
    -- Who took it in, and who acted last on it in its department: an id and a name.
    window_key nvarchar(120) NOT NULL,
    clerk_key nvarchar(120) NOT NULL,
    status int NOT NULL,
    received_on date NOT NULL,
    accepted_on date NULL,
    -- 逾期未告知，即为受理.
    is_deemed bit NOT NULL,
    due_on date NULL,
    ended_on date NULL,
    -- The promised limit in working days with its extension; null where it is counted otherwise.
    limit_days int NULL,
    statutory_days int NULL,
    used_days int NULL,
    -- As used_days, without leaving anything out.
    run_days int NULL,
    -- The working days after receipt, each in one hand: they add up to the elapsed ones. On an open case up to split_on;
    -- the days after it are in the hand now_with.
    authority_days int NOT NULL,
    applicant_days int NOT NULL,
    uncounted_days int NOT NULL,
    split_on date NOT NULL,
    now_with nvarchar(10) NOT NULL,
    span_days int NOT NULL,
    corrections int NOT NULL,
    handed_out_on date NULL,
    hand_out_days int NULL,
    owed int NOT NULL,
    CONSTRAINT ck_reports_case_now_with CHECK (now_with IN ('authority', 'applicant', 'uncounted'))
);

-- What happened on a day, and what is open; a page of cases goes on by the same indexes.
CREATE INDEX ix_reports_case_ended ON reports_case (ended_on, case_id) WHERE ended_on IS NOT NULL;
CREATE INDEX ix_reports_case_accepted ON reports_case (accepted_on, case_id) WHERE accepted_on IS NOT NULL;
CREATE INDEX ix_reports_case_received ON reports_case (received_on, case_id);
CREATE INDEX ix_reports_case_due ON reports_case (due_on, case_id, ended_on) WHERE due_on IS NOT NULL;
CREATE INDEX ix_reports_case_handed_out ON reports_case (handed_out_on, case_id) WHERE handed_out_on IS NOT NULL;
-- All that is open is counted from this index alone, in its order.
CREATE INDEX ix_reports_case_open ON reports_case (department, item_code, process_id, window_key, clerk_key, received_on, accepted_on, due_on, ended_on) WHERE ended_on IS NULL;
CREATE INDEX ix_reports_case_open_due ON reports_case (due_on, case_id) WHERE ended_on IS NULL;
CREATE INDEX ix_reports_case_owed ON reports_case (case_id, owed) WHERE owed > 0;
CREATE INDEX ix_reports_case_application ON reports_case (application_number, case_id);
CREATE INDEX ix_reports_case_project ON reports_case (project_id, case_id);

CREATE TABLE reports_pause (
    case_id bigint NOT NULL,
    number int NOT NULL,
    kind nvarchar(40) NOT NULL,
    approved_by nvarchar(80) NOT NULL,
    from_on date NOT NULL,
    to_on date NULL,
    days int NULL,
    CONSTRAINT pk_reports_pause PRIMARY KEY (case_id, number)
);

CREATE INDEX ix_reports_pause_ended ON reports_pause (to_on, case_id) WHERE to_on IS NOT NULL;

-- An application all of whose cases have ended: how long its approval took as a whole, cases side by side counted once.
CREATE TABLE reports_application (
    number nvarchar(40) NOT NULL CONSTRAINT pk_reports_application PRIMARY KEY,
    project_id bigint NOT NULL,
    process_id bigint NOT NULL,
    window_key nvarchar(120) NOT NULL,
    completed_on date NOT NULL,
    approval_days int NOT NULL
);

CREATE INDEX ix_reports_application_completed ON reports_application (completed_on, number);

-- Reports begin with a day; what was open or closed since then is read once, case by case, before the first of them.
CREATE TABLE reports_opening (
    id int NOT NULL CONSTRAINT pk_reports_opening PRIMARY KEY,
    from_on date NOT NULL,
    after_id bigint NOT NULL,
    looked_at bigint NOT NULL,
    reason nvarchar(400) NOT NULL,
    began_at datetime2(0) NOT NULL,
    finished_at datetime2(0) NULL
);

CREATE TABLE reports_subscriber (
    user_id bigint NOT NULL CONSTRAINT pk_reports_subscriber PRIMARY KEY,
    since datetime2(0) NOT NULL
);
