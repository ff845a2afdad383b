CREATE TABLE projects (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL UNIQUE,
    mode     TEXT NOT NULL CHECK (mode IN ('open', 'strict')),
    manifest TEXT,
    secret   BLOB NOT NULL CHECK (length(secret) = 32),
    created  INTEGER NOT NULL -- microseconds since 1970
) STRICT;

CREATE TABLE keys (
    key        TEXT PRIMARY KEY,
    project    INTEGER NOT NULL REFERENCES projects (id),
    created    INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    sha256  BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    project INTEGER REFERENCES projects (id), -- NULL: every project
    scope   TEXT NOT NULL CHECK (scope IN ('read')),
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outcomes (
    project INTEGER NOT NULL REFERENCES projects (id),
    day     INTEGER NOT NULL, -- days since 1970-01-01, UTC
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'dropped', 'rejected', 'duplicate')),
    reason  TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (project, day, outcome, reason)
) STRICT, WITHOUT ROWID;
