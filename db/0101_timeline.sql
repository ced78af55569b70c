-- How long items took, in whole working days from acceptance to approval: counts, that add up across months.
CREATE TABLE timeline_duration (
    item_code nvarchar(20) NOT NULL,
    department nvarchar(20) NOT NULL,
    -- Year and month of the decision, as 202603.
    month int NOT NULL,
    days int NOT NULL,
    cases int NOT NULL,
    CONSTRAINT pk_timeline_duration PRIMARY KEY (item_code, department, month, days)
);

-- One row: up to which day the durations are counted.
CREATE TABLE timeline_counted (
    id int NOT NULL CONSTRAINT pk_timeline_counted PRIMARY KEY,
    counted_to date NOT NULL,
    counted_at datetime2(0) NOT NULL
);

-- What a project's people have changed in its schedule against the process: one row for each item or milestone.
CREATE TABLE timeline_change (
    project_id bigint NOT NULL,
    code nvarchar(40) NOT NULL,
    days int NULL,
    not_before date NULL,
    is_dropped bit NOT NULL,
    is_simulated bit NOT NULL,
    -- Of an item that the process does not have.
    added_name nvarchar(160) NULL,
    added_after nvarchar(400) NULL,
    added_before nvarchar(40) NULL,
    changed_by nvarchar(80) NOT NULL,
    changed_at datetime2(0) NOT NULL,
    CONSTRAINT pk_timeline_change PRIMARY KEY (project_id, code)
);
