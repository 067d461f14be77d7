-- Doors for those an operator works with: the provider that its programme names, the municipality that a site
-- lies in, the grid operator above. Each is told what the functions below say, and never a row of the operator's.
ALTER TABLE programme_version ADD COLUMN msp_id integer REFERENCES organisation (id);
ALTER TABLE location ADD COLUMN municipality_id integer REFERENCES organisation (id);
CREATE INDEX programme_version_msp ON programme_version (msp_id) WHERE msp_id IS NOT NULL;
CREATE INDEX location_municipality ON location (municipality_id) WHERE municipality_id IS NOT NULL;
CREATE INDEX tree_plan_limit_grid_node ON tree_plan_limit (grid_node_id, created_at DESC) WHERE grid_node_id IS NOT NULL;

-- Whoever asks is the tx's own tenant, never an argument; the setting is changed by hand, since only a superuser
-- may bind a setting of our own to a function.
CREATE FUNCTION tenant_asking() RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN current_setting('app.tenant', true) ~ '^[0-9]+$' THEN current_setting('app.tenant', true)::integer END $$;

-- The sites at the asking grid operator's nodes: what a connection is, nothing of who charges there.
CREATE FUNCTION grid_sites() RETURNS TABLE (node_id uuid, site_id uuid, site text, operator text, time_zone text, evses integer, connected_w bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE asking integer := tenant_asking(); BEGIN
  IF asking IS NULL THEN RETURN; END IF;
  PERFORM set_config('app.tenant', '*', true);
  RETURN QUERY SELECT g.id, l.id, l.name, o.name, l.time_zone, count(e.evse_id)::integer, coalesce(sum(e.max_power_w), 0)::bigint
    FROM grid_node g JOIN location l ON l.grid_node_id = g.id JOIN organisation o ON o.id = l.tenant_id
    LEFT JOIN charging_station c ON c.location_id = l.id LEFT JOIN evse e ON e.station_id = c.id
    WHERE g.owner_id = asking GROUP BY g.id, l.id, o.name ORDER BY l.name, l.id;
  PERFORM set_config('app.tenant', asking::text, true);
END $$;

-- How well the last joint plan below each of the asking grid operator's nodes is proven; no costs, they are the operators'.
CREATE FUNCTION grid_proofs() RETURNS TABLE (node_id uuid, sessions integer, ms integer, is_certified boolean, unserved_milli_wh bigint, made_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE asking integer := tenant_asking(); BEGIN
  IF asking IS NULL THEN RETURN; END IF;
  PERFORM set_config('app.tenant', '*', true);
  RETURN QUERY SELECT g.id, t.sessions, t.ms, t.primal_unserved_wh = t.dual_unserved_wh AND t.primal_cost = t.dual_cost, t.unserved_milli_wh, t.made_at
    FROM grid_node g JOIN LATERAL (SELECT * FROM tree_plan p WHERE p.root = 'grid:' || g.id AND p.error IS NULL
      ORDER BY p.created_at DESC LIMIT 1) t ON true WHERE g.owner_id = asking;
  PERFORM set_config('app.tenant', asking::text, true);
END $$;

-- The programmes that name the asking provider.
CREATE FUNCTION msp_programmes() RETURNS TABLE (id integer, tenant_id integer, operator text, version integer, valid_from timestamptz,
  share_bp integer, driver_bp integer, msp_bp integer, cpo_bp integer, platform_bp integer, driver_cap_micro bigint, min_payout_micro bigint, is_in_force boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE asking integer := tenant_asking(); BEGIN
  IF asking IS NULL THEN RETURN; END IF;
  PERFORM set_config('app.tenant', '*', true);
  RETURN QUERY SELECT v.id, v.tenant_id, o.name, v.version, v.valid_from, v.share_bp, v.driver_bp, v.msp_bp, v.cpo_bp, v.platform_bp,
      v.driver_cap_micro, v.min_payout_micro,
      NOT EXISTS (SELECT 1 FROM programme_version n WHERE n.tenant_id = v.tenant_id AND n.version > v.version)
    FROM programme_version v JOIN organisation o ON o.id = v.tenant_id WHERE v.msp_id = asking ORDER BY o.name, v.tenant_id, v.version DESC;
  PERFORM set_config('app.tenant', asking::text, true);
END $$;

-- The asking provider's settled stays, the newest first: the last settlement of each, and what the ledger holds for
-- the provider of it, reversals taken off. Of a card its last four characters.
CREATE FUNCTION msp_stays(before_at timestamptz, before_id uuid, most integer) RETURNS TABLE (session_id uuid, operator text, time_zone text,
  plug_in_at timestamptz, plug_out_at timestamptz, card_end text, energy_milli_wh bigint, driver_micro bigint, booked_micro bigint, rev integer, programme_version integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE asking integer := tenant_asking(); BEGIN
  IF asking IS NULL THEN RETURN; END IF;
  PERFORM set_config('app.tenant', '*', true);
  RETURN QUERY SELECT s.id, o.name, l.time_zone, s.plug_in_at, s.plug_out_at, right(s.id_token, least(4, length(s.id_token) / 2)), t.energy_milli_wh,
      t.driver_micro, coalesce(b.micro, 0)::bigint, t.rev, v.version
    FROM (SELECT s.* FROM session s JOIN programme_version v ON v.id = s.programme_version_id
      WHERE v.msp_id = asking AND s.plug_out_at IS NOT NULL AND (s.plug_in_at, s.id) < (before_at, before_id)
        AND EXISTS (SELECT 1 FROM ledger.settlement x WHERE x.session_id = s.id)
      ORDER BY s.plug_in_at DESC, s.id DESC LIMIT most) s
    JOIN LATERAL (SELECT * FROM ledger.settlement x WHERE x.session_id = s.id ORDER BY x.rev DESC LIMIT 1) t ON true
    JOIN programme_version v ON v.id = t.programme_version_id AND v.msp_id = asking
    JOIN organisation o ON o.id = s.tenant_id JOIN location l ON l.id = s.location_id
    LEFT JOIN LATERAL (SELECT sum(CASE WHEN c.kind = 'msp_payable' THEN x.micro WHEN d.kind = 'msp_payable' THEN -x.micro ELSE 0 END) AS micro
      FROM ledger.settlement r JOIN ledger.txn n ON n.id = r.txn_id OR n.reverses = r.txn_id
      JOIN ledger.transfer x ON x.txn_id = n.id JOIN ledger.account d ON d.id = x.debit JOIN ledger.account c ON c.id = x.credit
      WHERE r.session_id = s.id) b ON true
    ORDER BY s.plug_in_at DESC, s.id DESC;
  PERFORM set_config('app.tenant', asking::text, true);
END $$;

-- The same, month by month of the day a stay ended where it took place.
CREATE FUNCTION msp_months() RETURNS TABLE (month text, stays bigint, energy_milli_wh bigint, driver_micro bigint, booked_micro bigint)
LANGUAGE sql STABLE AS $$
  SELECT to_char(plug_out_at AT TIME ZONE time_zone, 'YYYY-MM'), count(*), sum(energy_milli_wh)::bigint, sum(driver_micro)::bigint, sum(booked_micro)::bigint
  FROM msp_stays('infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', NULL) GROUP BY 1 ORDER BY 1 DESC $$;

-- The sites that lie in the asking municipality.
CREATE FUNCTION city_sites() RETURNS TABLE (site_id uuid, site text, operator text, time_zone text, bidding_zone text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE asking integer := tenant_asking(); BEGIN
  IF asking IS NULL THEN RETURN; END IF;
  PERFORM set_config('app.tenant', '*', true);
  RETURN QUERY SELECT l.id, l.name, o.name, l.time_zone, l.bidding_zone FROM location l JOIN organisation o ON o.id = l.tenant_id
    WHERE l.municipality_id = asking ORDER BY l.name, l.id;
  PERFORM set_config('app.tenant', asking::text, true);
END $$;
REVOKE ALL ON FUNCTION grid_sites(), grid_proofs(), msp_programmes(), msp_stays(timestamptz, uuid, integer), msp_months(), city_sites() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid_sites(), grid_proofs(), msp_programmes(), msp_stays(timestamptz, uuid, integer), msp_months(), city_sites() TO valley_app;

-- A limit of the grid is its owner's: nobody limits what hangs below another's node.
CREATE POLICY own_node ON power_limit AS RESTRICTIVE USING (true)
  WITH CHECK (grid_node_id IS NULL OR EXISTS (SELECT 1 FROM grid_node g WHERE g.id = grid_node_id AND g.owner_id = tenant_id));
