import { MessageChannel as NodeChannel } from 'node:worker_threads';
import { expose, proxy, releaseProxy, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { afterEach, describe, expect, it } from 'vitest';
import { madeUpFleet } from '#domain/planning/what-if/fleet.ts';
import { WHAT_IF_DEFAULTS } from '#domain/planning/what-if/settings.ts';
import { whatIf, type WhatIfAnswer } from '#domain/planning/what-if/what-if.ts';
import { createWhatIfApi, type WhatIfApi } from '#workers/what-if.api.ts';

const settings = { ...WHAT_IF_DEFAULTS, cars: 50, limit: 60 };

/** The API behind a real channel: what crosses it is cloned or handed over as in a browser. */
function overChannel(inner: WhatIfApi = createWhatIfApi()) {
  const { port1, port2 } = new NodeChannel();
  expose(inner, nodeEndpoint(port2));
  const api = wrap<WhatIfApi>(nodeEndpoint(port1));
  closers.push(() => {
    api[releaseProxy]();
    port1.close();
    port2.close();
  });
  return api;
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe('the what-if worker', () => {
  it('answers as the domain does, about the made-up street unless told another', async () => {
    const api = overChannel();
    expect(await api.ask(settings, null)).toEqual(whatIf(madeUpFleet(), settings));
    const fleet = { ...madeUpFleet(), stays: madeUpFleet().stays.slice(0, 3) };
    await api.use(fleet);
    expect(await api.ask(settings, null)).toEqual(whatIf(fleet, settings));
  });
  it('ends the question before it', async () => {
    const api = overChannel();
    const [first, second, third] = await Promise.all([
      api.ask(settings, null),
      api.ask({ ...settings, share: 10 }, null),
      api.ask({ ...settings, share: 20 }, null),
    ]);
    expect([first, second]).toEqual([null, null]);
    expect(third?.settings.share).toBe(20);
  });
  it('ends a question that nobody wants any more', async () => {
    const api = overChannel();
    const asked = api.ask(settings, null);
    void api.cancel();
    expect(await asked).toBeNull();
  });
  it('tells each phase before it runs', async () => {
    const api = overChannel();
    const heard: [string, number, number][] = [];
    const onPhase = (...told: [string, number, number]) => {
      heard.push(told);
    };
    await api.ask({ ...settings, flat: 50 }, proxy(onPhase));
    expect(heard).toEqual([
      ['cars', 0, 5],
      ['atOnce', 1, 5],
      ['price', 2, 5],
      ['blend', 3, 5],
      ['figures', 4, 5],
    ]);
  });
  it('hands its arrays over instead of copying them', async () => {
    const inner = createWhatIfApi();
    const made: (WhatIfAnswer | null)[] = [];
    const api = overChannel({
      ...inner,
      ask: async (...args) => {
        const answer = await inner.ask(...args);
        made.push(answer);
        return answer;
      },
    });
    const received = await api.ask(settings, null);
    expect(received?.beforeWh.length).toBeGreaterThan(96);
    expect(made[0]?.beforeWh.length).toBe(0);
    expect(made[0]?.afterWh.length).toBe(0);
  });
});
