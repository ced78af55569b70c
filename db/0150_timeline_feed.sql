-- The secret address of a person's calendar subscription: its hash alone. One a person; another address ends the one before.
CREATE TABLE timeline_feed (
    user_id bigint NOT NULL CONSTRAINT pk_timeline_feed PRIMARY KEY,
    hash nvarchar(64) NOT NULL CONSTRAINT uq_timeline_feed_hash UNIQUE,
    -- zh or en: a calendar program has no language of its own to say.
    language nvarchar(2) NOT NULL,
    created_at datetime2(0) NOT NULL
);
