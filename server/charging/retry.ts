import { sqlStateOf } from '../errors.ts';
import type { Log } from '../log.ts';

/** Connection lost, resources short, operator shutdown, deadlock, lock wait: the same work may succeed later. */
const PASSING_CLASSES = new Set(['08', '40', '53', '55', '57']);
const PASSING_CODE = /^(?:P1\d{3}|P2024|P2028|P2034|P2037|ECONN[A-Z]+|EPIPE|ETIMEDOUT|ENOTFOUND)$/;
const PASSING_TEXT = /connection|terminat|not accepting|timed? ?out|starting up|shutting down/i;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** isPassing tells a database that is away or busy from an error that would come again. */
export function isPassing(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== null && /^[0-9]/.test(state)) return PASSING_CLASSES.has(state.slice(0, 2));
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (PASSING_CODE.test(code)) return true;
  if (error.cause !== undefined && error.cause !== error && isPassing(error.cause)) return true;
  return error.name.startsWith('Prisma') || error.name === 'DriverAdapterError'
    ? PASSING_TEXT.test(error.message)
    : PASSING_TEXT.test(error.message) && !(error instanceof TypeError);
}

/**
 * untilStored repeats `work` while the database is away, with growing waits, and gives up with the
 * last error once nobody wants the answer any more.
 */
export async function untilStored<T>(
  work: () => Promise<T>,
  options: { isWanted: () => boolean; log: Log },
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || !options.isWanted()) throw error;
      options.log.warn(
        { error: String(error), waitMs: wait },
        'the database is away, trying again',
      );
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
  }
}
