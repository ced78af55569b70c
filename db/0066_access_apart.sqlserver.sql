-- 三员分立 in the data: beside one of the three administrators an account has no other role, whoever writes the row.
CREATE TRIGGER tr_access_user_role_apart ON access_user_role AFTER INSERT, UPDATE AS
BEGIN
    SET NOCOUNT ON;
    IF EXISTS (SELECT 1
                 FROM inserted i
                 JOIN access_user_role r ON r.user_id = i.user_id AND r.role <> i.role
                WHERE r.role IN ('SystemAdministrator', 'SecurityAdministrator', 'AuditAdministrator')
                   OR i.role IN ('SystemAdministrator', 'SecurityAdministrator', 'AuditAdministrator'))
    BEGIN;
        THROW 50001, 'tr_access_user_role_apart: the three administrators have no other role', 1;
    END;
END
