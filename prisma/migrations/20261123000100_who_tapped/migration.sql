-- A tap on "charge now" says nothing of when the car leaves: who said the wish and who tapped are
-- two things. A source is null where nobody said a wish for the stay.
ALTER TABLE charging_preference ADD COLUMN priority_by text
  CONSTRAINT preference_priority_by CHECK (priority_by IN ('DRIVER', 'QR'));
ALTER TABLE charging_preference ALTER COLUMN source DROP NOT NULL;
UPDATE charging_preference SET priority_by = 'QR',
  source = CASE WHEN ready_by_at IS NULL AND energy_milli_wh IS NULL THEN NULL ELSE 'DRIVER' END
 WHERE source = 'QR';
ALTER TABLE charging_preference DROP CONSTRAINT preference_source;
ALTER TABLE charging_preference ADD CONSTRAINT preference_source
  CHECK (source IN ('DRIVER', 'STATION', 'MSP', 'REPEATING', 'HISTORY'));
