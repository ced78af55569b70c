-- Each recurring job: when it last began and how that ended.
CREATE TABLE operations_run (
    job nvarchar(80) NOT NULL CONSTRAINT pk_operations_run PRIMARY KEY,
    started_at datetime2(0) NOT NULL,
    -- Null while it runs, and where the process ended before it.
    ended_at datetime2(0) NULL,
    outcome nvarchar(10) NOT NULL,
    detail nvarchar(500) NULL,
    succeeded_at datetime2(0) NULL,
    CONSTRAINT ck_operations_run_outcome CHECK (outcome IN ('running', 'done', 'failed'))
);

-- The latest failures of each job; older ones are dropped.
CREATE TABLE operations_failure (
    id bigint NOT NULL CONSTRAINT pk_operations_failure PRIMARY KEY,
    job nvarchar(80) NOT NULL,
    started_at datetime2(0) NOT NULL,
    ended_at datetime2(0) NOT NULL,
    detail nvarchar(500) NOT NULL
);

CREATE INDEX ix_operations_failure_job ON operations_failure (job, id);
