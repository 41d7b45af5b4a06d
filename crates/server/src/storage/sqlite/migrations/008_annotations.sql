-- What is attached to messages. All of it goes with its message.

-- Who has read which message and said so.
CREATE TABLE receipts (
    message INTEGER NOT NULL,
    reader INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    PRIMARY KEY (message, reader)
) STRICT, WITHOUT ROWID;

-- Counters of the messages that have, or have had, extensions or reactions.
CREATE TABLE annotated (
    message INTEGER NOT NULL PRIMARY KEY,
    -- Number of the newest change of its extensions, of the last one that took all away, and of the newest one
    -- of which no trace is kept.
    extension_seq INTEGER NOT NULL DEFAULT 0,
    cleared_seq INTEGER NOT NULL DEFAULT 0,
    pruned_seq INTEGER NOT NULL DEFAULT 0,
    -- The minute in which it was last written to, and how often in it.
    minute INTEGER NOT NULL DEFAULT 0,
    writes INTEGER NOT NULL DEFAULT 0,
    -- Number of the newest reaction.
    reaction_seq INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE extensions (
    message INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    -- Counts the sets and deletes of the key.
    version INTEGER NOT NULL,
    -- Number of its newest change, and of the one that made it.
    seq INTEGER NOT NULL,
    born INTEGER NOT NULL,
    -- A deleted key stays for a while, for its version.
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (message, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE reactions (
    message INTEGER NOT NULL,
    reaction TEXT NOT NULL,
    account INTEGER NOT NULL,
    -- Order within the message.
    seq INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    PRIMARY KEY (message, reaction, account)
) STRICT, WITHOUT ROWID;

-- Answers to requests with an idempotency key, for those that come again.
CREATE TABLE answers (
    account INTEGER NOT NULL,
    key BLOB NOT NULL,
    time_ms INTEGER NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_time ON answers (time_ms);
