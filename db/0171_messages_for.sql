-- For whom the person was told it: somebody they stand in for (替岗). Null for what concerns themselves.
ALTER TABLE messages_message ADD for_user_id bigint NULL;
