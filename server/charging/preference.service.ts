import { READY_BY_LATEST_S } from '#domain/charging/wish.ts';
import { publish } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { constraintOf, isUniqueViolation, ValleyError } from '../errors.ts';
import { findSteerable, insertPreference } from './preference.store.ts';
import type { PreferenceRow, Wish } from './preference.store.ts';

/** Two taps at once race for a version; the loser reads again this often before giving up. */
const VERSION_TRIES = 5;
/** A wish may lie this far ahead at most. */
const READY_BY_MAX_MS = READY_BY_LATEST_S * 1000;

export type PreferenceDeps = { db: Db; clock: Clock };
/** Whose stay it must be; `driverId` null where somebody at the charging point proved the card. */
export type WishOwner = { tenantId: number; driverId: string | null };

/**
 * setPreference stores when the car should be ready and how much it should get (null: nothing said).
 * Said again with the same request id it changes nothing; charge now stays as it is.
 * @throws ValleyError NOT_FOUND where the driver has no such stay, CONFLICT once it is over,
 *   BAD_INPUT where the instant lies in the past or more than a week ahead.
 */
export async function setPreference(
  deps: PreferenceDeps,
  owner: WishOwner,
  wish: {
    sessionId: string;
    readyByAt: Date | null;
    energyMilliWh: number | null;
    requestId: string;
  },
): Promise<{ version: number }> {
  return await appendPreference(deps, { ...owner, ...wish }, (previous) => {
    // A time that was asked for before is no new wish, also once it has passed.
    const isSame = wish.readyByAt?.getTime() === previous?.ready_by_at?.getTime();
    if (!isSame) assertReadyBy(deps.clock.now(), wish.readyByAt);
    return {
      readyByAt: wish.readyByAt,
      energyMilliWh: wish.energyMilliWh === null ? null : BigInt(wish.energyMilliWh),
      minEnergyMilliWh: previous?.min_energy_milli_wh ?? null,
      priority: previous?.priority ?? false,
      priorityBy: previous?.priority_by ?? null,
      source: 'DRIVER',
    };
  });
}

/**
 * setPriority turns priority charging ("charge now") on or off and keeps the rest of the wish, also
 * who said it: that tap says no wish, so that a weekly one may still follow.
 * @throws ValleyError as setPreference.
 */
export async function setPriority(
  deps: PreferenceDeps,
  owner: WishOwner,
  wish: { sessionId: string; on: boolean; requestId: string },
): Promise<{ version: number }> {
  return await appendPreference(deps, { ...owner, ...wish }, (previous) => ({
    readyByAt: previous?.ready_by_at ?? null,
    energyMilliWh: previous?.energy_milli_wh ?? null,
    minEnergyMilliWh: previous?.min_energy_milli_wh ?? null,
    priority: wish.on,
    priorityBy: owner.driverId === null ? 'QR' : 'DRIVER',
    source: previous?.source ?? null,
  }));
}

function assertReadyBy(now: Date, readyByAt: Date | null): void {
  if (readyByAt === null) return;
  const aheadMs = readyByAt.getTime() - now.getTime();
  if (aheadMs <= 0) throw new ValleyError('BAD_INPUT', 'That time has passed. Choose a later one.');
  if (aheadMs > READY_BY_MAX_MS) {
    throw new ValleyError('BAD_INPUT', 'Choose a time within the next seven days.');
  }
}

type Target = WishOwner & { sessionId: string; requestId: string };

async function appendPreference(
  deps: PreferenceDeps,
  target: Target,
  wishFrom: (previous: PreferenceRow | null) => Wish,
): Promise<{ version: number }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deps.db.withTenant(target.tenantId, async (tx) => {
        const { previous, repeatedVersion } = await openStay(tx, target);
        if (repeatedVersion !== null) return { version: repeatedVersion };
        const version = (previous?.version ?? 0) + 1;
        await insertPreference(tx, {
          ...wishFrom(previous),
          tenantId: target.tenantId,
          sessionId: target.sessionId,
          requestId: target.requestId,
          version,
          madeAt: deps.clock.now(),
        });
        await publish(tx, 'session', [target.sessionId]);
        await publish(tx, 'view', [target.sessionId]);
        return { version };
      });
    } catch (error) {
      const raced =
        isUniqueViolation(error) && constraintOf(error)?.startsWith('preference_') !== false;
      if (!raced || attempt >= VERSION_TRIES) throw error;
    }
  }
}

/** NOT_FOUND whether the stay is another driver's or does not exist: the answer tells nothing. */
async function openStay(tx: Tx, target: Target) {
  const found = await findSteerable(tx, target);
  if (found === null) throw new ValleyError('NOT_FOUND', 'There is no such stay of yours.');
  if (found.state !== 'OPEN') {
    throw new ValleyError('CONFLICT', 'This stay is over; your wish counts for the next one.');
  }
  return found;
}
