-- What standing submissions are found by, and what they add up to. Begins at layout 3.

-- A clue is 64 bits of a digest; only the latest version of a project has any.
CREATE TABLE clue (
  hash INTEGER NOT NULL,
  submission INTEGER NOT NULL REFERENCES submission (id),
  PRIMARY KEY (hash, submission)
) STRICT, WITHOUT ROWID;

-- Accepted projects that stand and their money, kept as sums: nobody adds them up again.
CREATE TABLE tally (
  name TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What each submission added.
CREATE TABLE stake (
  submission INTEGER NOT NULL REFERENCES submission (id),
  tally TEXT NOT NULL,
  fen INTEGER NOT NULL,
  PRIMARY KEY (submission, tally)
) STRICT, WITHOUT ROWID;
