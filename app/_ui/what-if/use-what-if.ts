'use client';

import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import type { WhatIfFleet } from '#domain/planning/what-if/fleet.ts';
import {
  settingsQuery,
  type WhatIfDay,
  type WhatIfSettings,
} from '#domain/planning/what-if/settings.ts';
import type { WhatIfPhase } from '#domain/planning/what-if/what-if.ts';
import { prepareWhatIf, type PreparedWhatIf } from '../charts/prepare-what-if.ts';
import { startWhatIfWorker } from './start-worker.ts';
import { WhatIfLink } from './what-if-link.ts';

/** Above this many cars an answer may take longer than a blink: progress is shown. */
const TELLS_PROGRESS_FROM = 1_000;
/** Browsers refuse too frequent changes of the address. */
const ADDRESS_AFTER_MS = 300;

export type Progress = { phase: WhatIfPhase; done: number; of: number };
export type WhatIfState = {
  settings: WhatIfSettings;
  prepared: PreparedWhatIf;
  /** Those that what is shown answers; `settings` are those asked last. */
  shownSettings: WhatIfSettings;
  /** What is shown answers what is set. */
  isAnswered: boolean;
  progress: Progress | null;
  failed: boolean;
  change(settings: WhatIfSettings): void;
};

export type FirstAnswer = {
  prepared: PreparedWhatIf;
  /** False where it shows only how it was before: the rest is left to the browser. */
  isComplete: boolean;
};

type Args = {
  first: FirstAnswer;
  settings: WhatIfSettings;
  day: WhatIfDay;
  /** Null: the made-up street, which the worker knows. */
  fleet: WhatIfFleet | null;
};
type Question = { settings: WhatIfSettings; sinceMs: number };
/** `askedMs`: null where the server answered. */
type Shown = { prepared: PreparedWhatIf; question: Question | null; askedMs: number | null };

/**
 * useWhatIf asks the worker at every change and shows what it answers last: the link keeps only the
 * newest of the questions that wait. What the server answered already is not asked again. The
 * address follows, so that it can be shared.
 */
export function useWhatIf({ first, settings: initial, day, fleet }: Args): WhatIfState {
  const [question, setQuestion] = useState<Question>({ settings: initial, sinceMs: 0 });
  const [shown, setShown] = useState<Shown>({
    prepared: first.prepared,
    question: first.isComplete ? question : null,
    askedMs: null,
  });
  const [progress, setProgress] = useState<Progress | null>(null);
  const [failedOn, setFailedOn] = useState<Question | null>(null);
  const link = useLink(fleet);
  const isAnswered = shown.question === question;
  useEffect(() => {
    if (isAnswered) return;
    const { settings, sinceMs } = question;
    const askedMs = sinceMs === 0 ? performance.now() : sinceMs;
    const onPhase = (phase: WhatIfPhase, done: number, of: number) => {
      setProgress({ phase, done, of });
    };
    link.current?.ask(settings, settings.cars > TELLS_PROGRESS_FROM ? onPhase : null).then(
      (answer) => {
        if (answer === null) return;
        const prepared = prepareWhatIf(answer);
        startTransition(() => {
          setShown({ prepared, question, askedMs });
          setProgress(null);
        });
      },
      () => {
        setFailedOn(question);
        setProgress(null);
      },
    );
  }, [question, isAnswered, link]);
  useMeasure(shown);
  useAddress(question, day);
  const change = useCallback((settings: WhatIfSettings) => {
    setQuestion({ settings, sinceMs: performance.now() });
  }, []);
  return {
    settings: question.settings,
    prepared: shown.prepared,
    shownSettings: shown.question?.settings ?? initial,
    isAnswered,
    progress,
    failed: failedOn === question,
    change,
  };
}

function useLink(fleet: WhatIfFleet | null) {
  const link = useRef<WhatIfLink | null>(null);
  useEffect(() => {
    const made = new WhatIfLink({ start: startWhatIfWorker, fleet });
    link.current = made;
    made.warm();
    return () => {
      link.current = null;
      made.close();
    };
  }, [fleet]);
  return link;
}

/** Tells the browser's own timeline how long an answer took, from the change to the screen. */
function useMeasure({ question, askedMs }: Shown): void {
  useEffect(() => {
    if (question === null || askedMs === null) return;
    const frame = requestAnimationFrame(() => {
      const { cars, flat } = question.settings;
      performance.measure('what-if answer', { start: askedMs, detail: { cars, flat } });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [question, askedMs]);
}

function useAddress({ settings, sinceMs }: Question, day: WhatIfDay): void {
  useEffect(() => {
    if (sinceMs === 0) return;
    const timer = setTimeout(() => {
      const query = settingsQuery(settings, day);
      const { pathname } = window.location;
      window.history.replaceState(null, '', query === '' ? pathname : `${pathname}?${query}`);
    }, ADDRESS_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [settings, sinceMs, day]);
}
