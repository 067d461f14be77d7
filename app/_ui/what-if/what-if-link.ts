import type { WhatIfFleet } from '#domain/planning/what-if/fleet.ts';
import type { WhatIfSettings } from '#domain/planning/what-if/settings.ts';
import type { WhatIfAnswer } from '#domain/planning/what-if/what-if.ts';
import type { OnWhatIfPhase } from '#workers/what-if.api.ts';

/** A started worker: its API, and a promise that rejects when it dies. */
export type WhatIfWorker = {
  use(fleet: WhatIfFleet | null): Promise<void>;
  ask(settings: WhatIfSettings, onPhase: OnWhatIfPhase | null): Promise<WhatIfAnswer | null>;
  cancel(): Promise<void>;
  died: Promise<never>;
  end(): void;
};

type Question = {
  settings: WhatIfSettings;
  onPhase: OnWhatIfPhase | null;
  resolve(answer: WhatIfAnswer | null): void;
  reject(error: unknown): void;
};

/**
 * So long a question may go on when a newer one waits: short ones end and are shown while a slider
 * moves, long ones are cancelled. A worker that does not hear it is ended and started anew.
 */
const PATIENCE_MS = 120;
const HEARS_WITHIN_MS = 1_000;

/** Asks one question at a time and keeps only the newest of those that wait. */
export class WhatIfLink {
  readonly #start: () => WhatIfWorker;
  readonly #fleet: WhatIfFleet | null;
  readonly #nowMs: () => number;
  #worker: WhatIfWorker | null = null;
  #running: { question: Question; sinceMs: number } | null = null;
  #waiting: Question | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param args.fleet null: the made-up street, which the worker knows. */
  constructor(args: {
    start: () => WhatIfWorker;
    fleet: WhatIfFleet | null;
    nowMs?: () => number;
  }) {
    this.#start = args.start;
    this.#fleet = args.fleet;
    this.#nowMs = args.nowMs ?? (() => performance.now());
  }

  /** warm starts the worker before the first question, while the visitor still reads. */
  warm(): void {
    if (this.#worker === null) this.#begin();
  }

  /** ask gives null where a newer question took its place. @throws Error where the worker died. */
  ask(settings: WhatIfSettings, onPhase: OnWhatIfPhase | null): Promise<WhatIfAnswer | null> {
    return new Promise((resolve, reject) => {
      this.#waiting?.resolve(null);
      this.#waiting = { settings, onPhase, resolve, reject };
      if (this.#running === null) this.#next();
      else this.#hurry();
    });
  }

  close(): void {
    this.#waiting?.resolve(null);
    this.#waiting = null;
    this.#stopTimer();
    this.#running?.question.resolve(null);
    this.#worker?.end();
    this.#worker = null;
  }

  #next(): void {
    const question = this.#waiting;
    if (question === null || this.#running !== null) return;
    this.#waiting = null;
    this.#running = { question, sinceMs: this.#nowMs() };
    const worker = this.#worker ?? this.#begin();
    Promise.race([worker.ask(question.settings, question.onPhase), worker.died])
      .then(question.resolve, question.reject)
      .finally(() => {
        this.#settled(question);
      });
  }

  #begin(): WhatIfWorker {
    const begun = this.#start();
    this.#worker = begun;
    begun.died.catch(() => {
      if (this.#worker === begun) this.#worker = null;
    });
    begun.use(this.#fleet).catch(() => undefined);
    return begun;
  }

  #settled(question: Question): void {
    if (this.#running?.question !== question) return;
    this.#running = null;
    this.#stopTimer();
    this.#next();
  }

  #hurry(): void {
    if (this.#timer !== null || this.#running === null) return;
    const { question, sinceMs } = this.#running;
    const leftMs = Math.max(0, PATIENCE_MS - (this.#nowMs() - sinceMs));
    this.#timer = setTimeout(() => {
      this.#worker?.cancel().catch(() => undefined);
      this.#timer = setTimeout(() => {
        this.#replaceWorker(question);
      }, HEARS_WITHIN_MS);
    }, leftMs);
  }

  #replaceWorker(question: Question): void {
    if (this.#running?.question !== question) return;
    this.#worker?.end();
    this.#worker = null;
    question.resolve(null);
    this.#settled(question);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
