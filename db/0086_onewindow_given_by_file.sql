-- The document was ticked by its first file and not at the counter: taking the last file back unticks it.
ALTER TABLE onewindow_material ADD given_by_file bit NOT NULL CONSTRAINT df_onewindow_material_given_by_file DEFAULT 0;
