-- Layout 1 to 2: what a conclusion rests on is kept with it, and findings of rules on trial.
ALTER TABLE submission ADD COLUMN grounds TEXT;
ALTER TABLE submission ADD COLUMN shadow TEXT;
CREATE TABLE text (
  sha256 TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
