-- What people say of a milestone; a risk has an owner and a day by which it is to be settled, and is closed with a word.
CREATE TABLE portfolio_remark (
    id bigint NOT NULL CONSTRAINT pk_portfolio_remark PRIMARY KEY,
    project_id bigint NOT NULL,
    phase int NOT NULL,
    kind nvarchar(40) NOT NULL,
    is_risk bit NOT NULL,
    body nvarchar(1000) NOT NULL,
    owner_id bigint NULL,
    owner_name nvarchar(80) NULL,
    due_on date NULL,
    written_by bigint NOT NULL,
    written_by_name nvarchar(80) NOT NULL,
    written_at datetime2(0) NOT NULL,
    closed_by_name nvarchar(80) NULL,
    closed_at datetime2(0) NULL,
    closing nvarchar(1000) NULL,
    CONSTRAINT ck_portfolio_remark_risk CHECK (is_risk = 0 OR (owner_id IS NOT NULL AND due_on IS NOT NULL))
);

CREATE INDEX ix_portfolio_remark_project ON portfolio_remark (project_id, id);
-- Each morning reads what is past its day, the portfolio what is open.
CREATE INDEX ix_portfolio_remark_open ON portfolio_remark (due_on, id, project_id) WHERE closed_at IS NULL AND is_risk = 1;
