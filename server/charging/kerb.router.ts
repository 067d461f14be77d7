import { z } from 'zod';
import { CARD_DIGITS } from '#domain/charging/kerb-lock.ts';
import { open, router } from '../trpc/init.ts';
import type { Context } from '../trpc/init.ts';
import { kerbChargeNow, kerbEvse, kerbStay } from './kerb.service.ts';
import type { KerbDeps } from './kerb.service.ts';

const place = { stationId: z.string().min(1).max(48), evseId: z.int().min(1).max(1_000) };
const digits = z
  .string()
  .trim()
  .length(CARD_DIGITS, `Type the last ${CARD_DIGITS} characters of the card.`);

function kerbDeps({ deps }: Context): KerbDeps {
  return { db: deps.db, clock: deps.clock, realNowMs: () => Date.now() };
}

/** The page behind the QR code of a charging point: no account; a card's last characters prove it. */
export const kerbRouter = router({
  evse: open('public:kerb')
    .input(z.strictObject(place))
    .query(({ ctx, input }) => kerbEvse(kerbDeps(ctx), input)),

  /** A mutation, for what is typed must stand in no address and no log. */
  stay: open('public:kerb')
    .input(z.strictObject({ ...place, digits }))
    .mutation(({ ctx, input }) =>
      kerbStay(kerbDeps(ctx), { ...input, remoteAddress: ctx.remoteAddress ?? null }),
    ),

  chargeNow: open('public:kerb')
    .input(z.strictObject({ ...place, digits, on: z.boolean(), requestId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      await kerbChargeNow(kerbDeps(ctx), { ...input, remoteAddress: ctx.remoteAddress ?? null });
      return { done: true };
    }),
});
