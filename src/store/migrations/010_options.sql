-- Do-not-disturb for all conversations: one row once it was heard of, an encoded DoNotDisturb of the wire
-- protocol.
CREATE TABLE do_not_disturb (
    row     INTEGER PRIMARY KEY CHECK (row = 1),
    setting BLOB    NOT NULL DEFAULT x''
) STRICT;
