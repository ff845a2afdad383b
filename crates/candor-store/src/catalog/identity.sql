-- For how long the project can recognise an installation.
ALTER TABLE projects ADD COLUMN identity TEXT NOT NULL DEFAULT 'stable'
    CHECK (identity IN ('drop', 'daily', 'monthly', 'stable'));
