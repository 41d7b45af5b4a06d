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
