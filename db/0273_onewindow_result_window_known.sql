-- A script of its own: SQL Server compiles a batch whole and knows no column that is added in it.
UPDATE onewindow_result
   SET window_id = (SELECT a.window_id FROM onewindow_application a WHERE a.number = onewindow_result.application_number)
 WHERE handed_out_on IS NULL;
