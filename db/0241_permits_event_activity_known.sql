-- Of what was entered before: a status that stands twice in a row is a note, but for a pause that began beside another. It is a hand-over
-- where the case came into hands for which its writer did not act.
UPDATE permits_event
   SET activity = CASE WHEN in_hands_of IS NOT NULL AND EXISTS (SELECT u.id FROM access_user u WHERE u.id = permits_event.user_id AND u.name = permits_event.user_name) THEN 'HandedOver' ELSE 'Noted' END
 WHERE number > 1 AND status NOT IN (6, 9)
   AND EXISTS (SELECT b.number FROM permits_event b WHERE b.case_id = permits_event.case_id AND b.number = permits_event.number - 1 AND b.status = permits_event.status);
