-- What the reports know to be given of the documents that were owed.
CREATE TABLE reports_given (
    case_id bigint NOT NULL,
    document nvarchar(20) NOT NULL,
    given_on date NOT NULL,
    CONSTRAINT pk_reports_given PRIMARY KEY (case_id, document)
);

INSERT INTO reports_given (case_id, document, given_on)
SELECT o.case_id, o.document, o.given_on
  FROM permits_public_owed_document o
  JOIN reports_case c ON c.case_id = o.case_id
 WHERE o.given_on IS NOT NULL
   AND c.owed = (SELECT COUNT(*) FROM permits_public_owed_document n WHERE n.case_id = o.case_id AND n.given_on IS NULL);
