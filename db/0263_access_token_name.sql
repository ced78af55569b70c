-- One token of a name at a time. Of two that bear one the older is told apart, so that no program stops over it.
UPDATE access_token
   SET name = CONCAT(name, ' ', CAST(id AS nvarchar(20)))
 WHERE revoked_at IS NULL
   AND EXISTS (SELECT 1
                 FROM access_token t
                WHERE t.user_id = access_token.user_id AND t.name = access_token.name AND t.revoked_at IS NULL AND t.id > access_token.id);

CREATE UNIQUE INDEX ux_access_token_name ON access_token (user_id, name) WHERE revoked_at IS NULL;
