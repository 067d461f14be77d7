/** Unauthenticated sockets allowed from one address, and in all. */
export const SOCKETS_PER_ADDRESS = 50;
export const SOCKETS_IN_ALL = 1_000;
const FAILURES_FREE = 10;
const FAILURE_WINDOW_MS = 60_000;
const FAILURE_DELAY_MS = 1_000;
const FAILURES_REMEMBERED = 10_000;

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

/**
 * Admission counts sockets that have not authenticated yet, so that nobody can hold them all. The
 * machine's own address is exempt from the limit per address: a reverse proxy shows every station
 * as that.
 */
export class Admission {
  readonly #perAddress = new Map<string, number>();
  #all = 0;

  /** @returns a function that ends the socket's time as a stranger, or null where it is one too many. */
  enter(address: string): (() => void) | null {
    const here = this.#perAddress.get(address) ?? 0;
    if (this.#all >= SOCKETS_IN_ALL) return null;
    if (here >= SOCKETS_PER_ADDRESS && !isLoopback(address)) return null;
    this.#perAddress.set(address, here + 1);
    this.#all += 1;
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.#all -= 1;
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, left);
    };
  }
}

/**
 * Failures slows down who keeps failing as one station from one address. A right key is never
 * delayed or refused, so nobody can lock a real station out by failing in its name.
 */
export class Failures {
  readonly #counts = new Map<string, { count: number; untilMs: number }>();

  /** @returns how long to wait with the refusal, in ms. */
  note(address: string, stationId: string, nowMs: number): number {
    const key = `${address} ${stationId}`;
    const known = this.#counts.get(key);
    const count = known !== undefined && known.untilMs > nowMs ? known.count + 1 : 1;
    if (this.#counts.size >= FAILURES_REMEMBERED) this.#counts.clear();
    this.#counts.set(key, { count, untilMs: nowMs + FAILURE_WINDOW_MS });
    return count > FAILURES_FREE ? FAILURE_DELAY_MS : 0;
  }
}
