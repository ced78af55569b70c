-- 替岗: on these days somebody else acts for an account, by a switch on the screen. The record of what is done then names both.
CREATE TABLE access_substitution (
    id bigint NOT NULL CONSTRAINT pk_access_substitution PRIMARY KEY,
    -- Who is stood in for.
    user_id bigint NOT NULL CONSTRAINT fk_access_substitution_user REFERENCES access_user (id),
    substitute_id bigint NOT NULL CONSTRAINT fk_access_substitution_substitute REFERENCES access_user (id),
    starts_on date NOT NULL,
    -- The last day.
    ends_on date NOT NULL,
    reason nvarchar(400) NOT NULL,
    named_by nvarchar(80) NOT NULL,
    named_at datetime2(0) NOT NULL,
    -- Ended before its last day was over.
    ended_at datetime2(0) NULL,
    ended_by nvarchar(80) NULL,
    -- Whether the two have been told that it has begun, that it is over.
    is_begin_told bit NOT NULL,
    is_end_told bit NOT NULL,
    CONSTRAINT ck_access_substitution_days CHECK (ends_on >= starts_on),
    CONSTRAINT ck_access_substitution_two CHECK (substitute_id <> user_id)
);

CREATE INDEX ix_access_substitution_user ON access_substitution (user_id, ends_on);
CREATE INDEX ix_access_substitution_substitute ON access_substitution (substitute_id, ends_on);
-- What is still to be told.
CREATE INDEX ix_access_substitution_telling ON access_substitution (id) WHERE is_end_told = 0;
