-- What one person has been told. The same thing is told a person once, whatever is sent again.
CREATE TABLE messages_message (
    id bigint NOT NULL CONSTRAINT pk_messages_message PRIMARY KEY,
    user_id bigint NOT NULL,
    message_key nvarchar(150) NOT NULL,
    level nvarchar(10) NOT NULL,
    title_zh nvarchar(200) NOT NULL,
    title_en nvarchar(200) NOT NULL,
    body_zh nvarchar(1000) NOT NULL,
    body_en nvarchar(1000) NOT NULL,
    link nvarchar(400) NOT NULL,
    -- What can be muted, such as case:NUMBER; empty where nothing can.
    subject_key nvarchar(80) NOT NULL,
    -- The person had muted the subject: it is kept, but neither counted nor mailed.
    is_muted bit NOT NULL,
    created_at datetime2(0) NOT NULL,
    read_at datetime2(0) NULL,
    -- The day on which it was mailed, at once or in a digest.
    mailed_on date NULL,
    CONSTRAINT uq_messages_message UNIQUE (user_id, message_key),
    CONSTRAINT ck_messages_message_level CHECK (level IN ('info', 'yellow', 'red'))
);

CREATE INDEX ix_messages_message_user ON messages_message (user_id, id);
CREATE INDEX ix_messages_message_unread ON messages_message (user_id, id) WHERE read_at IS NULL AND is_muted = 0;
CREATE INDEX ix_messages_message_unmailed ON messages_message (user_id, id) WHERE read_at IS NULL AND is_muted = 0 AND mailed_on IS NULL;

CREATE TABLE messages_mute (
    user_id bigint NOT NULL,
    subject_key nvarchar(80) NOT NULL,
    reason nvarchar(200) NOT NULL,
    -- The last day on which it holds.
    until_on date NOT NULL,
    made_at datetime2(0) NOT NULL,
    CONSTRAINT pk_messages_mute PRIMARY KEY (subject_key, user_id)
);

CREATE INDEX ix_messages_mute_user ON messages_mute (user_id, subject_key);
CREATE INDEX ix_messages_mute_until ON messages_mute (until_on, user_id, subject_key);

-- Where messages go besides mail: a webhook or the robot of a group.
CREATE TABLE messages_channel (
    id bigint NOT NULL CONSTRAINT pk_messages_channel PRIMARY KEY,
    name nvarchar(40) NOT NULL CONSTRAINT uq_messages_channel_name UNIQUE,
    kind nvarchar(20) NOT NULL,
    -- Both sealed, see ChannelSecrets.
    url nvarchar(4000) NOT NULL,
    secret nvarchar(4000) NOT NULL,
    -- The levels it takes, as red,yellow.
    levels nvarchar(40) NOT NULL,
    is_active bit NOT NULL,
    made_at datetime2(0) NOT NULL,
    CONSTRAINT ck_messages_channel_kind CHECK (kind IN ('webhook', 'dingtalk', 'wecom', 'feishu'))
);

-- What leaves the process. The row is written with what it tells of, and sent afterwards.
CREATE TABLE messages_outbox (
    id bigint NOT NULL CONSTRAINT pk_messages_outbox PRIMARY KEY,
    -- The same on every try: the receiver drops a repeat by it.
    idempotency_key nvarchar(200) NOT NULL CONSTRAINT uq_messages_outbox_key UNIQUE,
    channel nvarchar(20) NOT NULL,
    -- Null for mail.
    channel_id bigint NULL CONSTRAINT fk_messages_outbox_channel REFERENCES messages_channel (id),
    -- Name <address> of a mail, or the name of the channel: its URL may hold a secret.
    address nvarchar(300) NOT NULL,
    payload nvarchar(4000) NOT NULL,
    state nvarchar(10) NOT NULL,
    attempts int NOT NULL,
    next_try_at datetime2(0) NOT NULL,
    -- Whoever sends it holds it until then; afterwards it is taken for lost and sent again.
    claimed_until datetime2(0) NULL,
    last_error nvarchar(500) NULL,
    created_at datetime2(0) NOT NULL,
    sent_at datetime2(0) NULL,
    CONSTRAINT ck_messages_outbox_state CHECK (state IN ('waiting', 'sent', 'dead'))
);

CREATE INDEX ix_messages_outbox_due ON messages_outbox (next_try_at, id) WHERE state = 'waiting';
CREATE INDEX ix_messages_outbox_unsent ON messages_outbox (state, id) WHERE state <> 'sent';
CREATE INDEX ix_messages_outbox_sent ON messages_outbox (sent_at, id) WHERE state = 'sent';
