-- A running or stopped clock of anything that has a due date. The subject is named by its kind and id; what the
-- clock says of it (label, department) is a copy for the lists, so that a scan needs no other table.
CREATE TABLE deadlines_clock (
    id bigint NOT NULL CONSTRAINT pk_deadlines_clock PRIMARY KEY,
    subject_kind nvarchar(20) NOT NULL,
    subject_id bigint NOT NULL,
    limit_rule nvarchar(40) NOT NULL,
    label nvarchar(40) NOT NULL,
    department nvarchar(20) NOT NULL,
    item nvarchar(20) NOT NULL,
    accepted_on date NOT NULL,
    -- The day itself, where it came after closing time or on a day off: accepted_on is the first working day after it.
    carried_from date NULL,
    limit_value int NOT NULL,
    limit_unit nvarchar(2) NOT NULL,
    extension_days int NOT NULL,
    has_pauses bit NOT NULL,
    -- Days before the limit is used up on which the yellow light begins; null: a tenth of the limit.
    warning_days int NULL,
    -- Null while an open pause leaves it unknown; last_due_on is then the date it had.
    due_on date NULL,
    last_due_on date NOT NULL,
    -- Goes up with each change of the due date: an alert is raised once for each.
    due_version int NOT NULL,
    -- The due date reaches a year whose calendar was not published when it was computed.
    is_provisional bit NOT NULL,
    -- The first day on which the yellow light shows; null where an open pause began before it.
    warn_on date NULL,
    -- The day on which the next alert is to be raised: warn_on until the yellow one is raised, then the day after
    -- due_on; null once the red one is raised, while the due date is unknown, and on a stopped clock.
    next_alert_on date NULL,
    -- The state of the calendar by which the dates were counted: the arithmetic is told by it.
    calendar_edition bigint NOT NULL,
    stopped_on date NULL,
    used_days int NULL,
    CONSTRAINT uq_deadlines_clock UNIQUE (subject_id, subject_kind, limit_rule),
    CONSTRAINT ck_deadlines_clock_limit CHECK (limit_value > 0 AND limit_unit IN ('wd', 'cd', 'mo', 'on'))
);

-- The scan for alerts reads only what is newly due, the lists only what is open, the counts these indexes alone.
CREATE INDEX ix_deadlines_clock_next_alert ON deadlines_clock (next_alert_on, id) WHERE next_alert_on IS NOT NULL;
CREATE INDEX ix_deadlines_clock_open ON deadlines_clock (id) WHERE stopped_on IS NULL;
CREATE INDEX ix_deadlines_clock_due ON deadlines_clock (due_on, id, warn_on, subject_id, stopped_on) WHERE stopped_on IS NULL;
CREATE INDEX ix_deadlines_clock_warn ON deadlines_clock (warn_on, due_on, department, subject_id, stopped_on) WHERE stopped_on IS NULL;
CREATE INDEX ix_deadlines_clock_department ON deadlines_clock (department, due_on, id, warn_on, subject_id, stopped_on) WHERE stopped_on IS NULL;
-- News of the calendar may make another day the first working day.
CREATE INDEX ix_deadlines_clock_carried ON deadlines_clock (accepted_on, id) WHERE carried_from IS NOT NULL AND stopped_on IS NULL;

CREATE TABLE deadlines_alert (
    id bigint NOT NULL CONSTRAINT pk_deadlines_alert PRIMARY KEY,
    clock_id bigint NOT NULL CONSTRAINT fk_deadlines_alert_clock REFERENCES deadlines_clock (id),
    level nvarchar(10) NOT NULL,
    due_version int NOT NULL,
    due_on date NOT NULL,
    -- The first day of the level, which may lie before the day on which the scan saw it.
    began_on date NOT NULL,
    raised_at datetime2(0) NOT NULL,
    CONSTRAINT uq_deadlines_alert UNIQUE (clock_id, level, due_version),
    CONSTRAINT ck_deadlines_alert_level CHECK (level IN ('yellow', 'red'))
);

-- 暂停计时 (行政许可法 45). The days after from_on up to and including to_on are not counted; without to_on it is open.
CREATE TABLE deadlines_pause (
    id bigint NOT NULL CONSTRAINT pk_deadlines_pause PRIMARY KEY,
    subject_kind nvarchar(20) NOT NULL,
    subject_id bigint NOT NULL,
    -- A code of pause-kinds.json, or for a stage the number of the case that is paused.
    kind nvarchar(40) NOT NULL,
    name nvarchar(80) NOT NULL,
    ground nvarchar(400) NOT NULL,
    from_on date NOT NULL,
    to_on date NULL,
    planned_days int NULL,
    most_days int NULL,
    notice_number nvarchar(80) NOT NULL,
    approved_by nvarchar(80) NOT NULL,
    opened_by nvarchar(80) NOT NULL,
    opened_at datetime2(0) NOT NULL,
    closed_by nvarchar(80) NULL,
    closed_at datetime2(0) NULL
);

CREATE INDEX ix_deadlines_pause_subject ON deadlines_pause (subject_id, subject_kind, from_on);
CREATE UNIQUE INDEX uq_deadlines_pause_open ON deadlines_pause (subject_id, subject_kind, kind) WHERE to_on IS NULL;

-- 延长期限 (行政许可法 42): once; what was taken back stays on record.
CREATE TABLE deadlines_extension (
    id bigint NOT NULL CONSTRAINT pk_deadlines_extension PRIMARY KEY,
    subject_kind nvarchar(20) NOT NULL,
    subject_id bigint NOT NULL,
    days int NOT NULL,
    reason nvarchar(400) NOT NULL,
    approved_by nvarchar(80) NOT NULL,
    notice_number nvarchar(80) NOT NULL,
    granted_by nvarchar(80) NOT NULL,
    granted_at datetime2(0) NOT NULL,
    removed_by nvarchar(80) NULL,
    removed_at datetime2(0) NULL,
    removal_reason nvarchar(400) NULL
);

CREATE INDEX ix_deadlines_extension_subject ON deadlines_extension (subject_id, subject_kind);
CREATE UNIQUE INDEX uq_deadlines_extension ON deadlines_extension (subject_id, subject_kind) WHERE removed_at IS NULL;

-- 日历变动后的重算: one for each publication, worked through in batches; what it moved.
CREATE TABLE deadlines_recount (
    id bigint NOT NULL CONSTRAINT pk_deadlines_recount PRIMARY KEY,
    edition bigint NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    asked_by nvarchar(80) NOT NULL,
    asked_at datetime2(0) NOT NULL,
    -- The next batch begins after this clock.
    after_id bigint NOT NULL,
    looked_at int NOT NULL,
    moved int NOT NULL,
    finished_at datetime2(0) NULL
);

CREATE INDEX ix_deadlines_recount_open ON deadlines_recount (id) WHERE finished_at IS NULL;

CREATE TABLE deadlines_move (
    recount_id bigint NOT NULL CONSTRAINT fk_deadlines_move_recount REFERENCES deadlines_recount (id),
    clock_id bigint NOT NULL,
    department nvarchar(20) NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    CONSTRAINT pk_deadlines_move PRIMARY KEY (recount_id, clock_id)
);

CREATE INDEX ix_deadlines_move_department ON deadlines_move (recount_id, department, clock_id);
