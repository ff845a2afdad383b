-- What a token may do is a list, and a token may end.
ALTER TABLE tokens RENAME TO tokens_before;
CREATE TABLE tokens (
    sha256  BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    project INTEGER REFERENCES projects (id), -- NULL: every project
    scopes  TEXT NOT NULL,                    -- of read, sql and admin, with commas
    label   TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    ends    INTEGER
) STRICT, WITHOUT ROWID;
-- Those of before could read reports and ask in SQL.
INSERT INTO tokens (sha256, project, scopes, created) SELECT sha256, project, 'read,sql', created FROM tokens_before;
DROP TABLE tokens_before;
