import pg from 'pg';
import type { PriceInterval } from '#domain/market/price.ts';
import { syntheticPrices } from '#domain/market/synthetic.ts';
import { syntheticSessions } from '#domain/market/synthetic-sessions.ts';
import { DAY_S, HOUR_S, dateFromSeconds, isoFromSeconds, type InstantS } from '#domain/time/instant.ts';
import { storePastStays, type PastStay } from '#prisma/seed/past-stays.ts';
import type { Tx } from '#server/db/client.ts';

const ZONE = 'NL';
const BATCH = 250;
/** Fewer than an EVSE of the generator has on a mean day. */
const STAYS_PER_DAY = 1.5;
const localOffsetS = () => HOUR_S;

/**
 * seedSessions stores closed, unsettled stays of a made-up city on a migrated, empty database: overnight,
 * office and short ones on one EVSE per station, at synthetic prices, none overlapping another.
 * @param args.url as a role that passes row-level security; `endAt`: no stay begins later.
 */
export async function seedSessions(args: {
  url: string; sessions: number; stations: number; seed: number; endAt: InstantS; onStored?: (stored: number) => void;
}): Promise<void> {
  const days = Math.ceil(args.sessions / (args.stations * STAYS_PER_DAY)) + 1;
  const fromAt = args.endAt - days * DAY_S;
  const stays = syntheticSessions({ seed: args.seed, fromAt, toAt: args.endAt, evseCount: args.stations, localOffsetS })
    .slice(0, args.sessions);
  if (stays.length < args.sessions) throw new RangeError(`the generator made ${stays.length} of ${args.sessions} stays`);
  const prices = syntheticPrices({ seed: args.seed, fromAt: fromAt - DAY_S, toAt: args.endAt + 3 * DAY_S, localOffsetS });
  const client = new pg.Client({ connectionString: args.url });
  await client.connect();
  try {
    const tenantId = await seedSite(client, { ...args, validFrom: fromAt - DAY_S });
    await seedPrices(client, prices);
    for (let from = 0; from < stays.length; from += BATCH) {
      const batch = stays.slice(from, from + BATCH).map((stay): PastStay => ({
        stationId: stationName(stay.evseIndex), evseId: 1, idToken: `CARD-${stay.cardIndex}`, plugInAt: stay.plugInAt,
        plugOutAt: stay.plugOutAt, energyMilliWh: stay.energyMilliWh, powerW: stay.powerW,
      }));
      await client.query('BEGIN');
      await storePastStays(txOver(client), { tenantId, stays: batch, prices: pricesOver(prices, batch) });
      await client.query('COMMIT');
      args.onStored?.(from + batch.length);
    }
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

function stationName(index: number): string {
  return `CITY-${String(index + 1).padStart(4, '0')}`;
}

async function seedSite(client: pg.Client, args: { stations: number; validFrom: InstantS }): Promise<number> {
  const one = async (sql: string, values: unknown[]) => (await client.query<{ id: number & string }>(`${sql} RETURNING id`, values)).rows[0]?.id;
  const validFrom = dateFromSeconds(args.validFrom);
  const tenant = await one("INSERT INTO organisation (kind, name) VALUES ('CPO', 'City')", []);
  const location = await one(`INSERT INTO location (tenant_id, name, bidding_zone, sale_price_micro) VALUES ($1, 'City', '${ZONE}', 420000)`, [tenant]);
  await one(`INSERT INTO programme_version (tenant_id, version, valid_from, share_bp, driver_bp, msp_bp, cpo_bp, platform_bp)
    VALUES ($1, 1, $2, 9000, 5000, 1500, 2500, 1000)`, [tenant, validFrom]);
  await one(`INSERT INTO contract (tenant_id, kind, bidding_zone, valid_from) VALUES ($1, 'DAY_AHEAD', '${ZONE}', $2)`, [tenant, validFrom]);
  const names = Array.from({ length: args.stations }, (_, index) => stationName(index));
  await client.query(`INSERT INTO charging_station (id, tenant_id, location_id, key_hash)
    SELECT x, $1, $2, sha256(x::bytea) FROM unnest($3::text[]) x`, [tenant, location, names]);
  await client.query('INSERT INTO evse (tenant_id, station_id, evse_id) SELECT $1, x, 1 FROM unnest($2::text[]) x', [tenant, names]);
  if (tenant === undefined) throw new Error('the tenant was not stored');
  return tenant;
}

async function seedPrices(client: pg.Client, prices: readonly PriceInterval[]): Promise<void> {
  const { rows } = await client.query<{ id: string }>(`INSERT INTO price_document (bidding_zone, source, digest, published_at, synthetic)
    VALUES ('${ZONE}', 'synthetic', sha256('seed'), now(), true) RETURNING id`);
  await client.query(`INSERT INTO day_ahead_price (bidding_zone, start_at, minutes, version, price_ticks, document_id)
    SELECT '${ZONE}', x.at, 15, 1, x.ticks, $3 FROM unnest($1::timestamptz[], $2::int[]) AS x (at, ticks)`,
  [prices.map((price) => isoFromSeconds(price.startAt)), prices.map((price) => price.priceTicks), rows[0]?.id]);
}

function pricesOver(prices: readonly PriceInterval[], stays: readonly PastStay[]): PriceInterval[] {
  const fromAt = Math.min(...stays.map((stay) => stay.plugInAt)) - HOUR_S;
  const toAt = Math.max(...stays.map((stay) => stay.plugOutAt));
  return prices.filter((price) => price.startAt >= fromAt && price.startAt < toAt);
}

/** The seed writes with tagged SQL only: that much of a transaction a plain connection can be. */
function txOver(client: pg.Client): Tx {
  const $executeRaw = async (sql: TemplateStringsArray, ...values: unknown[]) => {
    const text = sql.reduce((joined, part, index) => `${joined}$${index}${part}`);
    return (await client.query(text, values)).rowCount ?? 0;
  };
  return { $executeRaw } as unknown as Tx;
}
