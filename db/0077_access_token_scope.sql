-- What a token may be used for, as Read,Intake. One from before there were scopes may do all but administration.
ALTER TABLE access_token ADD scopes nvarchar(200) NOT NULL CONSTRAINT df_access_token_scopes DEFAULT 'Read,Account,Intake,Cases,Land,Projects,Supervision,Rules';

ALTER TABLE access_token ADD used_at datetime2(0) NULL;
