-- What is attached to messages, as last heard of. The messages themselves need not be here.

CREATE TABLE extensions (
    msg_id  TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    value   TEXT    NOT NULL DEFAULT '',
    -- Counts the sets and deletes; a write names it.
    version INTEGER NOT NULL DEFAULT 0,
    -- A deleted key stays for its version.
    deleted INTEGER NOT NULL DEFAULT 0,
    -- Order within the message.
    born    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (msg_id, key)
) STRICT, WITHOUT ROWID;

-- The last change of a message's extensions up to which all are here.
CREATE TABLE extension_heads (
    msg_id TEXT    NOT NULL PRIMARY KEY,
    seq    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- An encoded MessageReactions of the wire protocol.
CREATE TABLE reactions (
    msg_id    TEXT NOT NULL PRIMARY KEY,
    reactions BLOB NOT NULL DEFAULT x''
) STRICT, WITHOUT ROWID;
