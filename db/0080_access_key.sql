-- Keys of cookies and sealed values, where several sites share one database server; on the embedded engine they lie in the data folder.
CREATE TABLE access_key (
    id nvarchar(100) NOT NULL CONSTRAINT pk_access_key PRIMARY KEY,
    xml nvarchar(4000) NOT NULL,
    kept_at datetime2(0) NOT NULL
);
