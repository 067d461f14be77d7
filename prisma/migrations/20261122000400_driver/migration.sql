-- What a driver wants on every such weekday, in the local time of wherever the car stands.
-- It belongs to the person, as driver_profile does: no tenant owns a driver's habits.
CREATE TABLE weekly_wish (
  person_id uuid NOT NULL REFERENCES person (id),
  weekday smallint NOT NULL CONSTRAINT weekly_wish_weekday CHECK (weekday BETWEEN 1 AND 7),
  ready_by_minutes smallint NOT NULL CONSTRAINT weekly_wish_ready_by CHECK (ready_by_minutes BETWEEN 0 AND 1439),
  energy_milli_wh bigint CONSTRAINT weekly_wish_energy CHECK (energy_milli_wh BETWEEN 0 AND 400000000),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person_id, weekday)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON weekly_wish TO valley_app;

ALTER TABLE charging_preference DROP CONSTRAINT preference_source;
ALTER TABLE charging_preference ADD CONSTRAINT preference_source
  CHECK (source IN ('DRIVER', 'STATION', 'MSP', 'REPEATING', 'HISTORY', 'QR'));

-- Wrong card digits at a charging point and from an address; a digest, so that no address is kept.
-- In the database, not in memory: the lock holds for every portal process and over a restart.
CREATE TABLE kerb_lock (
  key bytea PRIMARY KEY CONSTRAINT kerb_lock_key CHECK (length(key) = 32),
  failures integer NOT NULL DEFAULT 0 CONSTRAINT kerb_lock_failures CHECK (failures >= 0),
  -- Real time, whatever the simulated clock says.
  counted_from timestamptz NOT NULL DEFAULT now(),
  locked_until timestamptz
);
CREATE INDEX kerb_lock_age ON kerb_lock (counted_from);
GRANT SELECT, INSERT, UPDATE, DELETE ON kerb_lock TO valley_app;
