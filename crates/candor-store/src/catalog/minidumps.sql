-- Whether the minidumps of a project are kept, which hold the memory of whatever crashed.
ALTER TABLE projects ADD COLUMN minidumps INTEGER NOT NULL DEFAULT 0 CHECK (minidumps IN (0, 1));
