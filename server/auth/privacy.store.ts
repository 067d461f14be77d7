import type { Tx } from '../db/client.ts';

type Link = { source: string; link: string };
type Row = Record<string, unknown>;

/** What is the person's but no data about them: secrets, and marks that tell records apart. */
const SECRET = /(^|_)(hash|digest|sid)$/;

/** Tables whose rows name a person or a stay by a foreign key, as the catalogue knows them. */
async function linksTo(tx: Tx, target: 'person' | 'session'): Promise<Link[]> {
  return await tx.$queryRaw<Link[]>`
    SELECT c.conrelid::regclass::text AS source, quote_ident(a.attname) AS link
      FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid = ${target}::regclass
       AND has_table_privilege(c.conrelid, 'SELECT')
     ORDER BY 1, 2`;
}

async function rowsOf(tx: Tx, args: Link & { ids: readonly string[] }): Promise<Row[]> {
  // Table and column come from the catalogue, quoted by PostgreSQL; the ids are parameters.
  const sql = `SELECT to_jsonb(t) AS row FROM ${args.source} t WHERE t.${args.link}::text = ANY($1)`;
  const rows = await tx.$queryRawUnsafe<{ row: Row }[]>(sql, [...args.ids]);
  return rows.map(({ row }) =>
    Object.fromEntries(Object.entries(row).filter(([column]) => !SECRET.test(column))),
  );
}

/**
 * everythingOf collects every row that belongs to a person, table by table: what names the person,
 * what names one of the person's stays, the readings of their transactions and the money. It follows
 * the foreign keys, so that a new table is in the copy without being named here.
 */
export async function everythingOf(tx: Tx, personId: string): Promise<Record<string, Row[]>> {
  const all: Record<string, Row[]> = {};
  const add = (source: string, rows: Row[]) => {
    if (rows.length > 0) all[source] = [...(all[source] ?? []), ...rows];
  };
  add('person', await rowsOf(tx, { source: 'person', link: 'id', ids: [personId] }));
  for (const link of await linksTo(tx, 'person')) {
    add(link.source, await rowsOf(tx, { ...link, ids: [personId] }));
  }
  add('session', await driverlessStays(tx, personId));
  const stays = idsOf(all['session']);
  for (const link of await linksTo(tx, 'session')) {
    add(link.source, await rowsOf(tx, { ...link, ids: stays }));
  }
  const readings = { source: 'meter_reading', link: 'transaction_id' };
  add('meter_reading', await rowsOf(tx, { ...readings, ids: idsOf(all['transaction']) }));
  add('departure_count', await learnedOf(tx, personId));
  const parties = [`driver:${personId}`, ...(await cardParties(tx, personId))];
  add('ledger.account', await rowsOf(tx, { source: 'ledger.account', link: 'party', ids: parties }));
  for (const link of ['debit', 'credit']) {
    const ids = idsOf(all['ledger.account']);
    add('ledger.transfer', await rowsOf(tx, { source: 'ledger.transfer', link, ids }));
  }
  return all;
}

/** Stays of a person's cards from before the cards were theirs. */
async function driverlessStays(tx: Tx, personId: string): Promise<Row[]> {
  const rows = await tx.$queryRaw<{ row: Row }[]>`
    SELECT to_jsonb(s) AS row FROM session s
      JOIN id_token t ON t.tenant_id = s.tenant_id AND lower(t.uid) = lower(s.id_token)
     WHERE t.driver_id = ${personId}::uuid AND s.driver_id IS NULL`;
  return rows.map(({ row }) => row);
}

/** Under what the books hold what such stays earned. */
async function cardParties(tx: Tx, personId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ party: string }[]>`
    SELECT DISTINCT a.party FROM ledger.account a
      JOIN id_token t ON t.tenant_id = a.tenant_id AND a.party = ledger.card_party(t.uid)
     WHERE t.driver_id = ${personId}::uuid`;
  return rows.map(({ party }) => party);
}

/** What was learned of when a person's cards leave; found by the cards, for it names no person. */
async function learnedOf(tx: Tx, personId: string): Promise<Row[]> {
  const rows = await tx.$queryRaw<{ row: Row }[]>`
    SELECT to_jsonb(d) - 'key' AS row FROM departure_count d
      JOIN id_token t ON t.tenant_id = d.tenant_id
       AND d.key = encode(sha256(convert_to(lower(t.uid), 'UTF8')), 'hex')
     WHERE d.scope = 'DRIVER' AND t.driver_id = ${personId}::uuid`;
  return rows.map(({ row }) => row);
}

function idsOf(rows: readonly Row[] | undefined): string[] {
  return (rows ?? []).map(({ id }) => String(id));
}

/** openStays counts a person's stays that go on. */
export async function openStays(tx: Tx, personId: string): Promise<number> {
  return await tx.session.count({ where: { driverId: personId, state: 'OPEN' } });
}

/**
 * soleAdministrations locks the administrators of the person's organisations and counts those that
 * would be left without one: as in administratorsLeft, two who go at the same time cannot both.
 */
export async function soleAdministrations(tx: Tx, personId: string): Promise<number> {
  const rows = await tx.$queryRaw<{ left_alone: number }[]>`
    WITH administrators AS MATERIALIZED (
      SELECT m.organisation_id, m.person_id FROM membership m
       WHERE m.role IN ('ADMIN', 'PLATFORM') AND m.organisation_id IN (
         SELECT own.organisation_id FROM membership own
          WHERE own.person_id = ${personId}::uuid AND own.role IN ('ADMIN', 'PLATFORM'))
       ORDER BY m.organisation_id, m.person_id FOR UPDATE OF m)
    SELECT count(*)::int AS left_alone FROM administrators own
     WHERE own.person_id = ${personId}::uuid
       AND NOT EXISTS (SELECT 1 FROM administrators other
             WHERE other.organisation_id = own.organisation_id
               AND other.person_id <> own.person_id)`;
  return rows[0]?.left_alone ?? 0;
}

/**
 * forgetCard replaces a card's number wherever a stay or a message names it: also in stays of before
 * the card was the person's, which have no driver.
 */
export async function forgetCard(
  tx: Tx,
  args: { tenantId: number; uid: string; pseudonym: string; personId: string },
): Promise<void> {
  const { tenantId, uid, pseudonym, personId } = args;
  await tx.$executeRaw`
    UPDATE transaction t SET id_token = ${pseudonym} FROM session s
     WHERE s.id = t.session_id AND coalesce(s.driver_id, ${personId}::uuid) = ${personId}::uuid
       AND t.tenant_id = ${tenantId} AND lower(t.id_token) = lower(${uid})`;
  await tx.$executeRaw`
    UPDATE session SET id_token = ${pseudonym}
     WHERE coalesce(driver_id, ${personId}::uuid) = ${personId}::uuid AND tenant_id = ${tenantId}
       AND lower(id_token) = lower(${uid})`;
  await tx.$executeRaw`SELECT ledger.forget_card(${tenantId}::int, ${uid}, ${pseudonym})`;
  // What was learned of when the card leaves, kept under the number's digest as the learner makes it.
  await tx.$executeRaw`
    DELETE FROM departure_count WHERE tenant_id = ${tenantId} AND scope = 'DRIVER'
       AND key = encode(sha256(convert_to(lower(${uid}), 'UTF8')), 'hex')`;
  // Messages hold the number as a JSON text, between quotes.
  const quoted = JSON.stringify(uid);
  const becomes = JSON.stringify(pseudonym);
  await tx.$executeRaw`
    UPDATE parked_message SET payload = replace(payload::text, ${quoted}, ${becomes})::jsonb
     WHERE tenant_id = ${tenantId} AND strpos(payload::text, ${quoted}) > 0`;
  await tx.$executeRaw`
    UPDATE command SET payload = replace(payload::text, ${quoted}, ${becomes})::jsonb
     WHERE tenant_id = ${tenantId} AND strpos(payload::text, ${quoted}) > 0`;
  await tx.$executeRaw`
    UPDATE station_event SET data = replace(data::text, ${quoted}, ${becomes})::jsonb
     WHERE tenant_id = ${tenantId} AND strpos(data::text, ${quoted}) > 0`;
  await tx.$executeRaw`
    UPDATE id_token SET uid = ${pseudonym}, status = 'Invalid'
     WHERE tenant_id = ${tenantId} AND uid = ${uid}`;
}

/** Rows that stand for what happened, under the person's random id, which then names nobody. */
export const KEPT = new Set(['session', 'id_token', 'audit_entry', 'sign_in']);

/** forgetRows deletes what belongs to the person alone, in every table that names a person. */
export async function forgetRows(tx: Tx, personId: string): Promise<void> {
  for (const { source, link } of await linksTo(tx, 'person')) {
    if (KEPT.has(source)) continue;
    await tx.$executeRawUnsafe(`DELETE FROM ${source} WHERE ${link} = $1::uuid`, personId);
  }
}
