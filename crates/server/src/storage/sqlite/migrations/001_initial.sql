-- The spine: apps, accounts and their devices, one-to-one conversations, messages, user logs.
-- Ids are never given twice: accounts by AUTOINCREMENT, messages by the counter below (an AUTOINCREMENT
-- would cost one more write per message).

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('message', 0), ('erased', 0);

CREATE TABLE apps (
    id INTEGER NOT NULL PRIMARY KEY,
    disabled INTEGER NOT NULL DEFAULT 0,
    key1 TEXT NOT NULL DEFAULT '',
    key2 TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE accounts (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    app_id INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    sig_not_before INTEGER NOT NULL DEFAULT 0,
    banned INTEGER NOT NULL DEFAULT 0,
    -- Newest entry of the user's log, and the last one that was trimmed off its old end.
    log_head INTEGER NOT NULL DEFAULT 0,
    log_floor INTEGER NOT NULL DEFAULT 0,
    UNIQUE (app_id, user_id)
) STRICT;

CREATE TABLE devices (
    account INTEGER NOT NULL,
    device BLOB NOT NULL,
    platform INTEGER NOT NULL,
    -- 0 signed out, 1 online, 2 away, 3 kicked
    state INTEGER NOT NULL,
    kick_mark INTEGER NOT NULL DEFAULT 0,
    login_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    -- Counts the device's sessions.
    generation INTEGER NOT NULL,
    device_type TEXT NOT NULL DEFAULT '',
    system_version TEXT NOT NULL DEFAULT '',
    brand INTEGER NOT NULL DEFAULT 0,
    ui_platform INTEGER NOT NULL DEFAULT 0,
    sdk_version TEXT NOT NULL DEFAULT '',
    user_define_data TEXT NOT NULL DEFAULT '',
    custom_login_info TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_online ON devices (state) WHERE state = 1;

-- One row for two users, the lower account number first (both the same for a conversation with oneself, which
-- uses the low side only). `*_active_ms` 0: that side has no entry in its list.
CREATE TABLE conversations (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    last_ms INTEGER NOT NULL DEFAULT 0,
    -- messages.id of the newest message that may be shown as the preview; 0: none
    preview INTEGER NOT NULL DEFAULT 0,
    low_read_seq INTEGER NOT NULL DEFAULT 0,
    low_read_ms INTEGER NOT NULL DEFAULT 0,
    low_unread INTEGER NOT NULL DEFAULT 0,
    low_active_ms INTEGER NOT NULL DEFAULT 0,
    high_read_seq INTEGER NOT NULL DEFAULT 0,
    high_read_ms INTEGER NOT NULL DEFAULT 0,
    high_unread INTEGER NOT NULL DEFAULT 0,
    high_active_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (low, high)
) STRICT;
CREATE INDEX conversations_high ON conversations (high);

CREATE TABLE messages (
    id INTEGER NOT NULL PRIMARY KEY,
    conversation INTEGER NOT NULL,
    conv_seq INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    -- client_time << 32 | random
    unique_id INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    -- Entry in the sender's log, for the answer to a repeated send.
    log_seq INTEGER NOT NULL,
    -- An encoded ChatMessage; empty once it has been erased.
    message BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_key ON messages (sender, unique_id, conversation);
CREATE UNIQUE INDEX messages_place ON messages (conversation, conv_seq);

CREATE TABLE user_log (
    account INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    -- 1: the message `message`. 2: `change`, an encoded LogEntry without its number.
    kind INTEGER NOT NULL,
    -- messages.id; for other kinds the newest one at that time. Never decreases along a log, so that the log
    -- can be trimmed together with the messages.
    message INTEGER NOT NULL,
    change BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;
