-- Files: kept ones, the messages that refer to them, uploads under way.

CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    -- `no` of the file that was uploaded: its renditions live and die with it.
    original INTEGER NOT NULL,
    -- 0 as uploaded, 1 large, 2 thumb
    part INTEGER NOT NULL,
    app_id INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    -- Of the upload; empty for a rendition.
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    format INTEGER NOT NULL,
    object TEXT NOT NULL,
    content_type TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Stored messages that refer to it or to one of its renditions; counted at the original.
    refs INTEGER NOT NULL DEFAULT 0,
    -- When it was last uploaded or asked for by its owner.
    used_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX media_file ON media (owner, sha256) WHERE part = 0;
CREATE INDEX media_original ON media (original);
CREATE INDEX media_object ON media (object);
CREATE INDEX media_unused ON media (used_ms) WHERE part = 0 AND refs = 0;

CREATE TABLE media_refs (
    -- media.original
    media INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    -- messages.id
    message INTEGER NOT NULL,
    PRIMARY KEY (media, conversation, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_refs_message ON media_refs (message);

-- What a kept list of merged messages names.
CREATE TABLE media_names (
    -- media.original of the list
    list INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (list, id)
) STRICT, WITHOUT ROWID;

-- Objects that are being written or have to be deleted, unless a row of `media` has them.
CREATE TABLE media_garbage (
    object TEXT NOT NULL PRIMARY KEY,
    due_ms INTEGER NOT NULL,
    -- 1: being deleted; no row may take it up any more.
    doomed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX media_garbage_due ON media_garbage (due_ms);

CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    app_id INTEGER NOT NULL,
    account INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    name TEXT NOT NULL,
    touched_ms INTEGER NOT NULL,
    -- media.original once it has been committed, for an answer that was lost.
    media INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_file ON uploads (account, sha256);
CREATE INDEX uploads_touched ON uploads (touched_ms);

CREATE TABLE upload_chunks (
    upload TEXT NOT NULL,
    chunk INTEGER NOT NULL,
    PRIMARY KEY (upload, chunk)
) STRICT, WITHOUT ROWID;
