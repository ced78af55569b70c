-- 窗口 of the hall: clerks sit at it, applications belong to it. A closed one stays, for what was done there.
CREATE TABLE access_window (
    id bigint NOT NULL CONSTRAINT pk_access_window PRIMARY KEY,
    name nvarchar(40) NOT NULL,
    opened_at datetime2(0) NOT NULL,
    closed_at datetime2(0) NULL
);

CREATE UNIQUE INDEX ux_access_window_name ON access_window (name) WHERE closed_at IS NULL;

-- Where a clerk sits; null for who serves the whole hall, and for everybody who is no clerk.
ALTER TABLE access_user ADD window_id bigint NULL CONSTRAINT fk_access_user_window REFERENCES access_window (id);
