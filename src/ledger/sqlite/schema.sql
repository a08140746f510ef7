-- Layout 3. Every file received, what was concluded of it, and what is still to go out.

-- Contents as they came and as they go out.
CREATE TABLE blob (
  id INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE submission (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL,
  serial INTEGER NOT NULL,               -- LD<year>-<serial>
  path TEXT NOT NULL,                    -- below the inbox, parts separated by /
  place TEXT NOT NULL,                   -- first folder of the path; empty for none
  folder TEXT,                           -- district id of that folder
  sha256 TEXT NOT NULL,
  content INTEGER NOT NULL REFERENCES blob (id),
  received_at TEXT NOT NULL,             -- local time in the configured zone
  state TEXT NOT NULL CHECK (state IN ('received', 'assessed', 'answered')),
  tries INTEGER NOT NULL DEFAULT 0,      -- attempts to assess that were begun
  project TEXT,                          -- what identifies the project across versions
  previous INTEGER REFERENCES submission (id),
  version INTEGER,
  verdict TEXT,
  result TEXT,                           -- path of the marked copy below the output folder
  assessment TEXT,                       -- the JSON that `liandong schema` describes
  is_told INTEGER NOT NULL DEFAULT 0,    -- whether a digest has told of it
  grounds TEXT,                          -- what the conclusion rests on, JSON; none before layout 2
  shadow TEXT,                           -- findings of rules on trial, JSON; none for most
  portrait TEXT,                         -- what others may be told of it, JSON; holds names
  keys TEXT,                             -- what it is found by, JSON
  UNIQUE (year, serial)
) STRICT;
CREATE INDEX submission_content ON submission (place, sha256);
CREATE INDEX submission_project ON submission (place, project);
CREATE INDEX submission_path ON submission (path);
CREATE INDEX submission_previous ON submission (previous);
CREATE INDEX submission_open ON submission (id) WHERE state = 'received';
CREATE INDEX submission_untold ON submission (id) WHERE is_told = 0;

-- Editions, forms and recipes that conclusions rest on, each once, by the hash of its text.
CREATE TABLE text (
  sha256 TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every place of the inbox as it was last seen, so that a file is not read again.
CREATE TABLE sighting (
  path TEXT PRIMARY KEY,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  changed_ns INTEGER NOT NULL,
  submission INTEGER NOT NULL REFERENCES submission (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_submission ON sighting (submission);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  submission INTEGER REFERENCES submission (id),
  kind TEXT NOT NULL CHECK (kind IN ('result', 'accepted', 'mail', 'move')),
  target TEXT NOT NULL,
  message_id TEXT NOT NULL,
  body INTEGER REFERENCES blob (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'done', 'needs-attention')),
  tries INTEGER NOT NULL DEFAULT 0,
  lost INTEGER NOT NULL DEFAULT 0,       -- attempts of which the outcome is not known
  created_s INTEGER NOT NULL,            -- seconds since 1970
  next_s INTEGER NOT NULL,
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX outbox_message ON outbox (message_id) WHERE message_id <> '';
CREATE INDEX outbox_submission ON outbox (submission);
CREATE INDEX outbox_open ON outbox (state, next_s) WHERE state <> 'done';

CREATE TABLE memory (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
