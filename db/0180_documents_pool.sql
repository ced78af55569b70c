-- Until when what stands in a file holds, where that ends by itself; and the file of another application of the project
-- that it was taken over from instead of being asked for again.
ALTER TABLE documents_file ADD valid_until date NULL;
ALTER TABLE documents_file ADD source_code nvarchar(32) NULL;
