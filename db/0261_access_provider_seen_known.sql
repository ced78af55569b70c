-- Of who is linked already the latest sign-in is as much as is known.
UPDATE access_user SET provider_seen_at = COALESCE(signed_in_at, created_at) WHERE provider_subject IS NOT NULL;
