-- How often a command was sent: one that costs the station its connection each time must not keep the
-- others waiting for ever.
ALTER TABLE command ADD COLUMN attempts integer NOT NULL DEFAULT 0;
