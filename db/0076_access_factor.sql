-- The second factor (RFC 6238): its secret is sealed with the keys of the data folder. A code counts once: no step before
-- the last one is taken again.
CREATE TABLE access_factor (
    user_id bigint NOT NULL CONSTRAINT pk_access_factor PRIMARY KEY CONSTRAINT fk_access_factor_user REFERENCES access_user (id),
    secret nvarchar(400) NOT NULL,
    last_step bigint NOT NULL,
    created_at datetime2(0) NOT NULL
);

-- For a lost phone: ten, each good once, kept as hashes.
CREATE TABLE access_recovery_code (
    user_id bigint NOT NULL CONSTRAINT fk_access_recovery_code_user REFERENCES access_user (id),
    hash nvarchar(64) NOT NULL,
    used_at datetime2(0) NULL,
    CONSTRAINT pk_access_recovery_code PRIMARY KEY (user_id, hash)
);
