-- The days of whose report subscribers were told, each once.
CREATE TABLE reports_told (
    business_date date NOT NULL CONSTRAINT pk_reports_told PRIMARY KEY,
    told_at datetime2(0) NOT NULL
);

INSERT INTO reports_told (business_date, told_at)
SELECT business_date, made_at FROM reports_run WHERE revision = 1 AND business_date = (SELECT MAX(r.business_date) FROM reports_run r);
