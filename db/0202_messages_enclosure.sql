-- What goes with a mail that waits, and its bytes, which many mails may share; base64, so that one script suits both engines.
CREATE TABLE messages_enclosure (
    outbox_id bigint NOT NULL,
    number int NOT NULL,
    name nvarchar(200) NOT NULL,
    media_type nvarchar(100) NOT NULL,
    sha256 nvarchar(64) NOT NULL,
    CONSTRAINT pk_messages_enclosure PRIMARY KEY (outbox_id, number)
);

CREATE INDEX ix_messages_enclosure_sha256 ON messages_enclosure (sha256, outbox_id);

CREATE TABLE messages_enclosure_part (
    sha256 nvarchar(64) NOT NULL,
    number int NOT NULL,
    content nvarchar(4000) NOT NULL,
    CONSTRAINT pk_messages_enclosure_part PRIMARY KEY (sha256, number)
);
