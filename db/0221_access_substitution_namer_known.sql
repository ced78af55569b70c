-- What was named before: where the name is one account's alone.
UPDATE access_substitution
   SET named_by_id = (SELECT MIN(u.id) FROM access_user u WHERE u.name = access_substitution.named_by HAVING COUNT(u.id) = 1)
 WHERE ended_at IS NULL;
