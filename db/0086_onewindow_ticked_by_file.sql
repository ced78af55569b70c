-- The document was ticked by its first file and not at the counter: taking the last file back unticks it.
CREATE TABLE onewindow_ticked_by_file (
    application_id bigint NOT NULL,
    document nvarchar(20) NOT NULL,
    CONSTRAINT pk_onewindow_ticked_by_file PRIMARY KEY (application_id, document),
    CONSTRAINT fk_onewindow_ticked_by_file_material FOREIGN KEY (application_id, document) REFERENCES onewindow_material (application_id, document)
);
