import { setTimeout as sleep } from 'node:timers/promises';
import { ValleyError } from '../errors.ts';
import { open, router } from '../trpc/init.ts';
import { congest, plugInSomebody, spikePrices } from './happenings.service.ts';
import type { SimControl } from './sim-control.ts';
import type { Street } from './street.service.ts';

/** What only the demo has; null in every other mode. */
export type DemoParts = { street: Street; sim: SimControl };

const LOOK_MS = 2_000;

function demoOf(demo: DemoParts | null): DemoParts {
  if (demo === null) throw new ValleyError('NOT_FOUND', 'This exists in the demo only: npm run demo.');
  return demo;
}

/** The demo's street, open to anybody who looks at the demo, and what one can make happen in it. */
export const demoRouter = router({
  street: open('public:demo').query(({ ctx: { deps } }) => demoOf(deps.demo).street.look(deps)),

  /** The street every two seconds. */
  liveStreet: open('public:demo').subscription(async function* liveStreet({ ctx: { deps }, signal }) {
    const { street } = demoOf(deps.demo);
    while (signal?.aborted !== true) {
      yield await street.look(deps);
      await sleep(LOOK_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }),

  plugIn: open('public:demo').mutation(({ ctx: { deps } }) => plugInSomebody(deps, demoOf(deps.demo).sim)),

  spike: open('public:demo').mutation(async ({ ctx: { deps } }) => {
    demoOf(deps.demo);
    return await spikePrices(deps);
  }),

  congest: open('public:demo').mutation(async ({ ctx: { deps } }) => {
    demoOf(deps.demo);
    return await congest(deps);
  }),
});
