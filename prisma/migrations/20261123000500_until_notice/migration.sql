-- A limit set until further notice keeps that when another takes its place: if the other is called off, its end goes too.
ALTER TABLE power_limit ADD COLUMN until_notice boolean NOT NULL DEFAULT false;

-- Stays that cannot be settled are few among all that ever were.
CREATE INDEX session_review ON session (tenant_id) WHERE settle_state = 'REVIEW' AND state = 'CLOSED';
