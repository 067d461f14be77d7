import { z } from 'zod';
import { isGranted } from '../auth/grants.ts';
import type { Db } from '../db/client.ts';
import { open, router } from '../trpc/init.ts';
import type { Context } from '../trpc/init.ts';
import { kept } from './kept.ts';
import { evidence, street, type StaysOf } from './evidence.service.ts';

const STREET_KEPT_MS = 60_000;
const EVIDENCE_KEPT_MS = 60_000;

const streets = kept<Awaited<ReturnType<typeof street>>>(STREET_KEPT_MS);
const tables = kept<Awaited<ReturnType<typeof evidence>>>(EVIDENCE_KEPT_MS);

/**
 * A demo's stays are made up: anybody may look at them. Elsewhere stays are told, without names, to
 * who reads the fleet anyhow; everybody else has the made-up street.
 */
async function staysFor({ deps, principal }: Pick<Context, 'deps' | 'principal'>): Promise<StaysOf | null> {
  if (await isDemo(deps.db)) return 'everybody';
  if (principal === null || !isGranted(principal, 'fleet:read')) return null;
  return { tenantId: principal.tenantId };
}

const modes = new WeakMap<Db, Promise<boolean>>();

/** An installation's mode never changes: demo and real data never meet. */
function isDemo(db: Db): Promise<boolean> {
  const known = modes.get(db);
  if (known !== undefined) return known;
  const asked = db.open.installation.findFirst().then((row) => row?.mode === 'demo');
  asked.catch(() => modes.delete(db));
  modes.set(db, asked);
  return asked;
}

function keyOf(whose: StaysOf, more: string): string {
  return `${whose === 'everybody' ? 'everybody' : whose.tenantId} ${more}`;
}

/** What the what-if and the evidence are about; `open` because the demo shows both to anybody. */
export const evidenceRouter = router({
  street: open('public:read')
    .input(z.strictObject({ day: z.iso.date().nullable() }))
    .query(async ({ ctx, input }) => {
      const whose = await staysFor(ctx);
      if (whose === null) return { days: [], fleet: null };
      return await streets(ctx.deps.db, keyOf(whose, input.day ?? ''), () =>
        street(ctx.deps, { whose, day: input.day }),
      );
    }),

  /** null where no stay has ended that the person may see. */
  table: open('public:read').query(async ({ ctx }) => {
    const whose = await staysFor(ctx);
    if (whose === null) return null;
    return await tables(ctx.deps.db, keyOf(whose, ''), () => evidence(ctx.deps, whose));
  }),
});
