import type { Tx } from '../db/client.ts';

/** A stay as its departure is learned from it. */
export type DepartureRow = {
  id: string;
  tenant_id: number;
  station_id: string;
  /** SHA-256 of the card's number in small letters, hex: the driver, as far as a station knows him. */
  card_key: string;
  time_zone: string;
  plug_in_at: Date;
  plug_out_at: Date | null;
  /** The first wish, where it was made with the plug-in. */
  declared_at: Date | null;
  /** What the meters say the stay took, and whether it ended while its plan, also one at full power, still meant to charge. */
  taken_milli_wh: bigint;
  is_cut: boolean;
};

export type Scope = 'EVERYBODY' | 'STATION' | 'DRIVER';
export type CountKey = { tenantId: number; scope: Scope; key: string };

/** A wish made later than this after plug-in was not known to the first plan. */
const DECLARED_WITHIN_MINUTES = 15;
/** Closer to its target than this a stay has taken it: a plan at full power need not say that the car is full. */
const DONE_MILLI_WH = 100_000;

/** Counts of one scope as stored; `energy` null: counted before energy was. */
export type StoredCounts = { counts: unknown; energy: unknown };

/** loadDepartures reads stays by id: those that go on and have no expectation, or those that wait to be counted. */
export async function loadDepartures(
  tx: Tx,
  ids: readonly string[],
  which: 'UNEXPECTED' | 'UNCOUNTED',
): Promise<DepartureRow[]> {
  return await tx.$queryRaw<DepartureRow[]>`
    SELECT s.id, s.tenant_id, s.station_id, encode(sha256(convert_to(lower(s.id_token), 'UTF8')), 'hex') AS card_key,
      l.time_zone, s.plug_in_at, s.plug_out_at, w.ready_by_at AS declared_at, t.taken_milli_wh,
      coalesce(p.content ->> 'mode' <> 'OBSERVE' AND p.content ->> 'carIs' IS NULL
        AND (p.content ->> 'targetMilliWh')::bigint > t.taken_milli_wh + ${DONE_MILLI_WH}, false) AS is_cut
    FROM session s
    JOIN location l ON l.id = s.location_id
    LEFT JOIN departure_expected d ON d.session_id = s.id
    LEFT JOIN LATERAL (SELECT q.ready_by_at FROM charging_preference q WHERE q.session_id = s.id
        AND q.source <> 'HISTORY' AND q.made_at <= s.plug_in_at + make_interval(mins => ${DECLARED_WITHIN_MINUTES})
      ORDER BY q.version LIMIT 1) w ON true
    LEFT JOIN LATERAL (SELECT q.content FROM plan q WHERE q.session_id = s.id ORDER BY q.version DESC LIMIT 1) p ON true
    CROSS JOIN LATERAL (SELECT coalesce(sum(greatest(0, coalesce(q.meter_stop_milli_wh, q.meter_start_milli_wh)
        - q.meter_start_milli_wh)), 0)::bigint AS taken_milli_wh FROM transaction q WHERE q.session_id = s.id) t
    WHERE s.id = ANY (${[...ids]}::uuid[]) AND CASE WHEN ${which} = 'UNEXPECTED'
      THEN s.state = 'OPEN' AND d.session_id IS NULL
      ELSE s.state = 'CLOSED' AND s.plug_out_at > s.plug_in_at AND d.counted_at IS NULL END
    ORDER BY s.plug_out_at, s.id`;
}

/** dueDepartures are closed stays that were planned and are not counted yet. */
export async function dueDepartures(tx: Tx, limit: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT d.session_id AS id FROM departure_expected d JOIN session s ON s.id = d.session_id
    WHERE d.counted_at IS NULL AND s.state = 'CLOSED' AND s.plug_out_at > s.plug_in_at LIMIT ${limit}`;
  return rows.map((row) => row.id);
}

/**
 * neverCounted are closed stays that nobody expected, oldest departure first: of before this table, or
 * seeded. It reads all sessions: for the start of a worker only.
 */
export async function neverCounted(tx: Tx, limit: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM session s WHERE s.state = 'CLOSED' AND s.plug_out_at > s.plug_in_at
      AND NOT EXISTS (SELECT 1 FROM departure_expected d WHERE d.session_id = s.id)
    ORDER BY s.plug_out_at, s.id LIMIT ${limit}`;
  return rows.map((row) => row.id);
}

/** storeExpected keeps what stays were expected to be when first planned; what is kept stays. */
export async function storeExpected(
  tx: Tx,
  expected: readonly {
    id: string; tenantId: number; survival: readonly number[]; energy: readonly number[];
  }[],
): Promise<void> {
  if (expected.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO departure_expected (session_id, tenant_id, survival, energy)
    SELECT id, "tenantId", survival, energy FROM jsonb_to_recordset(${JSON.stringify(expected)}::jsonb)
      AS x (id uuid, "tenantId" integer, survival jsonb, energy jsonb)
    ON CONFLICT (session_id) DO NOTHING`;
}

/** lockCounts keeps others from counting for these tenants until `tx` ends. */
export async function lockCounts(tx: Tx, tenantIds: readonly number[]): Promise<void> {
  for (const id of [...new Set(tenantIds)].toSorted((a, b) => a - b)) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('departure count'), ${id})`;
  }
}

/** markCounted says of which stays this is the first count. */
export async function markCounted(tx: Tx, rows: readonly DepartureRow[]): Promise<Set<string>> {
  const list = JSON.stringify(rows.map((row) => ({ id: row.id, tenant: row.tenant_id })));
  const marked = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO departure_expected AS d (session_id, tenant_id, counted_at)
    SELECT id, tenant, now() FROM jsonb_to_recordset(${list}::jsonb) AS x (id uuid, tenant integer)
    ON CONFLICT (session_id) DO UPDATE SET counted_at = now() WHERE d.counted_at IS NULL
    RETURNING session_id AS id`;
  return new Set(marked.map((row) => row.id));
}

/** loadCounts reads counts by key; a key without counts is absent. */
export async function loadCounts(
  tx: Tx,
  keys: readonly CountKey[],
): Promise<Map<string, StoredCounts>> {
  const rows = await tx.$queryRaw<({ tenant_id: number; scope: Scope; key: string } & StoredCounts)[]>`
    SELECT c.tenant_id, c.scope, c.key, c.counts, c.energy FROM departure_count c
    JOIN (SELECT DISTINCT * FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
      AS x ("tenantId" integer, scope text, key text)) k
      ON k."tenantId" = c.tenant_id AND k.scope = c.scope AND k.key = c.key`;
  return new Map(rows.map(({ tenant_id, scope, key, counts, energy }) =>
    [nameOf({ tenantId: tenant_id, scope, key }), { counts, energy }]));
}

/** nameOf is a key as text, for maps. */
export function nameOf({ tenantId, scope, key }: CountKey): string {
  return `${tenantId} ${scope} ${key}`;
}

/** storeCounts writes counts back; `stays` is how many were added. */
export async function storeCounts(
  tx: Tx,
  counts: readonly (CountKey & StoredCounts & { stays: number })[],
): Promise<void> {
  if (counts.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO departure_count AS c (tenant_id, scope, key, counts, energy, stays)
    SELECT "tenantId", scope, key, counts, energy, stays FROM jsonb_to_recordset(${JSON.stringify(counts)}::jsonb)
      AS x ("tenantId" integer, scope text, key text, counts jsonb, energy jsonb, stays bigint)
    ON CONFLICT (tenant_id, scope, key) DO UPDATE
      SET counts = EXCLUDED.counts, energy = EXCLUDED.energy, stays = c.stays + EXCLUDED.stays, updated_at = now()`;
}
