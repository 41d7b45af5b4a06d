-- The search index. A message is in at most one segment; which ones are in none is said by their row numbers alone,
-- so that inserting a message writes nothing here.

-- The rows of messages that a segment was made of, both ends included; its size in characters, or what its number of
-- messages counts for; whether it answers queries: 0 while it is written, and once it was replaced.
CREATE TABLE search_segments (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    low  INTEGER NOT NULL,
    high INTEGER NOT NULL,
    size INTEGER NOT NULL,
    live INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A list is 16 times the segment plus what the blob holds; a term the first one of the blob, or the blob's number. A
-- term whose postings are long has several parts. Measured: with the three as the key of a table WITHOUT ROWID, whose
-- inner pages then hold blobs, searches read ten to thirty times as many pages.
CREATE TABLE search_blobs (
    row  INTEGER PRIMARY KEY,
    list INTEGER NOT NULL,
    term INTEGER NOT NULL,
    part INTEGER NOT NULL,
    data BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_blobs_key ON search_blobs (list, term, part);

-- Rows that have changed since their segment was made: what the index says of them does not hold. With the place under
-- which the segment has it, and a stamp that grows with every further change.
CREATE TABLE search_stale (
    row     INTEGER PRIMARY KEY,
    conv    INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    ord     INTEGER NOT NULL,
    stamp   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Changes of messages up to this row are noted.
CREATE TABLE search_watch (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    row INTEGER NOT NULL
) STRICT;
INSERT INTO search_watch (one, row) VALUES (1, 0);

CREATE TRIGGER search_changed
AFTER UPDATE OF row, conv, time_ms, ord, status, server_time_ms, client_time, sender, body ON messages
WHEN OLD.row <= (SELECT row FROM search_watch)
BEGIN
    INSERT INTO search_stale (row, conv, time_ms, ord) VALUES (OLD.row, OLD.conv, OLD.time_ms, OLD.ord)
    ON CONFLICT (row) DO UPDATE SET stamp = stamp + 1;
END;

CREATE TRIGGER search_deleted
AFTER DELETE ON messages
WHEN OLD.row <= (SELECT row FROM search_watch)
BEGIN
    INSERT INTO search_stale (row, conv, time_ms, ord) VALUES (OLD.row, OLD.conv, OLD.time_ms, OLD.ord)
    ON CONFLICT (row) DO UPDATE SET stamp = stamp + 1;
END;
