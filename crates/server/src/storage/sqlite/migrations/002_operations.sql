-- Recalled messages, messages that a user has deleted or cleared, and log entries about a message.

-- 1: recalled; its content is gone.
ALTER TABLE messages ADD COLUMN recalled INTEGER NOT NULL DEFAULT 0;

-- Deleted by one user for himself: invisible for him, for ever.
CREATE TABLE hidden (
    account INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (account, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX hidden_message ON hidden (message);

-- Everything up to this sequence is invisible for that side.
ALTER TABLE conversations ADD COLUMN low_clear_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN high_clear_seq INTEGER NOT NULL DEFAULT 0;

-- Kinds 3 and 4: the message `subject` has been modified, or recalled. The entry shows it as it is when it is
-- read, so that no log keeps what a recall has erased.
ALTER TABLE user_log ADD COLUMN subject INTEGER NOT NULL DEFAULT 0;
