/** Counts what should be rare; one is forgiven every `forgiveMs`, so that a long life adds up to nothing. */
export class LeakyCount {
  readonly #forgiveMs: number;
  #count = 0;
  #lastMs = 0;

  constructor(forgiveMs: number) {
    this.#forgiveMs = forgiveMs;
  }

  /** note counts one more at `nowMs`. @returns the count, with what was forgiven since the last taken off. */
  note(nowMs: number): number {
    const forgiven = (nowMs - this.#lastMs) / this.#forgiveMs;
    this.#lastMs = nowMs;
    this.#count = Math.max(0, this.#count - forgiven) + 1;
    return this.#count;
  }
}
