-- What a project plans to invest and has invested, by month.
CREATE TABLE portfolio_investment (
    project_id bigint NOT NULL,
    -- Year and month, as 202603.
    month int NOT NULL,
    planned_fen bigint NULL,
    -- Null where nobody has reported the month.
    actual_fen bigint NULL,
    entered_by nvarchar(80) NOT NULL,
    entered_at datetime2(0) NOT NULL,
    CONSTRAINT pk_portfolio_investment PRIMARY KEY (project_id, month),
    CONSTRAINT ck_portfolio_investment_fen CHECK (planned_fen >= 0 AND actual_fen >= 0)
);

-- 复工: the day on which a project begun in an earlier year went on in this one.
CREATE TABLE portfolio_resumption (
    project_id bigint NOT NULL,
    year_number int NOT NULL,
    resumed_on date NOT NULL,
    reported_by nvarchar(80) NOT NULL,
    reported_at datetime2(0) NOT NULL,
    CONSTRAINT pk_portfolio_resumption PRIMARY KEY (project_id, year_number)
);

-- Of which projects something has changed that the portfolio shows; whoever keeps them in memory reads on from the last number it knows.
CREATE TABLE portfolio_change (
    project_id bigint NOT NULL CONSTRAINT pk_portfolio_change PRIMARY KEY,
    changed_no bigint NOT NULL
);

CREATE INDEX ix_portfolio_change_no ON portfolio_change (changed_no, project_id);
