CREATE TABLE database_id_block (
    name nvarchar(20) NOT NULL CONSTRAINT pk_database_id_block PRIMARY KEY,
    next_id bigint NOT NULL
);

INSERT INTO database_id_block (name, next_id) VALUES ('all', 1000);
