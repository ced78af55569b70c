-- A running or stopped clock of anything that has a due date. The subject is named by its kind and id; what the
-- clock says of it (label, department) is a copy for the lists, so that a scan needs no other table.
CREATE TABLE deadlines_clock (
    id bigint NOT NULL CONSTRAINT pk_deadlines_clock PRIMARY KEY,
    subject_kind nvarchar(20) NOT NULL,
    subject_id bigint NOT NULL,
    limit_rule nvarchar(20) NOT NULL,
    label nvarchar(40) NOT NULL,
    department nvarchar(20) NOT NULL,
    accepted_on date NOT NULL,
    limit_value int NOT NULL,
    limit_unit nvarchar(2) NOT NULL,
    due_on date NOT NULL,
    -- The due date reaches a year whose calendar was not published when it was computed.
    is_provisional bit NOT NULL,
    -- The first day on which the yellow light shows.
    warn_on date NOT NULL,
    -- The day on which the next alert is to be raised: warn_on until the yellow one is raised, then the day after
    -- due_on; null once the red one is raised and on a stopped clock. Whoever moves due_on sets it back to warn_on.
    next_alert_on date NULL,
    calendar_edition bigint NOT NULL,
    -- The arithmetic in Chinese, a line break, the same in English.
    explanation nvarchar(2000) NOT NULL,
    stopped_on date NULL,
    used_days int NULL,
    CONSTRAINT uq_deadlines_clock UNIQUE (subject_id, subject_kind, limit_rule),
    CONSTRAINT ck_deadlines_clock_limit CHECK (limit_value > 0 AND limit_unit IN ('wd', 'cd'))
);

-- The scan for alerts reads only what is newly due, the lists only what is open, the counts these indexes alone.
CREATE INDEX ix_deadlines_clock_next_alert ON deadlines_clock (next_alert_on, id) WHERE next_alert_on IS NOT NULL;
CREATE INDEX ix_deadlines_clock_due ON deadlines_clock (due_on, id, warn_on, subject_id, stopped_on) WHERE stopped_on IS NULL;
CREATE INDEX ix_deadlines_clock_department ON deadlines_clock (department, due_on, id, warn_on, subject_id, stopped_on) WHERE stopped_on IS NULL;

CREATE TABLE deadlines_alert (
    id bigint NOT NULL CONSTRAINT pk_deadlines_alert PRIMARY KEY,
    clock_id bigint NOT NULL CONSTRAINT fk_deadlines_alert_clock REFERENCES deadlines_clock (id),
    level nvarchar(10) NOT NULL,
    due_on date NOT NULL,
    -- The first day of the level, which may lie before the day on which the scan saw it.
    began_on date NOT NULL,
    raised_at datetime2(0) NOT NULL,
    CONSTRAINT uq_deadlines_alert UNIQUE (clock_id, level, due_on),
    CONSTRAINT ck_deadlines_alert_level CHECK (level IN ('yellow', 'red'))
);
