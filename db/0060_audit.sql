-- One row for each request of a person, a program or a job, done or refused; only ever added to. The id is its place in
-- the chain, without gaps; the hash is over the row and the hash before it.
CREATE TABLE audit_record (
    id bigint NOT NULL CONSTRAINT pk_audit_record PRIMARY KEY,
    recorded_at datetime2(0) NOT NULL,
    occurred_at datetime2(0) NOT NULL,
    user_id bigint NOT NULL,
    login nvarchar(40) NOT NULL,
    user_name nvarchar(80) NOT NULL,
    -- The roles at that moment, as WindowClerk,Agent.
    roles nvarchar(200) NOT NULL,
    -- The login of whom it was done for; empty where it was done for oneself.
    on_behalf_of nvarchar(40) NOT NULL,
    -- page, token, cli, job, start or inside; then its address or name.
    source nvarchar(10) NOT NULL,
    place nvarchar(200) NOT NULL,
    command nvarchar(100) NOT NULL,
    -- case:NUMBER, application:NUMBER, …; empty where it is on nothing that has a number.
    subject nvarchar(120) NOT NULL,
    outcome nvarchar(10) NOT NULL,
    -- What was asked, masked, as JSON.
    said nvarchar(4000) NOT NULL,
    -- What changed, or why it was refused, as JSON; empty where there is nothing to say.
    detail nvarchar(4000) NOT NULL,
    correlation nvarchar(40) NOT NULL,
    previous nvarchar(64) NOT NULL,
    hash nvarchar(64) NOT NULL,
    CONSTRAINT ck_audit_record_outcome CHECK (outcome IN ('done', 'refused', 'invalid', 'forbidden', 'failed'))
);

CREATE INDEX ix_audit_record_subject ON audit_record (subject, id);
CREATE INDEX ix_audit_record_login ON audit_record (login, id);
CREATE INDEX ix_audit_record_refused ON audit_record (id) WHERE outcome <> 'done';

-- What the first record follows.
INSERT INTO audit_record (id, recorded_at, occurred_at, user_id, login, user_name, roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation, previous, hash)
VALUES (0, '2000-01-01 00:00:00', '2000-01-01 00:00:00', 0, '', '', '', '', 'start', '', 'Audit.Beginning', '', 'done', '{}', '', '', '',
        '0000000000000000000000000000000000000000000000000000000000000000');

-- Each day of the zone, closed: the last record of the day, its hash, and a root over both and the root before.
CREATE TABLE audit_root (
    day date NOT NULL CONSTRAINT pk_audit_root PRIMARY KEY,
    last_id bigint NOT NULL,
    hash nvarchar(64) NOT NULL,
    previous nvarchar(64) NOT NULL,
    root nvarchar(64) NOT NULL,
    sealed_at datetime2(0) NOT NULL
);
