-- What needs a person stays open until somebody, or the station itself, has settled it.
ALTER TABLE station_event ADD COLUMN resolved_at timestamptz;
-- What tells an event from others of its kind, in the station's own words.
CREATE FUNCTION event_subject(data jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT nullif(concat_ws(' ', data ->> 'component', data ->> 'variable', data ->> 'status',
    data ->> 'errorCode', data ->> 'address'), '') $$;
CREATE INDEX station_event_open ON station_event (station_id, evse_id, kind)
  WHERE resolved_at IS NULL AND severity <> 'INFO';
CREATE INDEX parked_message_open ON parked_message (station_id, id) WHERE resolved_at IS NULL;
CREATE INDEX command_station ON command (station_id, created_at DESC);

-- Several connectors may share an EVSE: each has a status of its own, and evse holds what they amount to.
CREATE TABLE connector (
  tenant_id integer NOT NULL,
  station_id text NOT NULL,
  evse_id integer NOT NULL,
  connector_id integer NOT NULL CONSTRAINT connector_number CHECK (connector_id > 0),
  status text NOT NULL,
  error_code text,
  status_at timestamptz NOT NULL,
  PRIMARY KEY (station_id, evse_id, connector_id),
  CONSTRAINT connector_of_evse FOREIGN KEY (station_id, evse_id) REFERENCES evse (station_id, evse_id)
);
ALTER TABLE connector ENABLE ROW LEVEL SECURITY;
ALTER TABLE connector FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON connector USING (app_sees(tenant_id)) WITH CHECK (app_sees(tenant_id));
GRANT SELECT, INSERT, UPDATE ON connector TO valley_app;

-- Row-level policies bind an owner who is no superuser.
SELECT set_config('app.tenant', '*', true);
INSERT INTO connector (tenant_id, station_id, evse_id, connector_id, status, error_code, status_at)
  SELECT tenant_id, station_id, evse_id, 1, status, error_code, status_at FROM evse
  WHERE status IS NOT NULL AND status_at IS NOT NULL;

-- A card's number is compared without case (OCPP's CiString). Spellings that were two cards by
-- mistake become one: the one with a driver, or else the older.
DELETE FROM id_token t USING (
  SELECT tenant_id, uid, row_number() OVER (PARTITION BY tenant_id, lower(uid)
    ORDER BY driver_id IS NULL, created_at, uid) AS place FROM id_token) x
  WHERE x.place > 1 AND t.tenant_id = x.tenant_id AND t.uid = x.uid;
CREATE UNIQUE INDEX id_token_without_case ON id_token (tenant_id, lower(uid));
DROP INDEX session_card;
CREATE INDEX session_card ON session (location_id, lower(id_token), plug_in_at DESC);

-- A stay that began without a card and turned out to be a former one has nothing of its own left but
-- what was worked out about it. Nobody else may delete a stay: a transaction, a command or money that
-- still hangs on it refuses.
CREATE FUNCTION forget_stay(gone uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ DECLARE t record; BEGIN
  IF NOT EXISTS (SELECT FROM session WHERE id = gone AND id_token = '') THEN RETURN; END IF;
  FOR t IN SELECT c.conrelid::regclass AS name, a.attname AS col FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'session'::regclass AND c.conrelid NOT IN
      ('transaction'::regclass, 'command'::regclass, 'ledger.settlement'::regclass)
  LOOP EXECUTE format('DELETE FROM %s WHERE %I = $1', t.name, t.col) USING gone; END LOOP;
  DELETE FROM session WHERE id = gone;
END $$;
REVOKE ALL ON FUNCTION forget_stay(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_stay(uuid) TO valley_app;
