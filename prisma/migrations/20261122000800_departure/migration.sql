-- How long cars stay, as counts: of everybody at a tenant's stations, of one station, of one card.
CREATE TABLE departure_count (
  tenant_id integer NOT NULL REFERENCES organisation (id),
  scope text NOT NULL CONSTRAINT departure_count_scope CHECK (scope IN ('EVERYBODY', 'STATION', 'DRIVER')),
  -- '' for everybody, the station's id, or the SHA-256 of the card's number in small letters: no number is kept.
  key text NOT NULL,
  counts jsonb NOT NULL,
  stays bigint NOT NULL DEFAULT 0 CONSTRAINT departure_count_stays CHECK (stays >= 0),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, scope, key),
  CONSTRAINT departure_count_key CHECK ((scope = 'EVERYBODY') = (key = ''))
);

-- What a stay was expected to be when it began, so that its plans come from the same facts until it
-- ends; and whether it was counted: once, whatever is said of it later.
CREATE TABLE departure_expected (
  session_id uuid PRIMARY KEY REFERENCES session (id),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  -- Chance to be connected after each half hour of the first day, 49 numbers; NULL: it ended unplanned.
  survival jsonb,
  counted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX departure_expected_uncounted ON departure_expected (session_id) WHERE counted_at IS NULL;

DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['departure_count', 'departure_expected'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (app_sees(tenant_id)) WITH CHECK (app_sees(tenant_id))', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON departure_count TO valley_app;
GRANT SELECT, INSERT, UPDATE ON departure_expected TO valley_app;
