-- A session that a browser holds: listed for its owner and the security administrator, and ended by itself. What the
-- browser carries is sealed; this row can only end it sooner.
CREATE TABLE access_session (
    id bigint NOT NULL CONSTRAINT pk_access_session PRIMARY KEY,
    user_id bigint NOT NULL CONSTRAINT fk_access_session_user REFERENCES access_user (id),
    stamp nvarchar(16) NOT NULL,
    browser nvarchar(60) NOT NULL,
    place nvarchar(60) NOT NULL,
    began_at datetime2(0) NOT NULL,
    seen_at datetime2(0) NOT NULL,
    ended_at datetime2(0) NULL
);

CREATE INDEX ix_access_session_user ON access_session (user_id);

-- Whether its owner had shown a second factor when it was made: no other token serves an administrator.
ALTER TABLE access_token ADD has_factor bit NOT NULL CONSTRAINT df_access_token_has_factor DEFAULT 0;
