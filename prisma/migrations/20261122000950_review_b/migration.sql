-- When a station's clock was seen to be right: a message whose device time is near its arrival. First and last of each
-- hour are kept; what a station queued between two of them is believed (settlement rule 5).
CREATE TABLE clock_anchor (
  tenant_id integer NOT NULL CONSTRAINT clock_anchor_tenant REFERENCES organisation (id),
  station_id text NOT NULL CONSTRAINT clock_anchor_station REFERENCES charging_station (id),
  hour timestamptz NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (station_id, hour)
);
ALTER TABLE clock_anchor ENABLE ROW LEVEL SECURITY;
ALTER TABLE clock_anchor FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON clock_anchor USING (app_sees(tenant_id)) WITH CHECK (app_sees(tenant_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON clock_anchor TO valley_app;

-- The first anchor after a stay that ended unheard is a new fact of that stay. The tolerance is settlementFacts' own:
-- on a clock that runs n times faster five seconds of latency are 5 n. After 14 days a stay is final.
CREATE FUNCTION note_clock(tenant integer, station text, device_at timestamptz, arrived_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  tolerance interval := make_interval(secs => coalesce((SELECT CASE WHEN top_speed = 1 THEN 60 ELSE ceil(60 + 5 * top_speed) END FROM clock), 60));
  changed uuid[];
BEGIN
  IF arrived_at - device_at NOT BETWEEN -tolerance AND tolerance THEN RETURN; END IF;
  WITH unheard AS (
    SELECT s.id FROM session s
    WHERE s.station_id = station AND s.tenant_id = tenant AND s.state = 'CLOSED'
      AND s.plug_out_at <= device_at AND s.plug_out_at > device_at - interval '14 days'
      AND NOT EXISTS (SELECT 1 FROM clock_anchor c WHERE c.station_id = station AND c.last_at >= s.plug_out_at)
      AND EXISTS (SELECT 1 FROM transaction t WHERE t.session_id = s.id
        AND (t.stopped_received_at IS NULL OR t.stopped_received_at - t.stopped_at > tolerance))
    ORDER BY s.id FOR NO KEY UPDATE OF s
  ), woken AS (
    UPDATE session s SET facts_version = facts_version + 1 FROM unheard WHERE s.id = unheard.id RETURNING s.id)
  SELECT array_agg(id) INTO changed FROM woken;
  INSERT INTO clock_anchor AS c (tenant_id, station_id, hour, first_at, last_at)
    VALUES (tenant, station, date_trunc('hour', device_at, 'UTC'), device_at, device_at)
    ON CONFLICT (station_id, hour) DO UPDATE
      SET first_at = least(c.first_at, excluded.first_at), last_at = greatest(c.last_at, excluded.last_at)
      WHERE excluded.first_at < c.first_at OR excluded.last_at > c.last_at;
  DELETE FROM clock_anchor c WHERE c.station_id = station AND c.hour < device_at - interval '60 days';
  IF changed IS NOT NULL THEN PERFORM pg_notify('valley', 'session ' || array_to_string(changed[1:180], ' ')); END IF;
END $$;

CREATE FUNCTION transaction_proves_clock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM note_clock(NEW.tenant_id, NEW.station_id, NEW.started_at, NEW.started_received_at);
  END IF;
  IF NEW.stopped_received_at IS NOT NULL THEN
    PERFORM note_clock(NEW.tenant_id, NEW.station_id, NEW.stopped_at, NEW.stopped_received_at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER transaction_started AFTER INSERT ON transaction
  FOR EACH ROW EXECUTE FUNCTION transaction_proves_clock();
CREATE TRIGGER transaction_stopped AFTER UPDATE OF stopped_at, stopped_received_at ON transaction
  FOR EACH ROW EXECUTE FUNCTION transaction_proves_clock();
