-- An order stays with the window that had what it is about on the evening of the day it was opened.
CREATE TABLE reports_order (
    order_id bigint NOT NULL CONSTRAINT pk_reports_order PRIMARY KEY,
    process_id bigint NOT NULL,
    window_key nvarchar(120) NOT NULL
);

INSERT INTO reports_order (order_id, process_id, window_key)
SELECT o.id, COALESCE(a.process_id, b.process_id, 0), COALESCE(CAST(COALESCE(a.window_id, b.window_id) AS nvarchar(20)), '')
  FROM supervision_public_order o
  LEFT JOIN permits_public_case c ON c.id = o.subject_id AND o.subject_kind = 'case'
  LEFT JOIN onewindow_public_application a ON a.number = c.application_number
  LEFT JOIN onewindow_public_application b ON b.id = o.subject_id AND o.subject_kind = 'application';
