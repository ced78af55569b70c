-- 督办单. What it is about is named as its clock names it: kind, id, number, department, item.
CREATE TABLE supervision_order (
    id bigint NOT NULL CONSTRAINT pk_supervision_order PRIMARY KEY,
    number nvarchar(40) NOT NULL CONSTRAINT uq_supervision_order_number UNIQUE,
    subject_kind nvarchar(20) NOT NULL,
    subject_id bigint NOT NULL,
    limit_rule nvarchar(40) NOT NULL,
    label nvarchar(40) NOT NULL,
    -- Empty for the window.
    department nvarchar(20) NOT NULL,
    item nvarchar(20) NOT NULL,
    -- The date that was missed.
    due_on date NOT NULL,
    opened_at datetime2(0) NOT NULL,
    -- A copy of the due date of the order's own clock.
    answer_due_on date NOT NULL,
    escalated_at datetime2(0) NULL,
    answered_at datetime2(0) NULL,
    answered_by nvarchar(80) NULL,
    answer nvarchar(2000) NULL,
    measures nvarchar(2000) NULL,
    promised_on date NULL,
    -- closed by a supervisor; stopped or moved: what it was about was settled, or its due date is another.
    finished_at datetime2(0) NULL,
    finished_how nvarchar(10) NULL,
    finished_by nvarchar(80) NULL,
    note nvarchar(2000) NULL,
    CONSTRAINT ck_supervision_order_finished CHECK (finished_how IN ('closed', 'stopped', 'moved'))
);

-- One open order for a subject and a due date.
CREATE UNIQUE INDEX uq_supervision_order_open ON supervision_order (subject_id, subject_kind, due_on) WHERE finished_at IS NULL;
-- The lists: what is open by the day of the answer, all by age.
CREATE INDEX ix_supervision_order_open ON supervision_order (answer_due_on, id, department) WHERE finished_at IS NULL;
CREATE INDEX ix_supervision_order_department ON supervision_order (department, id);
CREATE INDEX ix_supervision_order_subject ON supervision_order (label, id);

-- The red alerts an order rests on: it ends when the last of their clocks is settled.
CREATE TABLE supervision_cause (
    alert_id bigint NOT NULL CONSTRAINT pk_supervision_cause PRIMARY KEY,
    order_id bigint NOT NULL CONSTRAINT fk_supervision_cause_order REFERENCES supervision_order (id),
    clock_id bigint NOT NULL,
    limit_rule nvarchar(40) NOT NULL,
    began_on date NOT NULL,
    joined_at datetime2(0) NOT NULL,
    settled_at datetime2(0) NULL
);

CREATE INDEX ix_supervision_cause_order ON supervision_cause (order_id, alert_id);
CREATE INDEX ix_supervision_cause_clock ON supervision_cause (clock_id, alert_id) WHERE settled_at IS NULL;
