-- What an account has handed in today.
CREATE INDEX ix_documents_file_kept ON documents_file (kept_by, kept_at);
