-- Lists of merged messages that were files of their own, as they were fetched: the server may forget them.

CREATE TABLE merged_lists (
    -- Of the file.
    id   TEXT NOT NULL PRIMARY KEY,
    -- An encoded MergedList of the wire protocol.
    list BLOB NOT NULL
) STRICT;
