-- Who stands in for whom today is asked with everything that people are told.
CREATE INDEX ix_access_substitution_running ON access_substitution (ends_on, user_id, substitute_id) WHERE ended_at IS NULL;
