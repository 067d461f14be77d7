import { explainReady, explainWhy } from '#domain/charging/explain.ts';
import type { Readiness, Why } from '#domain/charging/explain.ts';
import { afterFailure, isCardEnd, lockWaitMs } from '#domain/charging/kerb-lock.ts';
import { outlookAt } from '#domain/charging/outlook.ts';
import type { Outlook } from '#domain/charging/outlook.ts';
import type { ChargeNowView, StayView } from '#domain/charging/stay-view.ts';
import { contractCurve } from '#domain/market/curve.ts';
import { DAY_S, QUARTER_S, secondsFromDate } from '#domain/time/instant.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { endedCards, findEvse, findOpenStay, holdLocks, storeLock } from './kerb.store.ts';
import type { KerbPlace, OpenStayRow } from './kerb.store.ts';
import { setPriority } from './preference.service.ts';
import { publishedPrices } from './session-view.store.ts';
import { readStayView } from './session-view.ts';

/** Tries are counted in real time, also where the clock of the street runs faster. */
export type KerbDeps = { db: Db; clock: Clock; realNowMs: () => number };

/** What anybody at a charging point may know; nothing of it tells whether a car stands there. */
export type KerbEvse = {
  stationId: string;
  evseId: number;
  locationName: string;
  address: string | null;
  timeZone: string;
  nowAt: number;
  maxPowerW: number;
  /** Sale price of a new stay; fees of the card's provider are not Valley's to know. */
  salePriceMicro: string;
  outlook: Outlook;
};

/** @throws ValleyError NOT_FOUND where there is no such charging point. */
export async function kerbEvse(deps: KerbDeps, at: KerbPlace): Promise<KerbEvse> {
  const now = deps.clock.now();
  const nowAt = secondsFromDate(now);
  return await deps.db.asSystem(async (tx) => {
    const row = await findEvse(tx, at);
    if (row === null) throw new ValleyError('NOT_FOUND', 'There is no such charging point here.');
    const rows = await publishedPrices(tx, {
      biddingZone: row.bidding_zone,
      from: now,
      to: new Date(now.getTime() + (DAY_S + QUARTER_S) * 1000),
    });
    const published = rows.map(({ start_at, minutes, price_ticks }) => ({
      startAt: secondsFromDate(start_at),
      seconds: minutes * 60,
      priceTicks: price_ticks,
      kind: 'published' as const,
    }));
    return {
      stationId: row.station_id,
      evseId: row.evse_id,
      locationName: row.location_name,
      address: row.address,
      timeZone: row.time_zone,
      nowAt,
      maxPowerW: row.max_power_w,
      salePriceMicro: row.sale_price_micro.toString(),
      outlook: outlookAt(contractCurve(published, QUARTER_S), nowAt, row.time_zone),
    };
  });
}

export type KerbTry = KerbPlace & { digits: string; remoteAddress: string | null };

/** A stay as somebody sees it who holds its card: no name, no history, no euros of the driver. */
export type KerbStay = {
  nowAt: number;
  timeZone: string;
  ready: Readiness;
  why: Why;
  priority: boolean;
  chargeNow: ChargeNowView;
  deliveredMilliWh: number;
  powerW: number | null;
  measuredAt: number | null;
  salePriceMicro: string;
};

/** kerbStay shows the open stay to whoever types the end of its card. @throws as kerbChargeNow. */
export async function kerbStay(deps: KerbDeps, tried: KerbTry): Promise<KerbStay> {
  const stay = await provenStay(deps, tried);
  const view = await deps.db.withTenant(stay.tenant_id, (tx) =>
    readStayView(tx, deps.clock, { sessionId: stay.id, driverId: null }),
  );
  if (view === null) throw refusal();
  return kerbView(view, stay);
}

/**
 * kerbChargeNow turns charge now on or off for whoever types the end of the card.
 * @throws ValleyError NOT_FOUND in the same words whether there is no stay or the digits are wrong;
 *   TOO_MANY after five wrong tries at the charging point or from the address.
 */
export async function kerbChargeNow(
  deps: KerbDeps,
  tried: KerbTry & { on: boolean; requestId: string },
): Promise<void> {
  const { id: sessionId, tenant_id: tenantId } = await provenStay(deps, tried);
  const { on, requestId } = tried;
  await setPriority(deps, { tenantId, driverId: null }, { sessionId, on, requestId });
}

function kerbView(view: StayView, stay: OpenStayRow): KerbStay {
  const { nowAt, timeZone, chargeNow, meter } = view;
  return {
    nowAt,
    timeZone,
    chargeNow,
    ready: explainReady(view),
    why: explainWhy(view, nowAt),
    priority: view.preference?.priority ?? false,
    deliveredMilliWh: meter.deliveredMilliWh,
    powerW: meter.powerW,
    measuredAt: meter.measuredAt,
    salePriceMicro: stay.sale_price_micro.toString(),
  };
}

type Verdict = { stay: OpenStayRow } | { waitMs: number } | 'WRONG';

/** The whole try is one transaction that holds the locks' rows: tries at once are counted in turn. */
async function provenStay(deps: KerbDeps, tried: KerbTry): Promise<OpenStayRow> {
  const { stationId, evseId, digits, remoteAddress } = tried;
  const keys = [
    `evse ${stationId} ${evseId}`,
    ...(remoteAddress === null ? [] : [`address ${remoteAddress}`]),
  ];
  const verdict = await deps.db.asSystem(async (tx): Promise<Verdict> => {
    const locks = await holdLocks(tx, keys);
    const nowMs = deps.realNowMs();
    const waitMs = Math.max(...locks.map(({ state }) => lockWaitMs(state, nowMs)));
    if (waitMs > 0) return { waitMs };
    const stay = await findOpenStay(tx, tried);
    if (stay !== null && isCardEnd(stay.id_token, digits)) return { stay };
    // An open page asks on after its stay ended. The card of that stay opens nothing any more, so
    // saying it again is no guess, and must not lock the charging point for the next driver.
    if ((await endedCards(tx, tried)).some((card) => isCardEnd(card, digits))) return 'WRONG';
    for (const { key, state } of locks) {
      await storeLock(tx, { key, state: afterFailure(state, nowMs) });
    }
    return 'WRONG';
  });
  if (verdict === 'WRONG') throw refusal();
  if ('waitMs' in verdict) {
    const minutes = Math.ceil(verdict.waitMs / 60_000);
    throw new ValleyError('TOO_MANY', `Too many wrong tries. Wait ${minutes} min and try again.`);
  }
  return verdict.stay;
}

function refusal(): ValleyError {
  const words =
    'These characters belong to no stay here. Type the last four of the card that started it.';
  return new ValleyError('NOT_FOUND', words);
}
