import { publish } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { constraintOf, isUniqueViolation, ValleyError } from '../errors.ts';
import { latestPreference } from './session-view.store.ts';
import type { PreferenceRow } from './session-view.store.ts';

/** Two taps at once race for a version; the loser reads again this often before giving up. */
const VERSION_TRIES = 5;
/** A wish may lie this far ahead at most. */
const READY_BY_MAX_MS = 7 * 86_400_000;

export type PreferenceDeps = { db: Db; clock: Clock };
export type WishOwner = { tenantId: number; driverId: string };
type Wish = {
  readyByAt: Date | null;
  energyMilliWh: bigint | null;
  minEnergyMilliWh: bigint | null;
  priority: boolean;
};

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
  assertReadyBy(deps.clock.now(), wish.readyByAt);
  return await appendPreference(deps, { ...owner, ...wish }, (previous) => ({
    readyByAt: wish.readyByAt,
    energyMilliWh: wish.energyMilliWh === null ? null : BigInt(wish.energyMilliWh),
    minEnergyMilliWh: previous?.min_energy_milli_wh ?? null,
    priority: previous?.priority ?? false,
  }));
}

/**
 * setPriority turns priority charging ("charge now") on or off and keeps the rest of the wish.
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
        await assertOpenStay(tx, target);
        const repeated = await tx.chargingPreference.findFirst({
          where: { sessionId: target.sessionId, requestId: target.requestId },
        });
        if (repeated !== null) return { version: repeated.version };
        return await insertPreference(tx, deps.clock, { target, wishFrom });
      });
    } catch (error) {
      const raced =
        isUniqueViolation(error) && constraintOf(error)?.startsWith('preference_') !== false;
      if (!raced || attempt >= VERSION_TRIES) throw error;
    }
  }
}

/** NOT_FOUND whether the stay is another driver's or does not exist: the answer tells nothing. */
async function assertOpenStay(tx: Tx, target: Target): Promise<void> {
  const session = await tx.session.findFirst({
    where: { id: target.sessionId, driverId: target.driverId },
    select: { state: true },
  });
  if (session === null) throw new ValleyError('NOT_FOUND', 'There is no such stay of yours.');
  if (session.state !== 'OPEN') {
    throw new ValleyError('CONFLICT', 'This stay is over; your wish counts for the next one.');
  }
}

async function insertPreference(
  tx: Tx,
  clock: Clock,
  { target, wishFrom }: { target: Target; wishFrom: (previous: PreferenceRow | null) => Wish },
): Promise<{ version: number }> {
  const { tenantId, sessionId, requestId } = target;
  const previous = await latestPreference(tx, sessionId);
  const version = (previous?.version ?? 0) + 1;
  await tx.chargingPreference.create({
    data: {
      ...wishFrom(previous),
      tenantId,
      sessionId,
      version,
      requestId,
      source: 'DRIVER',
      madeAt: clock.now(),
    },
  });
  await tx.session.update({ where: { id: sessionId }, data: { factsVersion: { increment: 1 } } });
  await publish(tx, 'session', [sessionId]);
  await publish(tx, 'view', [sessionId]);
  return { version };
}
