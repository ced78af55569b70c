-- What was entered late, by the day of its entry and by whom: lateness is a matter of working days, which no statement counts. The rows of
-- a day are those of its newest revision.
CREATE TABLE reports_late_entry (
    recorded_on date NOT NULL,
    case_id bigint NOT NULL,
    clerk_key nvarchar(120) NOT NULL,
    n int NOT NULL,
    CONSTRAINT pk_reports_late_entry PRIMARY KEY (recorded_on, case_id, clerk_key)
);
