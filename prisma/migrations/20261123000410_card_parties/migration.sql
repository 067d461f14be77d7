-- The books name a card by the digest of its number, which is no number to whoever reads a copy of them. It is made as
-- the learner of departures makes it: without case.
CREATE FUNCTION ledger.card_party(uid text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT 'card:' || encode(sha256(convert_to(lower(uid), 'UTF8')), 'hex') $$;

-- Of an account nothing but the name of a card may change, and that only through forget_card.
CREATE FUNCTION ledger.deny_account() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' AND OLD.party ~ '^card:[0-9a-f]{64}$' AND NEW.party ~ '^card:[0-9a-f]{64}$'
    -- ("limited" is worked out only after this.)
    AND to_jsonb(OLD) - '{party,limited}'::text[] = to_jsonb(NEW) - '{party,limited}'::text[] THEN RETURN NEW; END IF;
  PERFORM ledger.refuse('append_only', format('ledger.account is append-only (%s)', TG_OP)); RETURN NULL;
END $$;

-- What exists: spellings of one card had an account each. The plainest takes the card's name; the others keep one of their
-- own, empty once their stays are looked at again (below).
ALTER TABLE ledger.account DISABLE TRIGGER append_only;
WITH spelt AS (
  SELECT id, substr(party, 6) AS uid, row_number() OVER (
    PARTITION BY tenant_id, kind, currency, lower(party) ORDER BY party <> 'card:' || lower(substr(party, 6)), id) AS place
  FROM ledger.account WHERE party LIKE 'card:_%')
UPDATE ledger.account a SET party = CASE WHEN place = 1 THEN ledger.card_party(uid)
    ELSE 'card:' || encode(sha256(convert_to(uid, 'UTF8')), 'hex') END
  FROM spelt WHERE a.id = spelt.id;
DROP TRIGGER append_only ON ledger.account;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.account FOR EACH ROW EXECUTE FUNCTION ledger.deny_account();
ALTER TABLE ledger.account ENABLE ALWAYS TRIGGER append_only;

-- Stays without a card shared the account "card:"; each has its own from now on. They, and those of the other spellings,
-- are due, which moves what they earned by entries, as when a card gets its driver.
WITH holder AS (
  SELECT DISTINCT ON (z.session_id) z.session_id, a.party FROM ledger.settlement z
    JOIN ledger.txn x ON x.id = z.txn_id OR (x.tenant_id = z.tenant_id AND x.kind = 'adjustment'
      AND x.source_id = 'party ' || z.session_id || ' ' || z.rev)
    JOIN ledger.transfer t ON t.txn_id = x.id JOIN ledger.account a ON a.id = t.credit AND a.kind = 'driver_payable'
  ORDER BY z.session_id, z.rev DESC, x.id = z.txn_id, x.source_rev DESC)
UPDATE public.session s SET facts_version = facts_version + 1 FROM holder h
  WHERE h.session_id = s.id AND s.state = 'CLOSED' AND s.driver_id IS NULL
    AND h.party <> CASE WHEN s.id_token = '' THEN 'stay:' || s.id ELSE ledger.card_party(s.id_token) END;

-- A deleted person's card is replaced in stays by a pseudonym: the books' name of it follows, for a digest of a short
-- number is found by trying all of them.
CREATE FUNCTION ledger.forget_card(tenant integer, uid text, pseudonym text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = ledger, pg_catalog, pg_temp AS $$ BEGIN
  IF NOT public.app_sees(tenant) THEN PERFORM ledger.refuse('post_of_tenant', 'another tenant''s ledger'); END IF;
  UPDATE ledger.account SET party = ledger.card_party(pseudonym) WHERE tenant_id = tenant AND party = ledger.card_party(uid);
END $$;
REVOKE ALL ON FUNCTION ledger.card_party, ledger.forget_card, ledger.deny_account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.card_party, ledger.forget_card TO valley_app;
