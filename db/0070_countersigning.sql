-- What takes two persons: asked for by one, it is done when another of the named post has approved it.
CREATE TABLE countersigning_request (
    id bigint NOT NULL CONSTRAINT pk_countersigning_request PRIMARY KEY,
    number nvarchar(20) NOT NULL CONSTRAINT uq_countersigning_request_number UNIQUE,
    -- The class of the command; what it holds lies in parts until it is decided.
    command nvarchar(200) NOT NULL,
    -- SHA-256 of the command: the same thing is asked for once at a time.
    fingerprint nvarchar(64) NOT NULL,
    name_zh nvarchar(80) NOT NULL,
    name_en nvarchar(80) NOT NULL,
    -- As in the record: case:NUMBER, application:NUMBER, calendar, …
    subject nvarchar(120) NOT NULL,
    says_zh nvarchar(2000) NOT NULL,
    says_en nvarchar(2000) NOT NULL,
    -- Who must approve it, in words.
    who_zh nvarchar(200) NOT NULL,
    who_en nvarchar(200) NOT NULL,
    asker_id bigint NOT NULL,
    asker_login nvarchar(40) NOT NULL,
    asker_name nvarchar(80) NOT NULL,
    -- As what it was asked for, as Reviewer,DepartmentHead: it is done as that.
    asker_roles nvarchar(200) NOT NULL,
    asker_department nvarchar(20) NULL,
    asker_on_behalf_of nvarchar(40) NOT NULL,
    asked_at datetime2(0) NOT NULL,
    -- The last day on which it can be approved.
    expires_on date NOT NULL,
    state nvarchar(10) NOT NULL,
    decided_at datetime2(0) NULL,
    decided_by nvarchar(80) NULL,
    decided_login nvarchar(40) NULL,
    reason nvarchar(400) NULL,
    CONSTRAINT ck_countersigning_request_state CHECK (state IN ('Pending', 'Approved', 'Declined', 'Withdrawn', 'Ended', 'Expired'))
);

CREATE INDEX ix_countersigning_request_pending ON countersigning_request (id) WHERE state = 'Pending';
CREATE INDEX ix_countersigning_request_subject ON countersigning_request (subject, id) WHERE state = 'Pending';
CREATE UNIQUE INDEX uq_countersigning_request_fingerprint ON countersigning_request (fingerprint) WHERE state = 'Pending';
CREATE INDEX ix_countersigning_request_asker ON countersigning_request (asker_login, id);
CREATE INDEX ix_countersigning_request_decided ON countersigning_request (decided_login, id) WHERE decided_login IS NOT NULL;

-- Who may approve it while it is pending; the department is empty where any will do.
CREATE TABLE countersigning_post (
    request_id bigint NOT NULL CONSTRAINT fk_countersigning_post_request REFERENCES countersigning_request (id),
    role nvarchar(40) NOT NULL,
    department nvarchar(20) NOT NULL,
    CONSTRAINT pk_countersigning_post PRIMARY KEY (request_id, role, department)
);

-- The command as JSON, in pieces that both engines hold; dropped when it is decided.
CREATE TABLE countersigning_part (
    request_id bigint NOT NULL CONSTRAINT fk_countersigning_part_request REFERENCES countersigning_request (id),
    number int NOT NULL,
    text nvarchar(4000) NOT NULL,
    CONSTRAINT pk_countersigning_part PRIMARY KEY (request_id, number)
);
