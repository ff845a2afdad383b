-- What counters have come to that say totals, so that the next total adds what was added. `before` is what the last one
-- began from; the item that says so is counted by these two numbers, and only once.
CREATE TABLE totals (
    project INTEGER NOT NULL REFERENCES projects (id),
    stream  INTEGER NOT NULL, -- keyed hash of what counts, where, since when
    before  INTEGER NOT NULL,
    value   INTEGER NOT NULL,
    time    INTEGER NOT NULL, -- of the last total, microseconds since 1970
    heard   INTEGER NOT NULL, -- the day it last came, days since 1970-01-01, UTC
    PRIMARY KEY (project, stream)
) STRICT, WITHOUT ROWID;
