-- 经办人 from this event on, where that is not whoever acted: the person a substitute acted for, or to whom the case was handed over.
ALTER TABLE permits_event ADD in_hands_of bigint NULL;
