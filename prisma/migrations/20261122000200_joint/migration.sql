-- Sessions below a shared limit are planned together: limits above sites, and what each joint plan was proven with.

-- A feeder or transformer of a grid operator; sites of several tenants hang below it.
CREATE TABLE grid_node (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner_id integer NOT NULL REFERENCES organisation (id),
  parent_id uuid REFERENCES grid_node (id),
  kind text NOT NULL CONSTRAINT grid_node_kind CHECK (kind IN ('FEEDER', 'TRANSFORMER')),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT grid_node_not_itself CHECK (parent_id <> id)
);
CREATE INDEX grid_node_parent ON grid_node (parent_id);
ALTER TABLE location ADD COLUMN grid_node_id uuid REFERENCES grid_node (id);
CREATE INDEX location_grid_node ON location (grid_node_id) WHERE grid_node_id IS NOT NULL;

ALTER TABLE power_limit ALTER COLUMN location_id DROP NOT NULL,
  ADD COLUMN grid_node_id uuid REFERENCES grid_node (id),
  ADD CONSTRAINT power_limit_of_one CHECK (num_nonnulls(location_id, grid_node_id) = 1),
  ADD CONSTRAINT power_limit_of_evse CHECK (evse_id IS NULL OR station_id IS NOT NULL),
  ADD CONSTRAINT power_limit_of_station CHECK (station_id IS NULL OR location_id IS NOT NULL);
CREATE INDEX power_limit_grid_node ON power_limit (grid_node_id, valid_from) WHERE grid_node_id IS NOT NULL;

-- One joint solve. It may span tenants, so only the system reads it; each tenant's part is in tree_plan_limit.
CREATE TABLE tree_plan (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  root text NOT NULL,
  made_at timestamptz NOT NULL,
  -- Which limits and sessions it was made for: other ones are news.
  digest bytea NOT NULL,
  sessions integer NOT NULL,
  slots integer NOT NULL,
  -- The linear bound: energy nobody gets and cost, in Wh and Wh x ticks; the certificate is that both sides agree.
  primal_unserved_wh bigint,
  primal_cost numeric,
  dual_unserved_wh bigint,
  dual_cost numeric,
  -- Cost of the plans that were made, and how much above the bound they may be, EUR 1e-11.
  cost_exact numeric,
  gap_exact numeric,
  unserved_milli_wh bigint,
  rounds integer,
  ms integer NOT NULL,
  -- Why there is no plan; the last good ones stay in force.
  error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tree_plan_certified CHECK (error IS NOT NULL OR (primal_unserved_wh = dual_unserved_wh AND primal_cost = dual_cost))
);
CREATE INDEX tree_plan_root ON tree_plan (root, created_at DESC);
ALTER TABLE plan ADD COLUMN tree_plan_id uuid REFERENCES tree_plan (id);

-- One limit of a joint solve: limit, load and worth per slot. The proof is with the root's row.
CREATE TABLE tree_plan_limit (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL REFERENCES organisation (id),
  tree_plan_id uuid NOT NULL REFERENCES tree_plan (id),
  location_id uuid REFERENCES location (id),
  station_id text REFERENCES charging_station (id),
  grid_node_id uuid REFERENCES grid_node (id),
  made_at timestamptz NOT NULL,
  series jsonb NOT NULL,
  proof jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tree_plan_limit_location ON tree_plan_limit (location_id, created_at DESC);

GRANT SELECT, INSERT, UPDATE ON grid_node TO valley_app;
GRANT SELECT, INSERT ON tree_plan, tree_plan_limit TO valley_app;
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['grid_node', 'tree_plan', 'tree_plan_limit'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
  END LOOP;
END $$;
CREATE POLICY tenant ON grid_node USING (app_sees(owner_id)) WITH CHECK (app_sees(owner_id));
CREATE POLICY system ON tree_plan USING (current_setting('app.tenant', true) = '*') WITH CHECK (current_setting('app.tenant', true) = '*');
CREATE POLICY tenant ON tree_plan_limit USING (app_sees(tenant_id)) WITH CHECK (app_sees(tenant_id));

-- The nodes above a tenant's sites; as the system, since they are other organisations'. The setting is
-- changed by hand: only a superuser may bind a setting of our own to a function.
CREATE FUNCTION grid_nodes_above(tenant text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ DECLARE was text := current_setting('app.tenant', true); BEGIN
  PERFORM set_config('app.tenant', '*', true);
  RETURN QUERY WITH RECURSIVE up AS (
    SELECT l.grid_node_id AS id FROM location l WHERE l.tenant_id::text = tenant AND l.grid_node_id IS NOT NULL
    UNION SELECT g.parent_id FROM grid_node g JOIN up ON g.id = up.id WHERE g.parent_id IS NOT NULL
  ) SELECT up.id FROM up;
  PERFORM set_config('app.tenant', coalesce(was, ''), true);
END $$;
-- A tenant reads the grid's limits above its own sites, never what else hangs below them.
CREATE POLICY above ON grid_node FOR SELECT USING (CASE WHEN current_setting('app.tenant', true) ~ '^[0-9]+$'
  THEN id IN (SELECT grid_nodes_above(current_setting('app.tenant', true))) ELSE false END);
CREATE POLICY above ON power_limit FOR SELECT USING (CASE WHEN grid_node_id IS NOT NULL AND current_setting('app.tenant', true) ~ '^[0-9]+$'
  THEN grid_node_id IN (SELECT grid_nodes_above(current_setting('app.tenant', true))) ELSE false END);

-- The topmost limit above a session, as text; NULL: it is planned alone.
CREATE FUNCTION limit_root(site uuid, station text, at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  WITH RECURSIVE up AS (
    SELECT l.grid_node_id AS id, 1 AS depth FROM location l WHERE l.id = site AND l.grid_node_id IS NOT NULL
    UNION ALL SELECT g.parent_id, up.depth + 1 FROM up JOIN grid_node g ON g.id = up.id WHERE g.parent_id IS NOT NULL AND up.depth < 20
  ) SELECT coalesce(
    (SELECT 'grid:' || up.id FROM up WHERE EXISTS (SELECT 1 FROM power_limit p
      WHERE p.grid_node_id = up.id AND (p.valid_to IS NULL OR p.valid_to > at)) ORDER BY up.depth DESC LIMIT 1),
    (SELECT 'site:' || site WHERE EXISTS (SELECT 1 FROM power_limit p
      WHERE p.location_id = site AND p.station_id IS NULL AND (p.valid_to IS NULL OR p.valid_to > at))),
    (SELECT 'station:' || station WHERE EXISTS (SELECT 1 FROM power_limit p
      WHERE p.location_id = site AND p.station_id = station AND p.evse_id IS NULL AND (p.valid_to IS NULL OR p.valid_to > at))))
$$;
CREATE FUNCTION sites_below(node uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  WITH RECURSIVE down AS (
    SELECT node AS id UNION SELECT g.id FROM grid_node g JOIN down ON g.parent_id = down.id
  ) SELECT l.id FROM location l JOIN down ON l.grid_node_id = down.id $$;

-- Changed facts of open stays: counted in the order of their ids, lest two deadlock, then told.
CREATE FUNCTION wake_sessions(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF coalesce(cardinality(ids), 0) = 0 THEN RETURN; END IF;
  PERFORM 1 FROM session WHERE id = ANY (ids) AND state = 'OPEN' ORDER BY id FOR NO KEY UPDATE;
  UPDATE session SET facts_version = facts_version + 1 WHERE id = ANY (ids) AND state = 'OPEN';
  FOR part IN 0..(cardinality(ids) - 1) / 180 LOOP
    PERFORM pg_notify('valley', 'session ' || array_to_string(ids[part * 180 + 1:part * 180 + 180], ' '));
  END LOOP;
END $$;

-- These run as the system: whoever changes a limit of the grid does not see the stays below it.
CREATE OR REPLACE FUNCTION power_limit_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ DECLARE was text := current_setting('app.tenant', true); BEGIN
  PERFORM set_config('app.tenant', '*', true);
  PERFORM wake_sessions(array_agg(DISTINCT s.id)) FROM session s WHERE s.state = 'OPEN'
    AND (s.location_id IN (NEW.location_id, OLD.location_id)
      OR s.location_id IN (SELECT sites_below(node) FROM unnest(ARRAY[NEW.grid_node_id, OLD.grid_node_id]) AS node WHERE node IS NOT NULL));
  PERFORM set_config('app.tenant', coalesce(was, ''), true);
  RETURN NULL;
END $$;

-- One open stay stands for its tree: who comes is due anyway, and who goes leaves room for the others.
CREATE OR REPLACE FUNCTION session_shares_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE was text := current_setting('app.tenant', true); root text; neighbour uuid; BEGIN
  IF NEW.state = 'OPEN' THEN RETURN NULL; END IF;
  PERFORM set_config('app.tenant', '*', true);
  root := limit_root(NEW.location_id, NEW.station_id, coalesce(NEW.plug_out_at, NEW.plug_in_at));
  IF root IS NOT NULL THEN
    SELECT s.id INTO neighbour FROM session s WHERE s.state = 'OPEN' AND s.id <> NEW.id AND CASE split_part(root, ':', 1)
        WHEN 'grid' THEN s.location_id IN (SELECT sites_below(split_part(root, ':', 2)::uuid))
        WHEN 'site' THEN s.location_id = NEW.location_id
        ELSE s.station_id = NEW.station_id END
      LIMIT 1;
    IF neighbour IS NOT NULL THEN PERFORM wake_sessions(ARRAY[neighbour]); END IF;
  END IF;
  PERFORM set_config('app.tenant', coalesce(was, ''), true);
  RETURN NULL;
END $$;
DROP TRIGGER session_opened ON session;

-- A site that moves in the grid, and a node that moves, change the limits of all below them.
CREATE FUNCTION grid_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ DECLARE was text := current_setting('app.tenant', true); above uuid; BEGIN
  PERFORM set_config('app.tenant', '*', true);
  IF TG_TABLE_NAME = 'location' THEN
    above := (to_jsonb(OLD)->>'grid_node_id')::uuid;
    PERFORM wake_sessions(array_agg(s.id)) FROM session s WHERE s.state = 'OPEN'
      AND (s.location_id = NEW.id OR s.location_id IN (SELECT sites_below(above)));
  ELSE
    PERFORM wake_sessions(array_agg(s.id)) FROM session s WHERE s.state = 'OPEN' AND s.location_id IN (SELECT sites_below(NEW.id));
  END IF;
  PERFORM set_config('app.tenant', coalesce(was, ''), true);
  RETURN NULL;
END $$;
CREATE TRIGGER grid_changed AFTER UPDATE OF grid_node_id ON location
  FOR EACH ROW WHEN (OLD.grid_node_id IS DISTINCT FROM NEW.grid_node_id) EXECUTE FUNCTION grid_changed();
CREATE TRIGGER grid_changed AFTER UPDATE OF parent_id ON grid_node
  FOR EACH ROW WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id) EXECUTE FUNCTION grid_changed();
REVOKE ALL ON FUNCTION power_limit_changed(), session_shares_changed(), grid_changed() FROM PUBLIC;
