-- Where whoever asked sat: what was approved is done as they were then, their reach included.
ALTER TABLE countersigning_request ADD asker_window bigint NULL;
