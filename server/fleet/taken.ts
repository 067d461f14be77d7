import { giveBack, takeAttempt } from '../auth/sign-in-limit.ts';
import type { Db } from '../db/client.ts';
import { ValleyError } from '../errors.ts';

/** More than a day of honest slips, too few to go through a list. */
const REFUSALS_MAX = 20;
const DAY_S = 86_400;

/**
 * whileFewTaken does what may find an id or an address taken by another organisation, which both are
 * unique across: who is refused too often in a day is refused everything, lest refusals tell which
 * exist.
 * @throws ValleyError TOO_MANY with the seconds to wait, and whatever `work` throws.
 */
export async function whileFewTaken<T>(db: Db, tenantId: number, work: () => Promise<T>): Promise<T> {
  const key = `taken ${tenantId}`;
  const wait = await takeAttempt(db, [{ key, max: REFUSALS_MAX, windowS: DAY_S }]);
  if (wait > 0) {
    throw new ValleyError(
      'TOO_MANY',
      'Too many ids and addresses were refused here today. Try again tomorrow, or ask who runs Valley.',
      { retryAfterS: wait },
    );
  }
  try {
    const done = await work();
    await giveBack(db, [key]);
    return done;
  } catch (error) {
    if (!(error instanceof ValleyError && error.code === 'CONFLICT')) await giveBack(db, [key]);
    throw error;
  }
}
