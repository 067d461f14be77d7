-- The tables of the commercial whole, and the walls between tenants.
-- Everything but migrations runs as valley_app, which owns nothing and passes no policy.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'valley_app') THEN
    CREATE ROLE valley_app NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS LOGIN;
  END IF;
END $$;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- '*' is set by the gateway and the worker, which serve every tenant; the portal sets one tenant's id.
CREATE FUNCTION app_sees(tenant integer) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT current_setting('app.tenant', true) IN ('*', tenant::text) $$;

-- Demo data and real data never share a database.
CREATE TABLE installation (
  id boolean PRIMARY KEY DEFAULT true CONSTRAINT installation_single CHECK (id),
  mode text NOT NULL CONSTRAINT installation_mode CHECK (mode IN ('demo', 'live', 'replay')),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Simulated time: sim = sim_anchor + (real - real_anchor) * speed. No row: real time.
CREATE TABLE clock (
  id boolean PRIMARY KEY DEFAULT true CONSTRAINT clock_single CHECK (id),
  real_anchor timestamptz NOT NULL,
  sim_anchor timestamptz NOT NULL,
  speed double precision NOT NULL CONSTRAINT clock_speed CHECK (speed > 0 AND speed <= 100000),
  -- The fastest it ever ran: how long a real second of latency may have been on stored instants.
  top_speed double precision NOT NULL DEFAULT 1,
  seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organisation (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CONSTRAINT organisation_kind CHECK (kind IN ('CPO', 'MSP', 'MUNICIPALITY', 'GRID_OPERATOR', 'PLATFORM')),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE person (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL UNIQUE CONSTRAINT person_email_lower CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE membership (
  person_id uuid NOT NULL REFERENCES person (id),
  organisation_id integer NOT NULL REFERENCES organisation (id),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  role text NOT NULL CONSTRAINT membership_role CHECK (role IN ('ADMIN', 'CPO', 'MSP', 'MUNICIPALITY', 'GRID', 'DRIVER')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person_id, organisation_id)
);
CREATE TABLE sign_in (
  sid uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX sign_in_person ON sign_in (person_id);
CREATE TABLE one_time_link (
  token_hash bytea PRIMARY KEY,
  purpose text NOT NULL CONSTRAINT one_time_link_purpose CHECK (purpose IN ('FIRST_ADMIN', 'DRIVER_INVITE')),
  person_id uuid REFERENCES person (id),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE location (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  name text NOT NULL,
  address text,
  time_zone text NOT NULL DEFAULT 'Europe/Amsterdam',
  bidding_zone text NOT NULL,
  sale_price_micro bigint NOT NULL CONSTRAINT location_sale_price CHECK (sale_price_micro >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX location_tenant ON location (tenant_id);
CREATE TABLE charging_station (
  id text PRIMARY KEY CONSTRAINT charging_station_id CHECK (id ~ '^[^[:space:]:/]{1,48}$'),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  location_id uuid NOT NULL REFERENCES location (id),
  key_hash bytea NOT NULL CONSTRAINT charging_station_key CHECK (length(key_hash) = 32),
  vendor text,
  model text,
  serial_number text,
  firmware_version text,
  protocol text,
  capabilities jsonb NOT NULL DEFAULT '{}',
  skew_ms integer,
  last_boot_at timestamptz,
  last_seen_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX charging_station_tenant ON charging_station (tenant_id, location_id);
CREATE TABLE evse (
  tenant_id integer NOT NULL REFERENCES organisation (id),
  station_id text NOT NULL REFERENCES charging_station (id),
  evse_id integer NOT NULL CONSTRAINT evse_number CHECK (evse_id > 0),
  phases smallint NOT NULL DEFAULT 3 CONSTRAINT evse_phases CHECK (phases IN (1, 3)),
  max_power_w integer NOT NULL DEFAULT 22080 CONSTRAINT evse_power CHECK (max_power_w > 0),
  status text,
  error_code text,
  status_at timestamptz,
  available_at timestamptz,
  PRIMARY KEY (station_id, evse_id)
);
-- One live connection per station; the epoch fences a gateway that lost it.
CREATE TABLE connection (
  station_id text PRIMARY KEY REFERENCES charging_station (id),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  epoch bigint NOT NULL DEFAULT 1,
  node text NOT NULL,
  protocol text NOT NULL,
  remote_address text,
  connected_at timestamptz NOT NULL,
  closed_at timestamptz
);
CREATE TABLE id_token (
  tenant_id integer NOT NULL REFERENCES organisation (id),
  uid text NOT NULL CONSTRAINT id_token_uid CHECK (length(uid) BETWEEN 1 AND 36),
  driver_id uuid REFERENCES person (id),
  status text NOT NULL DEFAULT 'Accepted' CONSTRAINT id_token_status CHECK (status IN ('Accepted', 'Blocked', 'Expired', 'Invalid')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, uid)
);
CREATE INDEX id_token_driver ON id_token (driver_id);

CREATE TABLE programme_version (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES organisation (id),
  version integer NOT NULL,
  valid_from timestamptz NOT NULL,
  share_bp integer NOT NULL CONSTRAINT programme_share CHECK (share_bp BETWEEN 0 AND 9000),
  driver_bp integer NOT NULL, msp_bp integer NOT NULL, cpo_bp integer NOT NULL, platform_bp integer NOT NULL,
  driver_cap_micro bigint NOT NULL DEFAULT 10000000,
  min_payout_micro bigint NOT NULL DEFAULT 200000,
  risk_premium_ticks integer NOT NULL DEFAULT 1000,
  msp_name text NOT NULL DEFAULT 'MSP',
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, version),
  CONSTRAINT programme_split CHECK (driver_bp >= 0 AND msp_bp >= 0 AND cpo_bp >= 0 AND platform_bp >= 0
    AND driver_bp + msp_bp + cpo_bp + platform_bp = 10000)
);
CREATE TABLE contract (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES organisation (id),
  kind text NOT NULL CONSTRAINT contract_kind CHECK (kind IN ('DAY_AHEAD', 'FIXED')),
  bidding_zone text NOT NULL,
  mtu_minutes smallint NOT NULL DEFAULT 15 CONSTRAINT contract_mtu CHECK (mtu_minutes IN (15, 60)),
  valid_from timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Powers above a session: a null evse_id limits the whole location.
CREATE TABLE power_limit (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  location_id uuid NOT NULL REFERENCES location (id),
  station_id text REFERENCES charging_station (id),
  evse_id integer,
  limit_w integer NOT NULL CONSTRAINT power_limit_positive CHECK (limit_w >= 0),
  valid_from timestamptz NOT NULL,
  valid_to timestamptz,
  reason text NOT NULL DEFAULT 'CPO',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX power_limit_location ON power_limit (location_id, valid_from);

-- A session is the commercial whole, one stay: it may hold several transactions.
-- facts_version counts what happened to it; planned_version and settled_version follow behind.
CREATE TABLE session (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  location_id uuid NOT NULL REFERENCES location (id),
  station_id text NOT NULL REFERENCES charging_station (id),
  evse_id integer NOT NULL,
  id_token text NOT NULL,
  driver_id uuid REFERENCES person (id),
  programme_version_id integer NOT NULL REFERENCES programme_version (id),
  contract_id integer NOT NULL REFERENCES contract (id),
  sale_price_micro bigint NOT NULL,
  plug_in_at timestamptz NOT NULL,
  plug_out_at timestamptz,
  state text NOT NULL DEFAULT 'OPEN' CONSTRAINT session_state CHECK (state IN ('OPEN', 'CLOSED')),
  steering text NOT NULL DEFAULT 'TX_PROFILE' CONSTRAINT session_steering
    CHECK (steering IN ('TX_PROFILE', 'TX_DEFAULT_PROFILE', 'STATION_MAX_PROFILE', 'OBSERVE')),
  facts_version bigint NOT NULL DEFAULT 1,
  planned_version bigint NOT NULL DEFAULT 0,
  settled_version bigint NOT NULL DEFAULT 0,
  wake_at timestamptz,
  settle_state text NOT NULL DEFAULT 'PENDING' CONSTRAINT session_settle_state
    CHECK (settle_state IN ('PENDING', 'WAITING_PRICES', 'SETTLED', 'REVIEW')),
  settle_reason text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX session_tenant ON session (tenant_id, plug_in_at DESC);
CREATE INDEX session_driver ON session (driver_id, plug_in_at DESC);
CREATE INDEX session_card ON session (location_id, id_token, plug_in_at DESC);
CREATE INDEX session_to_plan ON session (id) WHERE state = 'OPEN' AND planned_version < facts_version;
CREATE INDEX session_to_settle ON session (id) WHERE state = 'CLOSED' AND settled_version < facts_version;
CREATE INDEX session_to_wake ON session (wake_at) WHERE state = 'OPEN' AND wake_at IS NOT NULL;
CREATE UNIQUE INDEX session_one_open_per_evse ON session (station_id, evse_id) WHERE state = 'OPEN';

-- OCPP 1.6 wants a positive int32 chosen here; 2.0.1 brings its own id in ocpp_id.
CREATE SEQUENCE transaction_id_seq AS integer;
CREATE TABLE transaction (
  id integer PRIMARY KEY DEFAULT nextval('transaction_id_seq'),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  session_id uuid NOT NULL REFERENCES session (id),
  station_id text NOT NULL REFERENCES charging_station (id),
  evse_id integer NOT NULL,
  connector_id integer,
  ocpp_id text NOT NULL,
  id_token text NOT NULL,
  started_at timestamptz NOT NULL,
  started_received_at timestamptz NOT NULL,
  meter_start_milli_wh bigint NOT NULL,
  stopped_at timestamptz,
  stopped_received_at timestamptz,
  meter_stop_milli_wh bigint,
  stop_reason text,
  state text NOT NULL DEFAULT 'ACTIVE' CONSTRAINT transaction_state CHECK (state IN ('ACTIVE', 'ENDED', 'UNFINISHED')),
  charging_state text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT transaction_ocpp_id UNIQUE (station_id, ocpp_id),
  CONSTRAINT transaction_start_once UNIQUE (station_id, evse_id, id_token, started_at, meter_start_milli_wh)
);
ALTER SEQUENCE transaction_id_seq OWNED BY transaction.id;
CREATE INDEX transaction_session ON transaction (session_id);
CREATE INDEX transaction_of_evse ON transaction (station_id, evse_id, started_at DESC);
CREATE UNIQUE INDEX transaction_one_active_per_evse ON transaction (station_id, evse_id) WHERE state = 'ACTIVE';

-- One row per reading (one timestamp of one EVSE); samples holds every normalised measurand.
-- The digest lets two messages with the same timestamp and other measurands both in, and a repeat not.
CREATE TABLE meter_reading (
  tenant_id integer NOT NULL,
  station_id text NOT NULL,
  evse_id integer NOT NULL,
  transaction_id integer,
  measured_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  context text NOT NULL,
  digest bigint NOT NULL,
  register_milli_wh bigint,
  power_w integer,
  current_ma integer,
  offered_ma integer,
  soc_permille smallint,
  flag text,
  samples jsonb NOT NULL,
  PRIMARY KEY (station_id, evse_id, measured_at, digest)
);
CREATE INDEX meter_reading_transaction ON meter_reading (transaction_id, measured_at) WHERE transaction_id IS NOT NULL;

-- What the driver (or a station on the driver's behalf) wants; append-only, the highest version counts.
CREATE TABLE charging_preference (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  session_id uuid NOT NULL REFERENCES session (id),
  version integer NOT NULL,
  ready_by_at timestamptz,
  energy_milli_wh bigint CONSTRAINT preference_energy CHECK (energy_milli_wh BETWEEN 0 AND 400000000),
  min_energy_milli_wh bigint,
  priority boolean NOT NULL DEFAULT false,
  source text NOT NULL CONSTRAINT preference_source CHECK (source IN ('DRIVER', 'STATION', 'MSP')),
  request_id uuid NOT NULL,
  made_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT preference_version UNIQUE (session_id, version),
  CONSTRAINT preference_request UNIQUE (session_id, request_id)
);
CREATE TABLE driver_profile (
  person_id uuid PRIMARY KEY REFERENCES person (id),
  battery_wh integer CONSTRAINT driver_battery CHECK (battery_wh BETWEEN 1000 AND 400000),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE plan (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  session_id uuid NOT NULL REFERENCES session (id),
  version integer NOT NULL,
  reason text NOT NULL,
  made_at timestamptz NOT NULL,
  digest bytea NOT NULL,
  content jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT plan_version UNIQUE (session_id, version)
);
-- A command is a row first; the gateway that holds the socket sends it.
CREATE TABLE command (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  station_id text NOT NULL REFERENCES charging_station (id),
  session_id uuid REFERENCES session (id),
  plan_version integer,
  rung text,
  action text NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'REQUESTED' CONSTRAINT command_state
    CHECK (state IN ('REQUESTED', 'ACCEPTED', 'REJECTED', 'TIMED_OUT', 'SUPERSEDED')),
  answer jsonb,
  -- The station's connection when the command was made: a later one may have lost what was accepted.
  connection_epoch bigint,
  requested_at timestamptz NOT NULL,
  sent_at timestamptz,
  answered_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX command_to_send ON command (station_id, created_at) WHERE state = 'REQUESTED';
CREATE INDEX command_session ON command (session_id, created_at);

-- The answer a repeated message gets again.
CREATE TABLE ocpp_inbox (
  station_id text NOT NULL,
  message_id text NOT NULL,
  digest bytea NOT NULL,
  action text NOT NULL,
  answer jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (station_id, message_id, digest)
);
CREATE INDEX ocpp_inbox_age ON ocpp_inbox (received_at);
CREATE TABLE parked_message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES organisation (id),
  station_id text NOT NULL REFERENCES charging_station (id),
  action text NOT NULL,
  payload jsonb NOT NULL,
  reason text NOT NULL,
  received_at timestamptz NOT NULL,
  resolved_at timestamptz
);
CREATE TABLE station_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES organisation (id),
  station_id text NOT NULL REFERENCES charging_station (id),
  evse_id integer,
  kind text NOT NULL,
  severity text NOT NULL DEFAULT 'INFO' CONSTRAINT station_event_severity CHECK (severity IN ('INFO', 'WARNING', 'SECURITY')),
  data jsonb NOT NULL DEFAULT '{}',
  happened_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL
);
CREATE INDEX station_event_station ON station_event (station_id, id DESC);

-- A publication of prices; a later one for the same hours is a new version, an absent quarter is a gap.
CREATE TABLE price_document (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  bidding_zone text NOT NULL,
  source text NOT NULL,
  digest bytea NOT NULL,
  published_at timestamptz NOT NULL,
  imported_at timestamptz NOT NULL DEFAULT now(),
  synthetic boolean NOT NULL DEFAULT false,
  CONSTRAINT price_document_once UNIQUE (bidding_zone, digest)
);
CREATE TABLE day_ahead_price (
  bidding_zone text NOT NULL,
  start_at timestamptz NOT NULL,
  minutes smallint NOT NULL CONSTRAINT day_ahead_price_minutes CHECK (minutes IN (15, 30, 60)),
  version integer NOT NULL,
  price_ticks integer NOT NULL,
  document_id bigint NOT NULL REFERENCES price_document (id),
  PRIMARY KEY (bidding_zone, start_at, minutes, version)
);

DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['location', 'charging_station', 'evse', 'connection', 'id_token', 'programme_version',
    'contract', 'power_limit', 'session', 'transaction', 'meter_reading', 'charging_preference', 'plan', 'command',
    'parked_message', 'station_event', 'membership'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (app_sees(tenant_id)) WITH CHECK (app_sees(tenant_id))', t);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO valley_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO valley_app;
GRANT DELETE ON ocpp_inbox, one_time_link, power_limit, clock TO valley_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO valley_app;

-- A changed limit is a changed fact of every open stay below it.
CREATE FUNCTION power_limit_changed() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE changed uuid[]; BEGIN
  WITH woken AS (UPDATE session SET facts_version = facts_version + 1
    WHERE location_id = coalesce(NEW.location_id, OLD.location_id) AND state = 'OPEN' RETURNING id)
    SELECT array_agg(id) INTO changed FROM woken;
  IF changed IS NOT NULL THEN PERFORM pg_notify('valley', 'session ' || array_to_string(changed[1:180], ' ')); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER power_limit_changed AFTER INSERT OR UPDATE OR DELETE ON power_limit
  FOR EACH ROW EXECUTE FUNCTION power_limit_changed();

-- Where a site is limited, a car that comes or goes changes what is left for the others.
CREATE FUNCTION session_shares_changed() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE changed uuid[]; BEGIN
  IF NOT EXISTS (SELECT 1 FROM power_limit WHERE location_id = NEW.location_id AND evse_id IS NULL AND valid_to IS NULL) THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM session WHERE location_id = NEW.location_id AND state = 'OPEN' AND id <> NEW.id ORDER BY id FOR NO KEY UPDATE;
  WITH woken AS (UPDATE session SET facts_version = facts_version + 1
    WHERE location_id = NEW.location_id AND state = 'OPEN' AND id <> NEW.id RETURNING id)
    SELECT array_agg(id) INTO changed FROM woken;
  IF changed IS NOT NULL THEN PERFORM pg_notify('valley', 'session ' || array_to_string(changed[1:180], ' ')); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER session_opened AFTER INSERT ON session
  FOR EACH ROW WHEN (NEW.state = 'OPEN') EXECUTE FUNCTION session_shares_changed();
CREATE TRIGGER session_opened_or_closed AFTER UPDATE OF state ON session
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION session_shares_changed();
