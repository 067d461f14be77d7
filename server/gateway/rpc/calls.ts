import { randomUUID } from 'node:crypto';
import { callText, type ErrorFrame, type Json, type ResultFrame } from './frame.ts';

/** A station has this long to answer; real time, also in simulations. */
export const CALL_TIMEOUT_MS = 30_000;

export type CallOutcome =
  | { kind: 'result'; payload: Json }
  | { kind: 'error'; code: string; description: string }
  | { kind: 'timeout' }
  | { kind: 'closed' };

type Pending = { id: string; timer: NodeJS.Timeout; settle(outcome: CallOutcome): void };

/** Calls to one station: at most one is outstanding, as OCPP-J asks; the caller waits for its turn. */
export class OutboundCalls {
  readonly #send: (text: string) => void;
  readonly #timeoutMs: number;
  #pending: Pending | null = null;
  #isClosed = false;

  constructor(send: (text: string) => void, timeoutMs: number = CALL_TIMEOUT_MS) {
    this.#send = send;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws where another call is outstanding: the command queue of the station is serial. */
  async call(action: string, payload: Json): Promise<CallOutcome> {
    if (this.#isClosed) return { kind: 'closed' };
    if (this.#pending !== null) throw new Error(`a call is outstanding, ${action} must wait`);
    return await new Promise((resolve) => {
      const id = randomUUID();
      const timer = setTimeout(() => {
        this.#finish({ kind: 'timeout' });
      }, this.#timeoutMs);
      this.#pending = { id, timer, settle: resolve };
      this.#send(callText(id, action, payload));
    });
  }

  /** @returns whether the answer belonged to the outstanding call; a late or invented one does not. */
  answer(frame: ResultFrame | ErrorFrame): boolean {
    if (this.#pending?.id !== frame.id) return false;
    this.#finish(
      frame.type === 'result'
        ? { kind: 'result', payload: frame.payload }
        : { kind: 'error', code: frame.code, description: frame.description },
    );
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#finish({ kind: 'closed' });
  }

  #finish(outcome: CallOutcome): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    clearTimeout(pending.timer);
    pending.settle(outcome);
  }
}
