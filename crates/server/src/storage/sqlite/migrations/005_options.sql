-- How messages are received.

-- TIMReceiveMessageOpt of `account` for the messages of `peer`; no row: 0.
CREATE TABLE receive_options (
    account INTEGER NOT NULL,
    peer INTEGER NOT NULL,
    opt INTEGER NOT NULL,
    PRIMARY KEY (account, peer)
) STRICT, WITHOUT ROWID;

-- Do-not-disturb for all conversations.
CREATE TABLE do_not_disturb (
    account INTEGER NOT NULL PRIMARY KEY,
    -- The device that has set it, and whose time zone it follows.
    device BLOB NOT NULL,
    -- An encoded DoNotDisturb.
    setting BLOB NOT NULL
) STRICT;

-- Read positions that moved because `account` receives messages again, of which the other side is not told: while
-- the position is `upto_seq` still, the other side knows it as `read_seq`.
CREATE TABLE passed_over (
    conversation INTEGER NOT NULL,
    account INTEGER NOT NULL,
    upto_seq INTEGER NOT NULL,
    read_seq INTEGER NOT NULL,
    read_ms INTEGER NOT NULL,
    PRIMARY KEY (conversation, account)
) STRICT, WITHOUT ROWID;
