import { transfer } from 'comlink';
import { madeUpFleet, type WhatIfFleet } from '#domain/planning/what-if/fleet.ts';
import type { WhatIfSettings } from '#domain/planning/what-if/settings.ts';
import {
  whatIfSteps,
  WHAT_IF_PHASES,
  type WhatIfAnswer,
  type WhatIfPhase,
} from '#domain/planning/what-if/what-if.ts';

/** Told before each phase; `done` of `of` phases are over. */
export type OnWhatIfPhase = (phase: WhatIfPhase, done: number, of: number) => void;

/** The answer as it crosses threads: its arrays are handed over, not copied. */
export type WhatIfApi = {
  /** use sets the street that questions are about; null: the made-up one. */
  use(fleet: WhatIfFleet | null): void;
  /** ask ends the question before it; null where a newer one or `cancel` ended this one. */
  ask(settings: WhatIfSettings, onPhase: OnWhatIfPhase | null): Promise<WhatIfAnswer | null>;
  cancel(): void;
};

/**
 * A small question with all phases in it, asked of oneself after the start: the browser compiles what
 * runs often, and the first slider that is moved finds it compiled. Spelled out, as the page's own
 * initial values come with a parser that no worker needs.
 */
const REHEARSAL: WhatIfSettings = { share: 80, cars: 500, power: 0, limit: 450, flat: 50, unsure: 30, spread: 100 };
const REHEARSALS = 4;

/** createWhatIfApi is what one browser worker has: one street, one question at a time. */
export function createWhatIfApi(): WhatIfApi {
  let fleet: WhatIfFleet | null = null;
  let newest = 0;
  /** Null where something newer was said meanwhile. */
  const answer = async (settings: WhatIfSettings, own: number, onPhase: OnWhatIfPhase | null) => {
    fleet ??= madeUpFleet();
    const steps = whatIfSteps(fleet, settings);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      onPhase?.(step.value, WHAT_IF_PHASES.indexOf(step.value), WHAT_IF_PHASES.length);
      await heard();
      if (newest !== own) return null;
    }
  };
  const rehearse = async (own: number) => {
    await heard();
    for (let turn = 0; turn < REHEARSALS && newest === own; turn += 1) await answer(REHEARSAL, own, null);
  };
  return {
    use(given) {
      newest += 1;
      fleet = given ?? madeUpFleet();
      // A street that cannot be answered for says so when it is asked about.
      rehearse(newest).catch(() => undefined);
    },
    async ask(settings, onPhase) {
      newest += 1;
      const answered = await answer(settings, newest, onPhase);
      return answered === null ? null : handOver(answered);
    },
    cancel() {
      newest += 1;
    },
  };
}

function handOver(answer: WhatIfAnswer): WhatIfAnswer {
  const { priceTicks, beforeWh, afterWh } = answer;
  return transfer(answer, [priceTicks.buffer, beforeWh.buffer, afterWh.buffer]);
}

/** Lets the thread hear what was said meanwhile: a message of our own stands behind those in line. */
function heard(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const go = () => {
      port1.close();
      resolve();
    };
    port1.addEventListener('message', go, { once: true });
    port1.start();
    port2.postMessage(null);
  });
}
