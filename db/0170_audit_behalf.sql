-- The record is found by whom something was done for, too.
CREATE INDEX ix_audit_record_behalf ON audit_record (on_behalf_of, id) WHERE on_behalf_of <> '';
