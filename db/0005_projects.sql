CREATE TABLE projects_enterprise (
    id bigint NOT NULL CONSTRAINT pk_projects_enterprise PRIMARY KEY,
    credit_code nvarchar(18) NOT NULL CONSTRAINT uq_projects_enterprise_credit_code UNIQUE,
    name nvarchar(200) NOT NULL
);

CREATE TABLE projects_project (
    id bigint NOT NULL CONSTRAINT pk_projects_project PRIMARY KEY,
    code nvarchar(24) NOT NULL CONSTRAINT uq_projects_project_code UNIQUE,
    name nvarchar(200) NOT NULL,
    enterprise_id bigint NOT NULL CONSTRAINT fk_projects_project_enterprise REFERENCES projects_enterprise (id),
    process_id bigint NOT NULL,
    investment_fen bigint NOT NULL,
    -- Land area in whole square decimetres: 1 m² is 100, 1 mu is 2000/3 m².
    land_area_dm2 bigint NOT NULL,
    place nvarchar(200) NOT NULL,
    manager_id bigint NULL,
    agent_id bigint NULL,
    -- Name and enterprise in lower case: SQLite's own LIKE folds ASCII only.
    search_text nvarchar(500) NOT NULL,
    registered_at datetime2(0) NOT NULL,
    registered_by bigint NOT NULL
);

CREATE TABLE projects_phase (
    project_id bigint NOT NULL CONSTRAINT fk_projects_phase_project REFERENCES projects_project (id),
    number int NOT NULL,
    name nvarchar(80) NOT NULL,
    CONSTRAINT pk_projects_phase PRIMARY KEY (project_id, number)
);

-- Phase 0 is the project as a whole.
CREATE TABLE projects_milestone (
    project_id bigint NOT NULL CONSTRAINT fk_projects_milestone_project REFERENCES projects_project (id),
    phase int NOT NULL,
    kind nvarchar(40) NOT NULL,
    planned_on date NULL,
    reached_on date NULL,
    reported_by bigint NULL,
    reported_at datetime2(0) NULL,
    CONSTRAINT pk_projects_milestone PRIMARY KEY (project_id, phase, kind)
);
