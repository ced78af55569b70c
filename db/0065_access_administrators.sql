-- 三员分立: what one administrator held is held by three. Whoever ran the zone keeps the accounts and opens the two others;
-- the demonstration zone opens its own.
UPDATE access_user_role
   SET role = 'SystemAdministrator'
 WHERE role = 'Administrator' AND user_id IN (SELECT id FROM access_user WHERE is_demonstration = 1);

UPDATE access_user_role
   SET role = 'SecurityAdministrator'
 WHERE role = 'Administrator';
