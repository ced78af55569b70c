-- Whose choice the substitute is: nobody picks the second person to what they ask for themselves.
ALTER TABLE access_substitution ADD named_by_id bigint NULL;
