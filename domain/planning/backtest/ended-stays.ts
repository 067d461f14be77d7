import type { InstantS } from '../../time/instant.ts';

/** Stays that go on: handed in at plug-in, handed out once they have ended, first ended first. */
export class EndedStays<T extends { plugOutAt: InstantS }> {
  /** The first to end stands last. */
  readonly #going: T[] = [];

  begin(stay: T): void {
    let at = this.#going.length;
    while (at > 0 && (this.#going[at - 1]?.plugOutAt ?? 0) < stay.plugOutAt) at -= 1;
    this.#going.splice(at, 0, stay);
  }

  /** endedBy takes out what ended at `now` or before. */
  endedBy(now: InstantS): T[] {
    const ended: T[] = [];
    for (let last = this.#going.at(-1); last !== undefined && last.plugOutAt <= now; ) {
      ended.push(last);
      this.#going.pop();
      last = this.#going.at(-1);
    }
    return ended;
  }
}
