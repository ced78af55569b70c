-- One file that was handed in for a document of an application, or belongs to a case of it. Its bytes lie in the folder
-- of files under their SHA-256; the name is what it was called, for people alone. Rows are never deleted: what was
-- replaced or taken back stays and says so.
CREATE TABLE documents_file (
    id bigint NOT NULL CONSTRAINT pk_documents_file PRIMARY KEY,
    -- In addresses: drawn, so that one file tells nothing of the next.
    code nvarchar(32) NOT NULL CONSTRAINT uq_documents_file_code UNIQUE,
    project_id bigint NOT NULL,
    application_number nvarchar(40) NOT NULL,
    -- Empty for what the applicant hands in.
    case_number nvarchar(40) NOT NULL,
    document nvarchar(20) NOT NULL,
    version int NOT NULL,
    name nvarchar(300) NOT NULL,
    kind nvarchar(8) NOT NULL,
    sha256 nvarchar(64) NOT NULL,
    size_bytes bigint NOT NULL,
    is_scanned bit NOT NULL,
    kept_at datetime2(0) NOT NULL,
    kept_by bigint NOT NULL,
    kept_by_name nvarchar(80) NOT NULL,
    ended_at datetime2(0) NULL,
    ended_by_name nvarchar(80) NULL,
    -- The version that took its place; null where it was taken back.
    replaced_by int NULL,
    CONSTRAINT uq_documents_file_version UNIQUE (application_number, case_number, document, version)
);

CREATE INDEX ix_documents_file_sha256 ON documents_file (sha256);
CREATE INDEX ix_documents_file_project ON documents_file (project_id, document, id);
