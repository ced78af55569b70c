-- 三员分立 in the data: beside one of the three administrators an account has no other role, whoever writes the row.
CREATE TRIGGER tr_access_user_role_apart BEFORE INSERT ON access_user_role
WHEN EXISTS (SELECT 1
               FROM access_user_role r
              WHERE r.user_id = NEW.user_id AND r.role <> NEW.role
                AND (r.role IN ('SystemAdministrator', 'SecurityAdministrator', 'AuditAdministrator')
                     OR NEW.role IN ('SystemAdministrator', 'SecurityAdministrator', 'AuditAdministrator')))
BEGIN
    SELECT RAISE(ABORT, 'tr_access_user_role_apart: the three administrators have no other role');
END;

CREATE TRIGGER tr_access_user_role_apart_change BEFORE UPDATE ON access_user_role
WHEN EXISTS (SELECT 1
               FROM access_user_role r
              WHERE r.user_id = NEW.user_id AND r.role <> NEW.role AND NOT (r.user_id = OLD.user_id AND r.role = OLD.role)
                AND (r.role IN ('SystemAdministrator', 'SecurityAdministrator', 'AuditAdministrator')
                     OR NEW.role IN ('SystemAdministrator', 'SecurityAdministrator', 'AuditAdministrator')))
BEGIN
    SELECT RAISE(ABORT, 'tr_access_user_role_apart: the three administrators have no other role');
END;
