-- Beside each count of guesses at a login the hash of that login, so that a new password ends them all.
ALTER TABLE access_attempt ADD login nvarchar(64) NULL;

CREATE INDEX ix_access_attempt_login ON access_attempt (login);
