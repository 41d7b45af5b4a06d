-- Histories that the user has cleared.

-- Everything up to this sequence is gone for this user: its rows are removed, and what of it comes late, by
-- whichever way, is dropped. So no list of removed ids has to be kept.
ALTER TABLE conversations ADD COLUMN clear_seq INTEGER NOT NULL DEFAULT 0;
