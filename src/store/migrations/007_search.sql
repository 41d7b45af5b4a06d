-- The search index. A message is in at most one segment; which ones are in none is said by their row numbers alone,
-- so that inserting a message writes nothing here.

CREATE TABLE search_segments (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The rows of messages it was made of, both ends included.
    low  INTEGER NOT NULL,
    high INTEGER NOT NULL,
    -- Characters of its texts, or what its number of messages counts for.
    size INTEGER NOT NULL,
    -- 0: being written, or replaced and to be swept.
    live INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE search_blobs (
    -- 16 times the segment, plus what the blob holds.
    list INTEGER NOT NULL,
    -- The first term of the blob, or its number.
    term INTEGER NOT NULL,
    -- A term whose postings are long has several.
    part INTEGER NOT NULL,
    data BLOB    NOT NULL,
    PRIMARY KEY (list, term, part)
) STRICT, WITHOUT ROWID;

-- Rows that have changed since their segment was made: what the index says of them does not hold.
CREATE TABLE search_stale (
    row     INTEGER PRIMARY KEY,
    -- The place under which the segment has it.
    conv    INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    ord     INTEGER NOT NULL,
    -- Grows with every further change.
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
