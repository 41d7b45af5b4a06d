-- The local database of one user on one device.
-- Rows are never renumbered; a column never changes its meaning.

CREATE TABLE meta_int (
    key   TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE meta_text (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE conversations (
    row               INTEGER PRIMARY KEY AUTOINCREMENT,
    -- TIMConvType: 1 one-to-one, 2 group.
    kind              INTEGER NOT NULL,
    id                TEXT    NOT NULL,
    listed            INTEGER NOT NULL DEFAULT 0,
    -- Order key without the pin offset.
    base              INTEGER NOT NULL DEFAULT 0,
    pinned            INTEGER NOT NULL DEFAULT 0,
    unread            INTEGER NOT NULL DEFAULT 0,
    read_seq          INTEGER NOT NULL DEFAULT 0,
    read_time_ms      INTEGER NOT NULL DEFAULT 0,
    peer_read_seq     INTEGER NOT NULL DEFAULT 0,
    peer_read_time_ms INTEGER NOT NULL DEFAULT 0,
    recv_opt          INTEGER NOT NULL DEFAULT 0,
    show_name         TEXT    NOT NULL DEFAULT '',
    face_url          TEXT    NOT NULL DEFAULT '',
    last_seq          INTEGER NOT NULL DEFAULT 0,
    -- Row of the preview message, 0 for none.
    last_row          INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, id)
) STRICT;

-- Is an order key taken, which is the largest.
CREATE INDEX conversations_base ON conversations (base);

CREATE TABLE messages (
    -- Order of arrival.
    row            INTEGER PRIMARY KEY AUTOINCREMENT,
    conv           INTEGER NOT NULL REFERENCES conversations (row),
    msg_id         TEXT    NOT NULL UNIQUE,
    -- Local order: time, then the conversation sequence, or a number beyond all sequences while there is none.
    time_ms        INTEGER NOT NULL DEFAULT 0,
    ord            INTEGER NOT NULL DEFAULT 0,
    -- TIMMsgStatus.
    status         INTEGER NOT NULL DEFAULT 0,
    -- 0 sent by this device, 1 received, 2 history.
    origin         INTEGER NOT NULL DEFAULT 0,
    -- TIMElemType of the first element, -1 for none.
    kind           INTEGER NOT NULL DEFAULT -1,
    flags          INTEGER NOT NULL DEFAULT 0,
    from_self      INTEGER NOT NULL DEFAULT 0,
    conv_seq       INTEGER NOT NULL DEFAULT 0,
    server_time_ms INTEGER NOT NULL DEFAULT 0,
    client_time    INTEGER NOT NULL DEFAULT 0,
    rand           INTEGER NOT NULL DEFAULT 0,
    client_seq     INTEGER NOT NULL DEFAULT 0,
    sender         TEXT    NOT NULL DEFAULT '',
    sender_tiny    INTEGER NOT NULL DEFAULT 0,
    priority       INTEGER NOT NULL DEFAULT 1,
    platform       INTEGER NOT NULL DEFAULT 0,
    version        INTEGER NOT NULL DEFAULT 0,
    sender_nick    TEXT    NOT NULL DEFAULT '',
    sender_face    TEXT    NOT NULL DEFAULT '',
    custom_int     INTEGER NOT NULL DEFAULT 0,
    custom_str     BLOB    NOT NULL DEFAULT x'',
    -- An encoded Body of the wire protocol.
    body           BLOB    NOT NULL DEFAULT x''
) STRICT;

-- Pages of history.
CREATE INDEX messages_order ON messages (conv, time_ms, ord);

-- The outbox: sending, failed, cancelled. Holds a handful of rows, so inserts of other messages pay nothing.
CREATE INDEX messages_outbox ON messages (status) WHERE status IN (1, 3, 7);

-- Closed sequence ranges of which everything that this user may see is here.
CREATE TABLE ranges (
    conv INTEGER NOT NULL REFERENCES conversations (row),
    low  INTEGER NOT NULL,
    high INTEGER NOT NULL,
    PRIMARY KEY (conv, low)
) STRICT, WITHOUT ROWID;
