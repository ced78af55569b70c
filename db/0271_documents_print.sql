-- Each printing of a paper that the process issues, and what stood on it that may be put right or move afterwards.
CREATE TABLE documents_print (
    -- The number of the application or case that the paper is of.
    subject nvarchar(40) NOT NULL,
    paper nvarchar(40) NOT NULL,
    number int NOT NULL,
    printed_at datetime2(0) NOT NULL,
    printed_by bigint NOT NULL,
    printed_by_name nvarchar(80) NOT NULL,
    says nvarchar(4000) NOT NULL,
    CONSTRAINT pk_documents_print PRIMARY KEY (subject, paper, number)
);
