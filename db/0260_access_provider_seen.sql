-- When the identity provider has last said who this is: a sign-in there, or the link that was made here. Null for an
-- account of this program alone.
ALTER TABLE access_user ADD provider_seen_at datetime2(0) NULL;
