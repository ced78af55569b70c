CREATE TABLE access_user (
    id bigint NOT NULL CONSTRAINT pk_access_user PRIMARY KEY,
    login nvarchar(40) NOT NULL CONSTRAINT uq_access_user_login UNIQUE,
    name nvarchar(80) NOT NULL,
    department nvarchar(20) NULL,
    email nvarchar(200) NULL,
    password_hash nvarchar(400) NOT NULL,
    is_active bit NOT NULL,
    is_demonstration bit NOT NULL,
    created_at datetime2(0) NOT NULL
);

CREATE TABLE access_user_role (
    user_id bigint NOT NULL CONSTRAINT fk_access_user_role_user REFERENCES access_user (id),
    role nvarchar(40) NOT NULL,
    CONSTRAINT pk_access_user_role PRIMARY KEY (user_id, role)
);

-- Who has a role: the audience of a message.
CREATE INDEX ix_access_user_role_role ON access_user_role (role, user_id);

CREATE TABLE access_token (
    id bigint NOT NULL CONSTRAINT pk_access_token PRIMARY KEY,
    user_id bigint NOT NULL CONSTRAINT fk_access_token_user REFERENCES access_user (id),
    name nvarchar(80) NOT NULL,
    hash nvarchar(64) NOT NULL CONSTRAINT uq_access_token_hash UNIQUE,
    created_at datetime2(0) NOT NULL,
    expires_at datetime2(0) NOT NULL,
    revoked_at datetime2(0) NULL
);
