-- Set by somebody else than the owner: the first sign-in changes it before anything else.
ALTER TABLE access_user ADD must_change_password bit NOT NULL CONSTRAINT df_access_user_must_change DEFAULT 0;

-- Counts up where every session of the account is to end.
ALTER TABLE access_user ADD session_round int NOT NULL CONSTRAINT df_access_user_session_round DEFAULT 0;

-- The latest sign-in, and the one before it, which its owner is told of.
ALTER TABLE access_user ADD signed_in_at datetime2(0) NULL;

ALTER TABLE access_user ADD signed_in_from nvarchar(60) NULL;

-- Who it is at the identity provider; null for an account of this program alone.
ALTER TABLE access_user ADD provider_issuer nvarchar(200) NULL;

ALTER TABLE access_user ADD provider_subject nvarchar(200) NULL;

CREATE UNIQUE INDEX ux_access_user_provider ON access_user (provider_issuer, provider_subject) WHERE provider_subject IS NOT NULL;

-- Guesses by whom or what they are counted: a hash of the login, of the login at one address or from one browser, of an
-- address. Nothing here says which logins exist, and what somebody typed into the wrong field cannot be read.
CREATE TABLE access_attempt (
    counter nvarchar(64) NOT NULL CONSTRAINT pk_access_attempt PRIMARY KEY,
    wrong int NOT NULL,
    last_at datetime2(0) NOT NULL,
    rests_until datetime2(0) NOT NULL
);

CREATE INDEX ix_access_attempt_last ON access_attempt (last_at);
