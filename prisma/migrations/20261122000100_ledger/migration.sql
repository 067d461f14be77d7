-- The ledger: double entry as transfers, append-only, with one door. The database keeps its rules;
-- each refusal carries the name of the rule it broke as its constraint name.
CREATE SCHEMA ledger;

CREATE TYPE ledger.account_kind AS ENUM ('driver_payable', 'driver_receivable', 'msp_payable', 'cpo_payable',
  'cpo_receivable', 'platform_payable', 'payout_clearing', 'bank', 'rounding', 'suspense');
CREATE TABLE ledger.account (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES public.organisation (id),
  party text NOT NULL CONSTRAINT account_party CHECK (length(party) BETWEEN 1 AND 80),
  kind ledger.account_kind NOT NULL,
  currency char(3) NOT NULL CONSTRAINT account_currency CHECK (currency ~ '^[A-Z]{3}$'),
  -- A limited account may not be overdrawn: its credits are never below its debits.
  limited boolean NOT NULL GENERATED ALWAYS AS (kind IN ('driver_payable', 'msp_payable', 'cpo_payable', 'platform_payable')) STORED,
  CONSTRAINT account_once UNIQUE (tenant_id, party, kind, currency),
  CONSTRAINT account_of_tenant UNIQUE (id, tenant_id, currency)
);
CREATE TABLE ledger.txn (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id integer NOT NULL,
  kind text NOT NULL CONSTRAINT txn_kind CHECK (kind IN ('settlement', 'reversal', 'payout', 'adjustment')),
  idem_key text NOT NULL CONSTRAINT txn_idem_key_length CHECK (length(idem_key) BETWEEN 8 AND 200),
  body_hash bytea NOT NULL CONSTRAINT txn_body_hash CHECK (length(body_hash) = 32),
  source_id text NOT NULL,
  source_rev integer NOT NULL CONSTRAINT txn_source_rev CHECK (source_rev >= 0),
  reverses uuid CONSTRAINT txn_reverses REFERENCES ledger.txn (id),
  posted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT txn_idem_key UNIQUE (tenant_id, idem_key),
  CONSTRAINT txn_source UNIQUE (tenant_id, source_id, source_rev, kind),
  CONSTRAINT txn_reversed_once UNIQUE (reverses),
  CONSTRAINT txn_of_tenant UNIQUE (id, tenant_id),
  CONSTRAINT txn_reversal_names_its_txn CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
  CONSTRAINT txn_not_self_reversing CHECK (reverses <> id)
);
CREATE TABLE ledger.transfer (
  txn_id uuid NOT NULL,
  leg smallint NOT NULL CONSTRAINT transfer_leg CHECK (leg BETWEEN 0 AND 999),
  tenant_id integer NOT NULL,
  currency char(3) NOT NULL,
  debit bigint NOT NULL,
  credit bigint NOT NULL,
  micro bigint NOT NULL CONSTRAINT transfer_amount CHECK (micro > 0 AND micro < 1000000000000000),
  PRIMARY KEY (txn_id, leg),
  CONSTRAINT transfer_two_accounts CHECK (debit <> credit),
  CONSTRAINT transfer_txn_of_tenant FOREIGN KEY (txn_id, tenant_id) REFERENCES ledger.txn (id, tenant_id),
  CONSTRAINT transfer_debit_of_tenant FOREIGN KEY (debit, tenant_id, currency) REFERENCES ledger.account (id, tenant_id, currency),
  CONSTRAINT transfer_credit_of_tenant FOREIGN KEY (credit, tenant_id, currency) REFERENCES ledger.account (id, tenant_id, currency)
);
CREATE INDEX transfer_debit ON ledger.transfer (debit);
CREATE INDEX transfer_credit ON ledger.transfer (credit);
CREATE TABLE ledger.balance (
  account_id bigint PRIMARY KEY REFERENCES ledger.account (id),
  tenant_id integer NOT NULL,
  limited boolean NOT NULL,
  debits bigint NOT NULL DEFAULT 0,
  credits bigint NOT NULL DEFAULT 0,
  CONSTRAINT balance_not_overdrawn CHECK (NOT limited OR credits >= debits)
) WITH (fillfactor = 50);
-- saving is signed and exact (EUR 1e-11); the parts and what the caps cut make the pot, to the micro-euro.
CREATE TABLE ledger.settlement (
  session_id uuid NOT NULL REFERENCES public.session (id),
  rev integer NOT NULL CONSTRAINT settlement_rev CHECK (rev >= 0),
  tenant_id integer NOT NULL,
  programme_version_id integer NOT NULL,
  energy_milli_wh bigint NOT NULL CONSTRAINT settlement_energy CHECK (energy_milli_wh BETWEEN 0 AND 1000000000),
  baseline_exact numeric(30, 0) NOT NULL,
  actual_exact numeric(30, 0) NOT NULL,
  pot_micro bigint NOT NULL,
  driver_micro bigint NOT NULL,
  msp_micro bigint NOT NULL,
  cpo_micro bigint NOT NULL,
  platform_micro bigint NOT NULL,
  capped_micro bigint NOT NULL,
  facts_digest bytea NOT NULL CONSTRAINT settlement_digest CHECK (length(facts_digest) = 32),
  facts jsonb NOT NULL,
  result jsonb NOT NULL,
  txn_id uuid CONSTRAINT settlement_txn_once UNIQUE,
  settled_at timestamptz NOT NULL,
  posted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (session_id, rev),
  CONSTRAINT settlement_parts_positive CHECK (driver_micro >= 0 AND msp_micro >= 0 AND cpo_micro >= 0 AND platform_micro >= 0 AND capped_micro >= 0),
  CONSTRAINT settlement_parts_make_pot CHECK (driver_micro + msp_micro + cpo_micro + platform_micro + capped_micro = pot_micro),
  CONSTRAINT settlement_pot_within_saving CHECK (pot_micro >= 0 AND pot_micro * 100000::numeric <= greatest(0, baseline_exact - actual_exact) + 50000),
  CONSTRAINT settlement_txn_of_tenant FOREIGN KEY (txn_id, tenant_id) REFERENCES ledger.txn (id, tenant_id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT settlement_txn_where_paid CHECK ((driver_micro + msp_micro + cpo_micro + platform_micro > 0) = (txn_id IS NOT NULL))
);
-- The times a live settlement stands for. Kept for the latest revision only, so that it may shrink.
CREATE TABLE ledger.occupancy (
  session_id uuid NOT NULL,
  evse text NOT NULL,
  during tstzrange NOT NULL,
  CONSTRAINT occupancy_no_overlap EXCLUDE USING gist (evse WITH =, during WITH &&, session_id WITH <>)
);
CREATE INDEX occupancy_session ON ledger.occupancy (session_id);

-- The rule is in the text too: some drivers hand over nothing else.
CREATE FUNCTION ledger.refuse(rule text, message text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION USING MESSAGE = format('%s (constraint "%s")', message, rule), ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule, SCHEMA = 'ledger';
END $$;
CREATE FUNCTION ledger.deny() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM ledger.refuse('append_only', format('ledger.%s is append-only (%s)', TG_TABLE_NAME, TG_OP)); RETURN NULL;
END $$;
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['txn', 'transfer', 'account', 'settlement'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.%I FOR EACH ROW EXECUTE FUNCTION ledger.deny()', t);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.%I FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny()', t);
    EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only', t);
    EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only_truncate', t);
  END LOOP;
END $$;

-- A txn is sealed when its database transaction commits.
CREATE FUNCTION ledger.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  NEW.xid := pg_current_xact_id(); NEW.posted_at := clock_timestamp(); RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON ledger.txn FOR EACH ROW EXECUTE FUNCTION ledger.stamp();
CREATE FUNCTION ledger.seal() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE sealed uuid; BEGIN
  SELECT id INTO sealed FROM ledger.txn WHERE id IN (SELECT txn_id FROM new_rows) AND xid <> pg_current_xact_id() LIMIT 1;
  IF FOUND THEN PERFORM ledger.refuse('txn_sealed', format('txn %s is sealed', sealed)); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER seal AFTER INSERT ON ledger.transfer REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.seal();
ALTER TABLE ledger.txn ENABLE ALWAYS TRIGGER stamp;
ALTER TABLE ledger.transfer ENABLE ALWAYS TRIGGER seal;

CREATE FUNCTION ledger.open_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO ledger.balance (account_id, tenant_id, limited) VALUES (NEW.id, NEW.tenant_id, NEW.limited); RETURN NULL;
END $$;
CREATE TRIGGER open_balance AFTER INSERT ON ledger.account FOR EACH ROW EXECUTE FUNCTION ledger.open_balance();
-- Balance rows are locked in the order of their ids, so that two postings never wait for each other.
CREATE FUNCTION ledger.roll_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM 1 FROM ledger.balance
    WHERE account_id IN (SELECT debit FROM new_rows UNION SELECT credit FROM new_rows)
    ORDER BY account_id FOR NO KEY UPDATE;
  UPDATE ledger.balance b SET debits = b.debits + moved.debits, credits = b.credits + moved.credits
    FROM (SELECT account, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits
      FROM (SELECT debit AS account, micro AS debits, 0::bigint AS credits FROM new_rows
        UNION ALL SELECT credit, 0, micro FROM new_rows) sides GROUP BY account) moved
    WHERE b.account_id = moved.account;
  RETURN NULL;
END $$;
-- Only the triggers above move a balance: whoever else tries is one trigger deep.
CREATE FUNCTION ledger.guard_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF pg_trigger_depth() < 2 THEN PERFORM ledger.refuse('balance_follows_transfers', format('ledger.balance follows transfers (%s)', TG_OP)); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_balance BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger.balance
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_balance();
ALTER TABLE ledger.balance ENABLE ALWAYS TRIGGER guard_balance;
CREATE TRIGGER roll_balance AFTER INSERT ON ledger.transfer REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.roll_balance();
ALTER TABLE ledger.account ENABLE ALWAYS TRIGGER open_balance;
ALTER TABLE ledger.transfer ENABLE ALWAYS TRIGGER roll_balance;

-- At commit: no empty txn; a reversal mirrors its txn; a settlement's legs are its parts; payouts are whole cents.
CREATE FUNCTION ledger.check_reversal(reversal ledger.txn) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT 1 FROM ledger.txn WHERE id = reversal.reverses AND kind = 'reversal') THEN
    PERFORM ledger.refuse('no_reversal_of_reversal', 'a reversal cannot be reversed');
  END IF;
  IF EXISTS ((SELECT credit AS d, debit AS c, micro, currency, tenant_id FROM ledger.transfer WHERE txn_id = reversal.reverses
      EXCEPT ALL SELECT debit, credit, micro, currency, tenant_id FROM ledger.transfer WHERE txn_id = reversal.id)
    UNION ALL (SELECT debit, credit, micro, currency, tenant_id FROM ledger.transfer WHERE txn_id = reversal.id
      EXCEPT ALL SELECT credit, debit, micro, currency, tenant_id FROM ledger.transfer WHERE txn_id = reversal.reverses)) THEN
    PERFORM ledger.refuse('reversal_mirrors', 'a reversal mirrors its txn leg by leg');
  END IF;
END $$;
CREATE FUNCTION ledger.check_settlement_legs(posting ledger.txn) RETURNS void LANGUAGE plpgsql AS $$
DECLARE s record; paid record; BEGIN
  SELECT driver_micro, msp_micro, cpo_micro, platform_micro INTO s FROM ledger.settlement WHERE txn_id = posting.id;
  IF NOT FOUND THEN PERFORM ledger.refuse('settlement_row', 'a settlement txn needs its settlement row'); END IF;
  SELECT sum(t.micro) AS total, bool_and(d.kind = 'cpo_receivable') AS is_owed_by_cpo,
      coalesce(sum(t.micro) FILTER (WHERE c.kind = 'driver_payable'), 0) AS driver,
      coalesce(sum(t.micro) FILTER (WHERE c.kind = 'msp_payable'), 0) AS msp,
      coalesce(sum(t.micro) FILTER (WHERE c.kind = 'cpo_payable'), 0) AS cpo,
      coalesce(sum(t.micro) FILTER (WHERE c.kind = 'platform_payable'), 0) AS platform INTO paid
    FROM ledger.transfer t JOIN ledger.account d ON d.id = t.debit JOIN ledger.account c ON c.id = t.credit WHERE t.txn_id = posting.id;
  IF NOT paid.is_owed_by_cpo OR paid.total <> s.driver_micro + s.msp_micro + s.cpo_micro + s.platform_micro
    OR paid.driver <> s.driver_micro OR paid.msp <> s.msp_micro OR paid.cpo <> s.cpo_micro OR paid.platform <> s.platform_micro THEN
    PERFORM ledger.refuse('settlement_legs', 'legs do not match the settlement');
  END IF;
END $$;
-- Before version 18 PostgreSQL runs deferred triggers as the role that commits, which may read but not call.
CREATE FUNCTION ledger.complete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger, pg_catalog, pg_temp AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger.transfer WHERE txn_id = NEW.id) THEN
    PERFORM ledger.refuse('txn_not_empty', format('txn %s has no legs', NEW.id));
  END IF;
  IF NEW.kind = 'reversal' THEN PERFORM ledger.check_reversal(NEW);
  ELSIF NEW.kind = 'settlement' THEN PERFORM ledger.check_settlement_legs(NEW);
  ELSIF NEW.kind = 'payout' AND EXISTS (SELECT 1 FROM ledger.transfer WHERE txn_id = NEW.id AND micro % 10000 <> 0) THEN
    PERFORM ledger.refuse('payout_whole_cents', 'payouts are in whole cents');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER complete AFTER INSERT ON ledger.txn DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ledger.complete();
ALTER TABLE ledger.txn ENABLE ALWAYS TRIGGER complete;
CREATE FUNCTION ledger.check_revision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger, pg_catalog, pg_temp AS $$
DECLARE previous uuid; BEGIN
  IF NEW.txn_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger.txn WHERE id = NEW.txn_id AND kind = 'settlement') THEN
    PERFORM ledger.refuse('settlement_txn_kind', 'a settlement row belongs to a settlement txn');
  END IF;
  IF (SELECT tenant_id FROM public.session WHERE id = NEW.session_id) IS DISTINCT FROM NEW.tenant_id THEN
    PERFORM ledger.refuse('settlement_of_tenant', 'the session belongs to another tenant');
  END IF;
  IF NEW.rev = 0 THEN RETURN NULL; END IF;
  SELECT txn_id INTO previous FROM ledger.settlement WHERE session_id = NEW.session_id AND rev = NEW.rev - 1;
  IF NOT FOUND THEN PERFORM ledger.refuse('revision_follows', 'revisions follow one another'); END IF;
  IF previous IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger.txn WHERE reverses = previous) THEN
    PERFORM ledger.refuse('previous_revision_reversed', 'the previous revision is not reversed');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_revision AFTER INSERT ON ledger.settlement DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ledger.check_revision();
ALTER TABLE ledger.settlement ENABLE ALWAYS TRIGGER check_revision;

-- All legs of a post in one statement: accounts that many entries share are then moved once. Each leg looks
-- its accounts up by their key; left to statistics of a young table the planner joins them in other ways.
CREATE FUNCTION ledger.post_legs(p_txns uuid[], p_tenants integer[], p_legs jsonb[]) RETURNS void LANGUAGE plpgsql
  SET join_collapse_limit = 1 SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$ BEGIN
  INSERT INTO ledger.account (tenant_id, party, kind, currency)
    SELECT DISTINCT s.tenant, s.party, s.kind, 'EUR' FROM (
      SELECT p.tenant, side->>'party' AS party, (side->>'kind')::ledger.account_kind AS kind
      FROM unnest(p_tenants, p_legs) AS p (tenant, legs), jsonb_array_elements(p.legs) AS leg, LATERAL (VALUES (leg->'debit'), (leg->'credit')) x (side)
      OFFSET 0) s
    LEFT JOIN ledger.account a ON a.tenant_id = s.tenant AND a.party = s.party AND a.kind = s.kind AND a.currency = 'EUR'
    WHERE a.id IS NULL ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;
  INSERT INTO ledger.transfer (txn_id, leg, tenant_id, currency, debit, credit, micro)
    SELECT l.txn, l.leg, l.tenant, 'EUR', d.id, c.id, l.micro FROM (
      SELECT p.txn, p.tenant, (x.o - 1)::smallint AS leg, (x.leg->>'micro')::bigint AS micro,
        x.leg->'debit'->>'party' AS debit_party, (x.leg->'debit'->>'kind')::ledger.account_kind AS debit_kind,
        x.leg->'credit'->>'party' AS credit_party, (x.leg->'credit'->>'kind')::ledger.account_kind AS credit_kind
      FROM unnest(p_txns, p_tenants, p_legs) AS p (txn, tenant, legs), jsonb_array_elements(p.legs) WITH ORDINALITY AS x (leg, o)
      OFFSET 0) l
    JOIN ledger.account d ON d.tenant_id = l.tenant AND d.party = l.debit_party AND d.kind = l.debit_kind AND d.currency = 'EUR'
    JOIN ledger.account c ON c.tenant_id = l.tenant AND c.party = l.credit_party AND c.kind = l.credit_kind AND c.currency = 'EUR';
END $$;
CREATE FUNCTION ledger.post_settlement(e jsonb, p_txn uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE s jsonb := e->'settlement'; v_session uuid := (s->>'sessionId')::uuid; BEGIN
  INSERT INTO ledger.settlement (session_id, rev, tenant_id, programme_version_id, energy_milli_wh, baseline_exact, actual_exact,
      pot_micro, driver_micro, msp_micro, cpo_micro, platform_micro, capped_micro, facts_digest, facts, result, txn_id, settled_at)
    VALUES (v_session, (s->>'rev')::int, (e->>'tenant')::int, (s->>'programmeVersionId')::int, (s->>'energyMilliWh')::bigint,
      (s->>'baselineExact')::numeric, (s->>'actualExact')::numeric, (s->>'potMicro')::bigint, (s->>'driverMicro')::bigint,
      (s->>'mspMicro')::bigint, (s->>'cpoMicro')::bigint, (s->>'platformMicro')::bigint, (s->>'cappedMicro')::bigint,
      decode(s->>'factsDigest', 'hex'), s->'facts', s->'result', p_txn, (s->>'settledAt')::timestamptz);
  DELETE FROM ledger.occupancy WHERE session_id = v_session;
  INSERT INTO ledger.occupancy (session_id, evse, during)
    SELECT v_session, p->>'evse', tstzrange((p->>'from')::timestamptz, (p->>'to')::timestamptz)
      FROM jsonb_array_elements(s->'periods') p;
END $$;
-- A settlement's facts are in the hash by their digest; when it was settled is no part of what it says.
CREATE FUNCTION ledger.open_txn(e jsonb, OUT id uuid, OUT is_new boolean) LANGUAGE plpgsql AS $$
DECLARE v_tenant int := (e->>'tenant')::int; old ledger.txn;
  v_hash bytea := sha256(convert_to(concat((e - 'settlement')::text, ((e->'settlement') - '{facts,result,settledAt}'::text[])::text), 'UTF8')); BEGIN
  -- Any unique rule may be the first that a twin posting at the same moment runs into.
  INSERT INTO ledger.txn AS t (tenant_id, kind, idem_key, body_hash, source_id, source_rev, reverses)
    VALUES (v_tenant, e->>'kind', e->>'key', v_hash, e->>'sourceId', (e->>'sourceRev')::int, (e->>'reverses')::uuid)
    ON CONFLICT DO NOTHING RETURNING t.id INTO id;
  is_new := id IS NOT NULL;
  IF is_new THEN RETURN; END IF;
  SELECT * INTO old FROM ledger.txn t WHERE t.tenant_id = v_tenant AND t.idem_key = e->>'key';
  IF NOT FOUND THEN
    -- Not the same posting: say which rule it breaks.
    INSERT INTO ledger.txn (tenant_id, kind, idem_key, body_hash, source_id, source_rev, reverses)
      VALUES (v_tenant, e->>'kind', e->>'key', v_hash, e->>'sourceId', (e->>'sourceRev')::int, (e->>'reverses')::uuid);
  END IF;
  IF old.body_hash <> v_hash THEN PERFORM ledger.refuse('idem_key_same_body', 'idempotency key reused with another body'); END IF;
  id := old.id;
END $$;
-- Where there is nothing to pay there is no txn, only the settlement row.
CREATE FUNCTION ledger.post_nothing(e jsonb) RETURNS void LANGUAGE plpgsql AS $$ DECLARE old bytea; BEGIN
  SELECT facts_digest INTO old FROM ledger.settlement WHERE session_id = (e->'settlement'->>'sessionId')::uuid AND rev = (e->'settlement'->>'rev')::int;
  IF NOT FOUND THEN PERFORM ledger.post_settlement(e, NULL);
  ELSIF old <> decode(e->'settlement'->>'factsDigest', 'hex') THEN
    PERFORM ledger.refuse('idem_key_same_body', 'this revision was settled on other facts');
  END IF;
END $$;
-- The only door. Entries are posted together or not at all; each says the same thing when said again.
CREATE FUNCTION ledger.post(entries jsonb) RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger, pg_catalog, pg_temp AS $$
DECLARE e jsonb; opened record; ids uuid[] := '{}'; txns uuid[] := '{}'; tenants integer[] := '{}'; legs jsonb[] := '{}'; BEGIN
  FOR e IN SELECT * FROM jsonb_array_elements(entries) LOOP
    IF NOT public.app_sees((e->>'tenant')::int) THEN PERFORM ledger.refuse('post_of_tenant', 'another tenant''s ledger'); END IF;
    IF e->>'kind' = 'settlement' AND jsonb_array_length(e->'legs') = 0 THEN
      PERFORM ledger.post_nothing(e);
      ids := ids || NULL::uuid;
      CONTINUE;
    END IF;
    SELECT * INTO opened FROM ledger.open_txn(e);
    ids := ids || opened.id;
    IF opened.is_new THEN
      txns := txns || opened.id; tenants := tenants || (e->>'tenant')::int; legs := legs || (e->'legs');
      IF e ? 'settlement' THEN PERFORM ledger.post_settlement(e, opened.id); END IF;
    END IF;
  END LOOP;
  PERFORM ledger.post_legs(txns, tenants, legs);
  RETURN ids;
END $$;

-- Forced on the owner too, who may be no superuser: what post writes is of the tenant it was asked for.
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['account', 'txn', 'transfer', 'balance', 'settlement'] LOOP
    EXECUTE format('ALTER TABLE ledger.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE ledger.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON ledger.%I USING (public.app_sees(tenant_id)) WITH CHECK (public.app_sees(tenant_id))', t);
  END LOOP;
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger TO valley_app;
GRANT SELECT ON ledger.account, ledger.txn, ledger.transfer, ledger.balance, ledger.settlement TO valley_app;
GRANT EXECUTE ON FUNCTION ledger.post TO valley_app;
