-- Recalled messages, and read receipts of single messages.

-- An encoded Recall of the wire protocol; empty for a message that was not recalled.
ALTER TABLE messages ADD COLUMN recall BLOB NOT NULL DEFAULT x'';

-- This user has sent a receipt for it.
ALTER TABLE messages ADD COLUMN receipt_sent INTEGER NOT NULL DEFAULT 0;

-- When the peer sent a receipt for it; 0 for not yet.
ALTER TABLE messages ADD COLUMN peer_read_ms INTEGER NOT NULL DEFAULT 0;
