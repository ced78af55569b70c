-- What an entry tells that leaves the status of its case as it is; empty where it is the status that is new.
ALTER TABLE permits_event ADD activity nvarchar(20) NULL;
