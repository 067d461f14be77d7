import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WHAT_IF_DEFAULTS, type WhatIfSettings } from '#domain/planning/what-if/settings.ts';
import type { WhatIfAnswer } from '#domain/planning/what-if/what-if.ts';
import { WhatIfLink, type WhatIfWorker } from './what-if-link.ts';

type Asked = { share: number; answer(): void; giveUp(): void };

/** Workers that answer when the test says so. */
function bench() {
  const asked: Asked[] = [];
  const log: string[] = [];
  let die: (error: Error) => void = () => undefined;
  const start = (): WhatIfWorker => {
    log.push('start');
    const died = new Promise<never>((_, reject) => {
      die = reject;
    });
    died.catch(() => undefined);
    return {
      died,
      use: async () => {
        log.push('use');
      },
      ask: (settings: WhatIfSettings) =>
        new Promise((resolve) => {
          asked.push({
            share: settings.share,
            answer: () => {
              resolve({ settings } as WhatIfAnswer);
            },
            giveUp: () => {
              resolve(null);
            },
          });
        }),
      cancel: async () => {
        log.push('cancel');
      },
      end: () => {
        log.push('end');
      },
    };
  };
  const link = new WhatIfLink({ start, fleet: null, nowMs: () => Date.now() });
  const ask = (share: number) =>
    link.ask({ ...WHAT_IF_DEFAULTS, share }, null).then((answer) => answer?.settings.share ?? null);
  return { link, ask, asked, log, die: (error: Error) => die(error) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the link to the worker', () => {
  it('asks one question at a time and keeps only the newest of those that wait', async () => {
    const { ask, asked } = bench();
    const answers = [ask(1), ask(2), ask(3)];
    expect(asked.map(({ share }) => share)).toEqual([1]);
    asked[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.map(({ share }) => share)).toEqual([1, 3]);
    asked[1]?.answer();
    expect(await Promise.all(answers)).toEqual([1, null, 3]);
  });

  it('lets a short one end and cancels a long one when a newer one waits', async () => {
    const { ask, asked, log } = bench();
    const first = ask(1);
    await vi.advanceTimersByTimeAsync(50);
    const second = ask(2);
    await vi.advanceTimersByTimeAsync(60);
    expect(log).not.toContain('cancel');
    await vi.advanceTimersByTimeAsync(20);
    expect(log).toContain('cancel');
    asked[0]?.giveUp();
    expect(await first).toBeNull();
    asked[1]?.answer();
    expect(await second).toBe(2);
    expect(log).not.toContain('end');
  });

  it('does not cancel what nothing waits behind', async () => {
    const { ask, asked, log } = bench();
    const only = ask(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(log).toEqual(['start', 'use']);
    asked[0]?.answer();
    expect(await only).toBe(1);
  });

  it('ends a worker that does not hear and starts another with the same street', async () => {
    const { ask, asked, log } = bench();
    const first = ask(1);
    const second = ask(2);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(await first).toBeNull();
    expect(log).toEqual(['start', 'use', 'cancel', 'end', 'start', 'use']);
    asked[1]?.answer();
    expect(await second).toBe(2);
  });

  it('says when the worker died and answers again with a new one', async () => {
    const { ask, asked, die, log } = bench();
    const first = ask(1);
    die(new Error('out of memory'));
    await expect(first).rejects.toThrow('out of memory');
    const second = ask(2);
    asked[1]?.answer();
    expect(await second).toBe(2);
    expect(log.filter((word) => word === 'start')).toHaveLength(2);
  });

  it('starts its worker once, before the first question', async () => {
    const { ask, asked, link, log } = bench();
    link.warm();
    link.warm();
    expect(log).toEqual(['start', 'use']);
    const only = ask(1);
    asked[0]?.answer();
    expect(await only).toBe(1);
    expect(log).toEqual(['start', 'use']);
  });

  it('leaves nothing running when the page is left', async () => {
    const { ask, link, log } = bench();
    const both = [ask(1), ask(2)];
    link.close();
    expect(await Promise.all(both)).toEqual([null, null]);
    expect(log.at(-1)).toBe('end');
  });
});
