-- People in several organisations, ways in, keys for machines, and the record of who changed what.
ALTER TABLE membership DROP CONSTRAINT membership_role;
ALTER TABLE membership ADD CONSTRAINT membership_role
  CHECK (role IN ('ADMIN', 'CPO', 'MSP', 'MUNICIPALITY', 'GRID', 'DRIVER', 'PLATFORM'));
CREATE INDEX membership_tenant ON membership (tenant_id);
GRANT DELETE ON membership, driver_profile TO valley_app;
-- When the person showed that the address is theirs. A password set before that, by a link that somebody
-- else saw, falls away then: whoever made the account first must not stay in it.
ALTER TABLE person ADD COLUMN address_proven_at timestamptz;

-- organisation_id: the organisation a person works in by this sign-in; null: the first one.
ALTER TABLE sign_in
  ADD COLUMN organisation_id integer REFERENCES organisation (id),
  ADD COLUMN method text NOT NULL DEFAULT 'PASSWORD' CONSTRAINT sign_in_method CHECK (method IN ('PASSWORD', 'LINK', 'OIDC', 'DEMO', 'SCRIPT')),
  ADD COLUMN device text,
  ADD COLUMN address text,
  ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now();

ALTER TABLE one_time_link DROP CONSTRAINT one_time_link_purpose;
ALTER TABLE one_time_link ADD CONSTRAINT one_time_link_purpose
  CHECK (purpose IN ('FIRST_ADMIN', 'DRIVER_INVITE', 'SIGN_IN'));
CREATE INDEX one_time_link_age ON one_time_link (expires_at);

-- Who an OpenID provider's subject is here; linked once by a verified address, then by the subject alone.
CREATE TABLE person_identity (
  issuer text NOT NULL,
  subject text NOT NULL,
  person_id uuid NOT NULL REFERENCES person (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX person_identity_person ON person_identity (person_id);

CREATE TABLE invitation (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  email text NOT NULL CONSTRAINT invitation_email_lower CHECK (email = lower(email)),
  name text NOT NULL,
  role text NOT NULL CONSTRAINT invitation_role
    CHECK (role IN ('ADMIN', 'CPO', 'MSP', 'MUNICIPALITY', 'GRID', 'DRIVER', 'PLATFORM')),
  token_hash bytea NOT NULL CONSTRAINT invitation_token CHECK (length(token_hash) = 32),
  -- Nobody but the reader of the mail has seen the link.
  mailed boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  withdrawn_at timestamptz,
  CONSTRAINT invitation_token_once UNIQUE (token_hash)
);
CREATE INDEX invitation_tenant ON invitation (tenant_id, created_at DESC);
CREATE UNIQUE INDEX invitation_one_open ON invitation (tenant_id, email) WHERE accepted_at IS NULL AND withdrawn_at IS NULL;

CREATE TABLE api_key (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  name text NOT NULL,
  prefix text NOT NULL,
  key_hash bytea NOT NULL CONSTRAINT api_key_hash CHECK (length(key_hash) = 32),
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  CONSTRAINT api_key_once UNIQUE (key_hash)
);
CREATE INDEX api_key_tenant ON api_key (tenant_id, created_at DESC);

-- Failed and asked-for ways in, so that a limit holds for every process. keys are hashes: no address is kept.
CREATE TABLE attempt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX attempt_key ON attempt (key, at);
CREATE INDEX attempt_age ON attempt (at);
GRANT SELECT, INSERT, DELETE ON attempt TO valley_app;

-- One row for each mutation and organisation it changed, in the same tx. Without tenant: nobody's organisation.
CREATE TABLE audit_entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer REFERENCES organisation (id),
  request_id uuid NOT NULL,
  actor_person_id uuid REFERENCES person (id),
  actor_key_id uuid REFERENCES api_key (id),
  action text NOT NULL,
  changes jsonb NOT NULL,
  address text,
  happened_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX audit_entry_tenant ON audit_entry (tenant_id, id DESC);
CREATE INDEX audit_entry_actor ON audit_entry (actor_person_id, id DESC);

DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['invitation', 'api_key', 'audit_entry'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (app_sees(tenant_id)) WITH CHECK (app_sees(tenant_id))', t);
  END LOOP;
END $$;
-- A change that belongs to no organisation is written and read by the system only.
ALTER POLICY tenant ON audit_entry
  USING (coalesce(app_sees(tenant_id), false) OR current_setting('app.tenant', true) = '*')
  WITH CHECK (coalesce(app_sees(tenant_id), false) OR current_setting('app.tenant', true) = '*');
GRANT SELECT, INSERT, UPDATE ON invitation, api_key, person_identity TO valley_app;
GRANT DELETE ON person_identity TO valley_app;
GRANT SELECT, INSERT ON audit_entry TO valley_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO valley_app;

CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION USING MESSAGE = format('audit_entry is append-only (%s) (constraint "audit_append_only")', TG_OP),
    ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'audit_append_only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER append_only_truncate;

-- Notes which rows a mutation changed: table, id before and after, changed columns by name, never a value.
-- The notes live in a setting of the tx; past 20,000 characters the rest is left out and said to be.
CREATE FUNCTION audit_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  becomes jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  noted text := coalesce(nullif(current_setting('app.audit_notes', true), ''), '[]');
BEGIN
  IF length(noted) > 20000 THEN
    PERFORM set_config('app.audit_more', 'true', true);
    RETURN NULL;
  END IF;
  PERFORM set_config('app.audit_notes', (noted::jsonb || jsonb_build_object(
    'table', TG_TABLE_NAME, 'tenant', coalesce(becomes, was)->'tenant_id',
    'before', was->>TG_ARGV[0], 'after', becomes->>TG_ARGV[0],
    'columns', CASE WHEN TG_OP = 'UPDATE' THEN
      (SELECT coalesce(jsonb_agg(key ORDER BY key), '[]') FROM jsonb_each(becomes) WHERE value IS DISTINCT FROM was->key) END))::text, true);
  RETURN NULL;
END $$;
-- audited lets a table's changes be noted; `id` is the column that names a row and holds no personal data.
CREATE FUNCTION audited(changed regclass, id text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE format('CREATE TRIGGER audit_note AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW
    WHEN (current_setting(''app.audit'', true) = ''on'') EXECUTE FUNCTION audit_note(%L)', changed, id);
END $$;
REVOKE ALL ON FUNCTION audited FROM PUBLIC;
SELECT audited('organisation', 'id'), audited('person', 'id'), audited('membership', 'person_id'), audited('sign_in', 'person_id'),
  audited('one_time_link', 'person_id'), audited('person_identity', 'person_id'), audited('invitation', 'id'), audited('api_key', 'id'),
  audited('driver_profile', 'person_id'), audited('location', 'id'), audited('charging_station', 'id'), audited('evse', 'station_id'),
  audited('id_token', 'driver_id'), audited('programme_version', 'id'), audited('contract', 'id'), audited('power_limit', 'id'),
  audited('charging_preference', 'session_id'), audited('command', 'id'), audited('parked_message', 'id');

-- audit_write ends a mutation's tx with its entries: one for each organisation touched, else one for the actor's own.
-- A tx that changed nothing of the above leaves no entry.
CREATE FUNCTION audit_write(request uuid, person uuid, api uuid, own_tenant integer, what text, from_address text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  notes jsonb := coalesce(nullif(current_setting('app.audit_notes', true), ''), '[]')::jsonb;
  cut jsonb := CASE WHEN current_setting('app.audit_more', true) = 'true' THEN '[{"more": true}]'::jsonb ELSE '[]'::jsonb END;
BEGIN
  PERFORM set_config('app.audit', '', true), set_config('app.audit_notes', '', true), set_config('app.audit_more', '', true);
  IF notes = '[]' THEN RETURN; END IF;
  INSERT INTO audit_entry (tenant_id, request_id, actor_person_id, actor_key_id, action, changes, address)
  SELECT touched.tenant, request, person, api, what, cut || coalesce((
      SELECT jsonb_agg(note - 'tenant' ORDER BY at) FROM jsonb_array_elements(notes) WITH ORDINALITY AS n (note, at)
      WHERE note->>'tenant' IS NULL OR (note->>'tenant')::integer = touched.tenant), '[]'), from_address
  FROM (SELECT DISTINCT (note->>'tenant')::integer AS tenant FROM jsonb_array_elements(notes) AS note WHERE note->>'tenant' IS NOT NULL
    UNION SELECT own_tenant WHERE NOT jsonb_path_exists(notes, '$[*] ? (@.tenant != null)')) touched;
END $$;
