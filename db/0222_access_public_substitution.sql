-- Substitutions that nobody has ended, and who named each.
CREATE VIEW access_public_substitution AS
SELECT user_id, substitute_id, starts_on, ends_on, named_by_id
  FROM access_substitution
 WHERE ended_at IS NULL
