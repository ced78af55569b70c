-- Signs of work outside the system, by the night that came upon each: of a case, or where case_id is 0 of a project. The rows of a day are
-- those of its newest revision.
CREATE TABLE reports_outside (
    sign nvarchar(20) NOT NULL,
    found_on date NOT NULL,
    case_id bigint NOT NULL,
    project_id bigint NOT NULL,
    CONSTRAINT pk_reports_outside PRIMARY KEY (sign, found_on, case_id, project_id)
);
