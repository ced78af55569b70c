-- A stage of one application: its clock's subject. It begins with the first case of the stage that is accepted and ends
-- when all of them are closed.
CREATE TABLE onewindow_stage (
    id bigint NOT NULL CONSTRAINT pk_onewindow_stage PRIMARY KEY,
    application_id bigint NOT NULL CONSTRAINT fk_onewindow_stage_application REFERENCES onewindow_application (id),
    stage int NOT NULL,
    started_on date NOT NULL,
    ended_on date NULL,
    CONSTRAINT uq_onewindow_stage UNIQUE (application_id, stage)
);

-- 延期开工 (建筑法 9): twice at most, of three months each.
CREATE TABLE onewindow_start_extension (
    case_id bigint NOT NULL,
    number int NOT NULL,
    reason nvarchar(400) NOT NULL,
    approved_by nvarchar(80) NOT NULL,
    granted_by nvarchar(80) NOT NULL,
    granted_at datetime2(0) NOT NULL,
    CONSTRAINT pk_onewindow_start_extension PRIMARY KEY (case_id, number),
    CONSTRAINT ck_onewindow_start_extension CHECK (number IN (1, 2))
);
