-- What a milestone said before it was corrected; a correction is never changed.
CREATE TABLE projects_milestone_correction (
    id bigint NOT NULL CONSTRAINT pk_projects_milestone_correction PRIMARY KEY,
    project_id bigint NOT NULL CONSTRAINT fk_projects_milestone_correction_project REFERENCES projects_project (id),
    phase int NOT NULL,
    kind nvarchar(40) NOT NULL,
    was_on date NOT NULL,
    was_by bigint NULL,
    was_at datetime2(0) NULL,
    -- Null where the report was taken back.
    now_on date NULL,
    reason nvarchar(400) NOT NULL,
    corrected_by bigint NOT NULL,
    corrected_by_name nvarchar(80) NOT NULL,
    corrected_at datetime2(0) NOT NULL
);

CREATE INDEX ix_projects_milestone_correction_project ON projects_milestone_correction (project_id, id);
