-- Made anew by the next script: SQL Server wants CREATE VIEW alone in its batch.
DROP VIEW permits_public_event
